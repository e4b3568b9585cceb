//! What became of a request, and who is notified of it.

use super::flights::Flight;
use super::flights::LONG;
use super::slab::NONE;
use super::subscriber::{Subscriber, interval};
use super::targets::TargetId;
use super::{Index, ListedJob, Notification, Outcome, PollCoordinator, RequestId, cost};
use crate::core::error::Error;
use crate::core::job::JobSnapshot;
use crate::core::schedule::jittered;
use std::rc::Rc;

/// A list that fails so often in a row is not requested for a while: its jobs are polled by Get Job meanwhile.
const MOST_LIST_FAILURES: u32 = 3;
/// For how long, in ms.
const LIST_REST: f64 = 300_000.0;
/// The same where a Retry-After refused it: it may have been the key that was limited, and then the list costs less again
/// once that is over.
pub(super) const REFUSED_LIST_REST: f64 = 60_000.0;

/// What becomes of one subscriber: the hash of the id of what it is about, itself, a random number.
type Teller<'a> = dyn FnMut(u64, &mut Subscriber, f64) -> Option<Outcome> + 'a;

impl PollCoordinator {
    /// Get Job had a response, with a body of so many bytes.
    pub fn job_received(
        &mut self,
        request: RequestId,
        project: &Rc<str>,
        snapshot: &JobSnapshot,
        bytes: f64,
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Box<Notification>> {
        let Some(flight) = self.land(request, now) else { return Vec::new() };
        let number = flight.target;
        self.serve(number);
        // Of many, so that one that is unlike the others changes little.
        self.job_bytes += (bytes - self.job_bytes) / 8.0;
        let index = self.target(true, project);
        self.move_job(number, index);
        self.show(index);
        let mut notifications = self.notify(&flight, request, now, &mut |_, subscriber, unit| {
            Some(subscriber.observe(0, snapshot, retry_after, unit, now))
        });
        if !flight.for_watches || self.targets.at(index).split {
            let id = self.targets.at(number).id.clone();
            self.tell_watches(index, &id, snapshot, flight.for_watches, now, &mut notifications);
        }
        self.choose(index);
        self.conclude(&flight, &mut notifications, now);
        self.drop_target(index);
        notifications
    }

    /// Notifies the watches of a project of one of its jobs: for them it was `polled`, or it became known otherwise. Where
    /// they follow its jobs one by one, it is due again.
    pub(super) fn tell_watches(
        &mut self,
        index: TargetId,
        id: &str,
        snapshot: &JobSnapshot,
        polled: bool,
        now: f64,
        notifications: &mut Vec<Box<Notification>>,
    ) {
        let mut due = f64::INFINITY;
        for watch in self.subscribers(index) {
            self.looked_at();
            let unit = (self.random)();
            let subscriber = self.subscribers.at_mut(watch);
            if !subscriber.listening {
                // It is not notified now, so it gets a poll soon after its next value is awaited.
                due = due.min(now + subscriber.wait.config().floor);
                continue;
            }
            let bounds = subscriber.bounds();
            let next = match subscriber.observe_one(id, snapshot, now) {
                Some(interval) => {
                    if polled {
                        subscriber.wait.partial_response();
                    }
                    notifications.push(subscriber.notification(watch, Outcome::ProjectJob { index: 0 }, now));
                    interval
                }
                None => bounds.max,
            };
            due = due.min(now + jittered(next, bounds, unit));
        }
        let (number, split) = (self.targets.find(false, id), self.targets.at(index).split);
        let job = self.targets.at_mut(number);
        // One whose project no response has named yet is not followed.
        if split && job.project == index {
            job.watch_due = if snapshot.terminal() { f64::INFINITY } else { due };
        }
    }

    /// List Jobs had a response with these jobs, in a body of so many bytes.
    pub fn list_received(
        &mut self,
        request: RequestId,
        jobs: &[impl ListedJob],
        bytes: f64,
        retry_after: Option<f64>,
        now: f64,
    ) -> Vec<Box<Notification>> {
        let Some(mut flight) = self.land(request, now) else { return Vec::new() };
        let index = flight.target;
        self.serve(index);
        let tick = self.tick();
        let project = self.targets.at_mut(index);
        (project.listed, project.listed_tick) = (now, tick);
        (project.failures, project.rests_until) = (0, f64::NEG_INFINITY);
        (project.bytes, project.more) = (bytes, false);
        let by_id = Index::of_list(jobs);
        // One that the list lacked before may be in it by now.
        for number in self.jobs(index) {
            let job = self.targets.at_mut(number);
            if job.unlisted {
                job.unlisted = by_id.find(job.hash).is_none();
                self.count_job(number);
                self.reschedule(number);
            }
        }
        let hit = self.adopt(index, jobs);
        self.relieve(request, &mut flight, &by_id, now);
        if flight.guess {
            self.failed_guesses = if hit { 0 } else { self.failed_guesses + 1 };
        }
        for watch in self.subscribers(index) {
            let subscriber = self.subscribers.at_mut(watch);
            if subscriber.in_flight == Some(request) {
                subscriber.observe_all(&by_id, jobs, now);
            }
        }
        self.choose_split(index, &by_id, jobs, now);
        let split = self.targets.at(index).split;
        let mut notifications = self.notify(&flight, request, now, &mut |hash, subscriber, unit| {
            if !subscriber.is_watch {
                let place = by_id.find(hash)?;
                return Some(subscriber.observe(place, jobs.get(place)?.snapshot(), retry_after, unit, now));
            }
            let rest = split.then(|| cost::rest(bytes, subscriber.bounds()));
            let Subscriber { watched, jobs, wait, .. } = subscriber;
            // Its active jobs are polled by themselves: the list is for what is new.
            let active = if rest.is_some() { &[][..] } else { jobs };
            wait.responded(now, retry_after, unit, &|bounds| interval(true, watched, active, bounds));
            wait.postpone(rest.unwrap_or(0.0));
            Some(Outcome::Project)
        });
        // Jobs that the list of their project lacks are polled by Get Job.
        for id in &flight.subscribers {
            let number = self.subscribers.at(*id).target;
            let job = self.targets.at_mut(number);
            if job.project == index {
                (job.unlisted, job.nudged) = (by_id.find(job.hash).is_none(), false);
                self.count_job(number);
            }
        }
        self.choose(index);
        self.conclude(&flight, &mut notifications, now);
        notifications
    }

    /// A list was longer than what it was worth reading of it: more than so many bytes; below 0: it took too long.
    pub fn list_too_long(&mut self, request: RequestId, bytes: f64, now: f64) {
        if !self.flights.has(request) {
            return;
        }
        let Flight { target, guess, .. } = *self.flights.at(request);
        let project = self.targets.at_mut(target);
        (project.bytes, project.more) = (bytes, true);
        self.failed_guesses += u32::from(guess);
        self.forgo(request, now);
    }

    /// Ends a list without a word to anybody: who was due is due as before.
    pub(super) fn forgo(&mut self, request: RequestId, now: f64) {
        let Some(flight) = self.land(request, now) else { return };
        self.targets.at_mut(flight.target).listed = now;
        let mut notifications = self.notify(&flight, request, now, &mut |_, _, _| None);
        self.choose(flight.target);
        self.conclude(&flight, &mut notifications, now);
    }

    /// A request failed, after its own retries.
    pub fn failed(&mut self, request: RequestId, error: &Error, now: f64) -> Vec<Box<Notification>> {
        let Some(flight) = self.land(request, now) else { return Vec::new() };
        let number = flight.target;
        let retry_after = error.kind().retry_after();
        let alone = self.hold_back(number, retry_after, now);
        let survivable = error.is_survivable();
        let lost = self.offline && survivable;
        let target = self.targets.at(number);
        let project = self.targets.at(target.project);
        let watch = project.subscribers.first().copied().unwrap_or(NONE);
        let watch_due = if project.split && survivable {
            now + self.subscribers.at(watch).bounds().max
        } else {
            // Whether the job still exists is seen in the list.
            f64::INFINITY
        };
        // What concerns the key fails everywhere; what concerns the list alone leaves Get Job.
        let of_list = target.is_list && error.code() != "unauthorized";
        let first = flight.subscribers.first().copied().unwrap_or(NONE);
        let floor = self.subscribers.at(first).wait.config().floor;
        let target = self.targets.at_mut(number);
        target.watch_due = watch_due;
        if matches!(error, Error::Timeout) {
            target.yields = now - flight.started;
        }
        // Those who request it again at once meet the same trouble, so it counts once.
        let anew = now >= target.listed + floor;
        let mut falls_back = false;
        if target.is_list {
            target.listed = now;
        }
        if of_list && !lost {
            target.failures += u32::from(anew);
            falls_back = !survivable
                || matches!(error, Error::InvalidResponse)
                || target.failures >= MOST_LIST_FAILURES
                || alone && retry_after > Some(LONG);
        }
        // When the list last rested, Get Job failed too, and nothing was served since.
        let outage = self.served < target.rested_tick;
        if falls_back {
            self.leave_list(number, if retry_after.is_some() { REFUSED_LIST_REST } else { LIST_REST });
        }
        let mut unlisted = Vec::new();
        let mut notifications = self.notify(&flight, request, now, &mut |_, subscriber, unit| {
            if lost {
                // It does not count, and is told as any other that is survived.
                subscriber.lost = now;
                return Some(Outcome::Failed { ends: false });
            }
            let Subscriber { target, is_watch, watched, jobs, wait, .. } = subscriber;
            if of_list && !*is_watch {
                // Who is not notified of a poll is due as before. Where this failure would end a wait, Get Job may
                // still serve it, unless that just failed as well.
                let would_end = !outage && wait.progress().errors >= wait.config().max_poll_errors;
                if would_end && !falls_back {
                    unlisted.push(*target);
                }
                if would_end || falls_back {
                    return None;
                }
            }
            let ends = wait.failed(now, error, unit, &|bounds| interval(*is_watch, watched, jobs, bounds));
            Some(Outcome::Failed { ends })
        });
        for job in unlisted {
            self.targets.at_mut(job).unlisted = true;
            self.count_job(job);
        }
        let index = if of_list { number } else { self.targets.at(number).project };
        if !of_list {
            let served = self.served;
            let project = self.targets.at_mut(index);
            // Where Get Job is refused too, it is the key that is limited, and where it fails before anything was served
            // since, the server or the connection: the list, if it rests, does not for its own sake.
            let fails_too = (survivable || matches!(error, Error::InvalidResponse))
                && served < project.rested_tick
                && project.rests_until > now;
            if fails_too {
                project.failures = 0;
            }
            if fails_too || retry_after.is_some() {
                project.rests_until = project.rests_until.min(project.held_until);
            }
        }
        self.choose(index);
        self.conclude(&flight, &mut notifications, now);
        if falls_back {
            self.spread_jobs(number, now);
        }
        notifications
    }

    /// Has a project's jobs polled one by one for so many ms, and for as long as its list is held back.
    pub(super) fn leave_list(&mut self, index: TargetId, ms: f64) {
        let project = self.targets.at_mut(index);
        project.rests_until = project.held_until.max(self.now + ms);
        project.rested_tick = self.tick;
    }

    /// What a request was for, once it has come to an end.
    fn land(&mut self, request: RequestId, now: f64) -> Option<Box<Flight>> {
        self.now = now;
        self.end_flight(request)
    }

    /// Whether the watches of a project have its active jobs polled one by one, and which.
    fn choose_split(&mut self, index: TargetId, by_id: &Index, list: &[impl ListedJob], now: f64) {
        let (mut shortest, mut longest, mut list_interval) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
        let (watches, bytes, mut active) = (self.subscribers(index), self.targets.at(index).bytes, 0);
        for watch in &watches {
            let subscriber = self.subscribers.at(*watch);
            let bounds = subscriber.bounds();
            shortest = shortest.min(subscriber.interval(bounds));
            longest = longest.min(bounds.max);
            list_interval = list_interval.min(bounds.max + cost::rest(bytes, bounds));
            active = active.max(subscriber.jobs.len());
        }
        let project = self.targets.at_mut(index);
        let before = project.split;
        project.split =
            !watches.is_empty() && cost::splits(project, active, self.job_bytes, shortest, list_interval);
        if !project.split {
            if before {
                self.unsplit(index);
            }
            return;
        }
        for listed in list {
            if listed.snapshot().terminal() {
                continue;
            }
            let number = self.target(false, listed.id());
            self.move_job(number, index);
            let unit = (self.random)();
            let job = self.targets.at_mut(number);
            if job.request.is_none() && job.watch_due == f64::INFINITY {
                job.watch_due = now + longest;
                for watch in &watches {
                    let subscriber = self.subscribers.at(*watch);
                    if let Some((_, known)) =
                        subscriber.known(job.hash).and_then(|at| subscriber.jobs.get(at))
                    {
                        let bounds = subscriber.bounds();
                        let next = now + jittered(known.interval(bounds), bounds, unit);
                        job.watch_due = job.watch_due.min(next);
                    }
                }
            }
            self.reschedule(number);
        }
        // What ended or went away is not followed any more.
        for number in self.jobs(index) {
            let job = self.targets.at_mut(number);
            let listed = by_id.find(job.hash).and_then(|place| list.get(place));
            if listed.is_none_or(|listed| listed.snapshot().terminal()) {
                job.watch_due = f64::INFINITY;
                self.drop_target(number);
            }
        }
    }

    /// Notifies every subscriber that a request was for; `each` gives `None` for one that it did not concern.
    fn notify(
        &mut self,
        flight: &Flight,
        request: RequestId,
        now: f64,
        each: &mut Teller,
    ) -> Vec<Box<Notification>> {
        let mut notifications = Vec::with_capacity(flight.subscribers.len());
        for id in &flight.subscribers {
            self.looked_at();
            let unit = (self.random)();
            let subscriber = self.subscribers.at_mut(*id);
            if subscriber.in_flight != Some(request) {
                continue;
            }
            subscriber.in_flight = None;
            if subscriber.overdue {
                // The next step ends it, unless this does.
                self.deadlines.set(*id, now);
            }
            let hash = self.targets.at(subscriber.target).hash;
            if let Some(outcome) = each(hash, subscriber, unit) {
                notifications.push(subscriber.notification(*id, outcome, now));
            }
        }
        notifications
    }

    /// What a request was for may be polled otherwise now: each of it is due anew.
    fn conclude(&mut self, flight: &Flight, notifications: &mut [Box<Notification>], now: f64) {
        self.settle(notifications, now);
        for id in &flight.subscribers {
            self.come_due(*id);
        }
        self.reschedule(flight.target);
        self.reschedule_jobs(flight.target);
        self.drop_target(flight.target);
    }

    /// Lets go of those who have ended, and says when the next poll is due for the others.
    pub(super) fn settle(&mut self, notifications: &mut [Box<Notification>], now: f64) {
        for notification in &*notifications {
            if notification.outcome.ends() {
                self.leave(notification.subscriber);
            }
        }
        let (mut last, mut next) = (NONE, f64::INFINITY);
        for notification in notifications {
            let subscriber = self.subscribers.at(notification.subscriber);
            let number = self.polled(notification.subscriber);
            if number != last {
                (last, next) = (number, self.next_poll(number));
            }
            let next = next.max(self.not_before);
            let comes = next.is_finite() && next <= subscriber.wait.deadline();
            notification.next_poll = comes.then_some((next - now).max(0.0));
        }
    }

    /// When what is polled is due next, one by one or by a list.
    fn next_poll(&self, number: TargetId) -> f64 {
        let mut next = self.due_of(number);
        let target = self.targets.at(number);
        if target.split {
            for job in &target.jobs {
                next = next.min(self.due_of(*job));
            }
        }
        next
    }
}
