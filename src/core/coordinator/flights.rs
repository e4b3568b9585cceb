//! Requests in flight, and the places that they hold there.

use super::requests::MOST_FAILED_GUESSES;
use super::responses::REFUSED_LIST_REST;
use super::slab::NONE;
use super::targets::TargetId;
use super::{Concurrency, Index, PollCoordinator, RequestId, SubscriberId};

/// A request that has no response after so many ms counts as slow: up to the most that may be in flight, another may be
/// made beside it. The more requests are slow already, the longer it takes until another counts as slow: then it is the
/// server that is slow, and more requests would not help it.
const SLOW: f64 = 250.0;
/// A request that takes so many ms hangs, as far as others are concerned: jobs of unknown project do not wait any longer
/// for a list that may have them, and its next attempt takes its turn.
pub(super) const LONG: f64 = 5_000.0;

/// A request that is under way.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Flight {
    pub target: TargetId,
    /// The subscribers that it was made for; some may have left.
    pub subscribers: Vec<SubscriberId>,
    /// How many of them have not left.
    pub waiting: usize,
    /// The watches of the job's project want it too.
    pub for_watches: bool,
    /// It also serves jobs whose project is unknown, since its list may have them.
    pub guess: bool,
    /// It has one of the places in flight: it does not sleep before another attempt.
    pub holds_place: bool,
    /// When it got its place, in ms; while it sleeps, by when it is to get one again.
    pub started: f64,
    /// It has taken so long that others need not wait for its place.
    pub slow: bool,
}

impl Flight {
    /// An empty record, for numbers that no request has.
    pub fn none() -> Self {
        Self {
            target: NONE,
            subscribers: Vec::new(),
            waiting: 0,
            for_watches: false,
            guess: false,
            holds_place: false,
            started: 0.0,
            slow: false,
        }
    }
}

impl PollCoordinator {
    /// Requests that may be in flight now. Each project that shows, each source of polls that is known, allows one
    /// more than at first, and each that is slow makes room for another. The place of the first response is kept until
    /// there is a second one, which may show that a list serves all the others.
    pub(super) fn limit(&self) -> usize {
        let Concurrency { initial, most } = self.concurrency;
        let apart = self.shown.len().max(self.sources).saturating_sub(1);
        let first = self.targets.at(self.shown.first().copied().unwrap_or(NONE));
        let kept =
            usize::from(self.unresolved > 1 && self.shown.len() == 1 && first.shown == 1 && initial > 1);
        (initial - kept).saturating_add(apart).saturating_add(self.slow).min(most)
    }

    /// Finds the requests that have become slow. A list that jobs of unknown project wait for is given up once it hangs.
    pub(super) fn find_slow(&mut self, now: f64) {
        while let Some(request) = self.slow_at.take(now) {
            let slow = SLOW * f64::from(1_u32 << (self.slow / self.concurrency.initial.max(1)).min(16));
            let flight = self.flights.at_mut(request);
            let patience = if flight.guess { LONG } else { slow };
            if flight.started + patience > now {
                self.slow_at.set(request, flight.started + patience);
            } else if flight.guess {
                self.aborted.push(request);
                self.list_too_long(request, -1.0, now);
                self.failed_guesses = MOST_FAILED_GUESSES;
            } else {
                flight.slow = true;
                self.slow += 1;
            }
        }
    }

    pub(super) fn hold_place(&mut self, request: RequestId, now: f64) {
        let flight = self.flights.at_mut(request);
        (flight.holds_place, flight.started) = (true, now);
        self.busy += 1;
        self.slow_at.set(request, now + SLOW);
    }

    fn free_place(&mut self, request: RequestId) {
        let flight = self.flights.at_mut(request);
        self.busy -= usize::from(std::mem::take(&mut flight.holds_place));
        self.slow -= usize::from(std::mem::take(&mut flight.slow));
        self.slow_at.remove(request);
    }

    /// A request is over.
    pub(super) fn end_flight(&mut self, request: RequestId) -> Option<Box<Flight>> {
        self.free_place(request);
        self.woken.remove(request);
        let flight = self.flights.remove(request)?;
        self.guesses -= usize::from(flight.guess);
        self.targets.at_mut(flight.target).request = None;
        Some(flight)
    }

    /// A request sleeps before another attempt, and holds no place meanwhile. `retry_after`: the delay that the server
    /// set, in ms.
    pub fn request_sleeps(&mut self, request: RequestId, retry_after: Option<f64>, now: f64) {
        self.free_place(request);
        let flight = self.flights.at_mut(request);
        // What was begun goes on first, but for what had its place for long: others have waited for it meanwhile.
        flight.started = if flight.started + LONG > now { 0.0 } else { now };
        let (number, guess) = (flight.target, flight.guess);
        let alone = self.hold_back(number, retry_after, now);
        let target = self.targets.at(number);
        // No job waits for a list for so long: if nothing else is held back, they are polled one by one meanwhile.
        if retry_after > Some(LONG) && target.is_list && target.listening == 0 && (guess || alone) {
            self.now = now;
            if alone {
                self.leave_list(number, REFUSED_LIST_REST);
            }
            self.aborted.push(request);
            self.failed_guesses += u32::from(guess);
            self.forgo(request, now);
            if alone {
                self.spread_jobs(number, now);
            }
        }
    }

    /// A request has slept and wants to go on: a step that has a place for it says so in [`super::Actions::resume`].
    pub fn request_wakes(&mut self, request: RequestId) {
        self.free_place(request);
        if self.flights.has(request) {
            self.woken.set(request, self.flights.at(request).started);
        }
    }

    /// Whose Get Job hangs, or sleeps before another attempt, is served by a list that has the job, and the Get Job is
    /// given up.
    pub(super) fn relieve(&mut self, list: RequestId, flight: &mut Flight, by_id: &Index, now: f64) {
        for number in self.jobs(flight.target) {
            let job = self.targets.at(number);
            let Some(request) = job.request.filter(|_| by_id.find(job.hash).is_some()) else { continue };
            let single = self.flights.at(request);
            if single.holds_place && single.started + LONG > now {
                continue;
            }
            let Some(single) = self.end_flight(request) else { continue };
            self.aborted.push(request);
            for id in single.subscribers {
                let subscriber = self.subscribers.at_mut(id);
                if subscriber.in_flight == Some(request) {
                    subscriber.in_flight = Some(list);
                    flight.subscribers.push(id);
                }
            }
        }
    }

    /// Aborts a request for which nobody waits any more.
    pub(super) fn abort_unless_wanted(&mut self, request: RequestId) {
        let Flight { target, waiting, for_watches, .. } = *self.flights.at(request);
        let project = self.targets.at(self.targets.at(target).project);
        if waiting == 0 && (!for_watches || project.subscribers.is_empty()) {
            self.end_flight(request);
            self.aborted.push(request);
            self.reschedule(target);
            self.drop_target(target);
        }
    }
}
