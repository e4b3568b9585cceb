//! What became of a request, and who is notified of it.

use super::flights::{Flight, Target};
use super::subscriber::{Subscriber, SubscriberState};
use super::{Index, ListedJob, Notification, Outcome, PollCoordinator, RequestId, SubscriberId, cost};
use crate::core::error::Error;
use crate::core::job::JobSnapshot;
use crate::core::schedule::jittered;
use std::rc::Rc;

/// A list that fails so often in a row is not requested for a while: its jobs are polled by Get Job meanwhile.
const MOST_LIST_FAILURES: u32 = 3;
/// For how long, in ms.
const LIST_REST: f64 = 300_000.0;

/// What a response means for one subscriber, of the id of its job, the subscriber, and a random number in [0, 1).
type Teller<'a> = dyn FnMut(Option<&str>, &mut Subscriber, f64) -> Option<Outcome> + 'a;

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
    ) -> Vec<Notification> {
        let Some((flight, number)) = self.land(request, now).and_then(|flight| match flight.target {
            Target::Job(number) => Some((flight, number)),
            Target::List(_) => None,
        }) else {
            return Vec::new();
        };
        self.hold_back(retry_after, now);
        // Of many, so that one that is unlike the others changes little.
        self.job_bytes += (bytes - self.job_bytes) / 8.0;
        let index = self.project(project);
        self.move_job(number, index);
        self.show(index);
        let mut notifications = Vec::with_capacity(flight.subscribers.len());
        self.notify(&flight.subscribers, request, now, &mut notifications, &mut |_, subscriber, unit| {
            subscriber.observe(0, snapshot, retry_after, unit, now)
        });
        self.tell_watches(number, index, snapshot, flight.for_watches, now, &mut notifications);
        self.choose(index);
        self.settle(&mut notifications, now);
        self.reschedule(Target::Job(number));
        self.drop_job(number);
        self.drop_project(index);
        notifications
    }

    /// Notifies the watches of a project of one of its jobs, if they follow its jobs one by one.
    fn tell_watches(
        &mut self,
        number: usize,
        index: usize,
        snapshot: &JobSnapshot,
        polled: bool,
        now: f64,
        notifications: &mut Vec<Notification>,
    ) {
        let Some(project) = self.projects.get(index) else { return };
        let Some(id) = self.job_ids.id(number).cloned() else { return };
        if project.watches.is_empty() || polled && !project.split {
            return;
        }
        let mut due = f64::INFINITY;
        for watch in project.watches.clone() {
            self.looked_at();
            let unit = (self.random)();
            let Some(Some(subscriber)) = self.subscribers.get_mut(watch) else { continue };
            let config = subscriber.wait.config();
            if !subscriber.listening {
                // It is not notified now, so it gets a poll soon after its next value is awaited.
                due = due.min(now + config.floor);
                continue;
            }
            let bounds = subscriber.bounds();
            let next = match subscriber.observe_one(&id, snapshot, now) {
                Some(interval) => {
                    if polled {
                        subscriber.wait.partial_response();
                    }
                    notifications.push(subscriber.notification(watch, Outcome::ProjectJob { index: 0 }, now));
                    interval
                }
                None if snapshot.terminal() => f64::INFINITY,
                None => bounds.max,
            };
            if next.is_finite() {
                due = due.min(now + jittered(next, bounds, unit));
            }
        }
        let split = project_split(self, index);
        if let Some(job) = self.jobs.get_mut(number).filter(|_| split) {
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
    ) -> Vec<Notification> {
        let Some((flight, index)) = self.land_list(request, now) else { return Vec::new() };
        self.hold_back(retry_after, now);
        let tick = self.tick();
        if let Some(project) = self.projects.get_mut(index) {
            (project.listed, project.listed_tick) = (now, tick);
            (project.failures, project.rests_until) = (0, f64::NEG_INFINITY);
            (project.bytes, project.more) = (bytes, false);
        }
        let by_id = Index::new(jobs.len(), &|place| Some(jobs.get(place)?.id()));
        // One that the list lacked before may be in it by now.
        for number in self.project_jobs(index) {
            if self.jobs.get(number).is_some_and(|job| job.unlisted) {
                let found = self.job_ids.id(number).and_then(|id| by_id.first(id));
                if let Some(job) = self.jobs.get_mut(number) {
                    job.unlisted = found.is_none();
                }
                self.count_job(number);
                self.reschedule(Target::Job(number));
            }
        }
        let hit = self.adopt(index, jobs);
        if flight.guess {
            self.failed_guesses = if hit { 0 } else { self.failed_guesses.saturating_add(1) };
        }
        for watch in self.watches(index) {
            if let Some(Some(subscriber)) = self.subscribers.get_mut(watch)
                && subscriber.in_flight == Some(request)
            {
                subscriber.observe_all(&by_id, jobs, now);
            }
        }
        self.choose_split(index, now);
        let split = project_split(self, index);
        let mut notifications = Vec::with_capacity(flight.subscribers.len());
        self.notify(&flight.subscribers, request, now, &mut notifications, &mut |id, subscriber, unit| {
            match &subscriber.state {
                SubscriberState::Job { .. } => {
                    let job = by_id.first(id?)?;
                    let snapshot = jobs.get(job)?.snapshot();
                    subscriber.observe(job, snapshot, retry_after, unit, now)
                }
                SubscriberState::Project { .. } => {
                    let Subscriber { state, wait, .. } = subscriber;
                    // Its active jobs are polled by themselves: the list is for what is new.
                    wait.responded(now, retry_after, unit, &|bounds| {
                        if split { bounds.max } else { state.interval(bounds) }
                    });
                    Some(Outcome::Project)
                }
            }
        });
        self.mark_unlisted(&flight.subscribers, index, &by_id);
        self.choose(index);
        self.settle(&mut notifications, now);
        self.let_go(&flight.subscribers);
        self.look_at_list(index);
        self.drop_project(index);
        notifications
    }

    /// A list was longer than what it was worth reading of it: more than so many bytes.
    pub fn list_too_long(&mut self, request: RequestId, bytes: f64, now: f64) {
        let Some((flight, index)) = self.land_list(request, now) else { return };
        if let Some(project) = self.projects.get_mut(index) {
            project.listed = now;
            (project.bytes, project.more) = (bytes, true);
        }
        if flight.guess {
            self.failed_guesses = self.failed_guesses.saturating_add(1);
        }
        // Nobody is notified: who was due is due as before.
        self.notify(&flight.subscribers, request, now, &mut Vec::new(), &mut |_, _, _| None);
        self.choose(index);
        self.let_go(&flight.subscribers);
        self.look_at_list(index);
        self.drop_project(index);
    }

    /// A request failed, after its own retries.
    pub fn failed(&mut self, request: RequestId, error: &Error, now: f64) -> Vec<Notification> {
        let Some(flight) = self.land(request, now) else { return Vec::new() };
        let retry_after = error.kind().retry_after();
        self.hold_back(retry_after, now);
        let lost = self.offline && error.is_survivable();
        // What concerns the key fails everywhere; what concerns the list alone leaves Get Job.
        let of_list = matches!(flight.target, Target::List(_)) && error.code() != "unauthorized";
        let mut falls_back = false;
        match flight.target {
            Target::List(index) => {
                let floor = flight.subscribers.first().and_then(|id| self.subscribers.get(*id)?.as_ref());
                let floor = floor.map_or(0.0, |subscriber| subscriber.wait.config().floor);
                if let Some(project) = self.projects.get_mut(index) {
                    // Those who request it again at once meet the same trouble, so it counts once.
                    let anew = now >= project.listed + floor;
                    project.listed = now;
                    if of_list && !lost && retry_after.is_none() {
                        project.failures = project.failures.saturating_add(u32::from(anew));
                        falls_back = !error.is_survivable()
                            || matches!(error, Error::InvalidResponse)
                            || project.failures >= MOST_LIST_FAILURES;
                    }
                    if falls_back {
                        project.failures = 0;
                        project.rests_until = now + LIST_REST;
                    }
                }
            }
            Target::Job(number) => {
                let bounds = self.first_watch(number);
                if let Some(job) = self.jobs.get_mut(number) {
                    if matches!(error, Error::Timeout) {
                        job.yields = now - flight.started;
                    }
                    // Whether the job still exists is seen in the list.
                    job.watch_due = match bounds {
                        Some(longest) if error.is_survivable() => now + longest,
                        _ => f64::INFINITY,
                    };
                }
            }
        }
        let mut notifications = Vec::with_capacity(flight.subscribers.len());
        let mut unlisted = Vec::new();
        self.notify(&flight.subscribers, request, now, &mut notifications, &mut |_, subscriber, unit| {
            if lost {
                subscriber.lost = now;
                return None;
            }
            let Subscriber { state, wait, .. } = subscriber;
            if let SubscriberState::Job { job, .. } = state
                && of_list
            {
                // Who is not notified of a poll is due as before. Where this failure would end a wait, Get Job may
                // still serve it.
                let would_end = wait.progress().errors >= wait.config().max_poll_errors;
                if would_end && !falls_back {
                    unlisted.push(*job);
                }
                if would_end || falls_back {
                    return None;
                }
            }
            let ends = wait.failed(now, error, unit, &|bounds| state.interval(bounds));
            Some(Outcome::Failed { ends })
        });
        match flight.target {
            Target::List(index) => {
                for number in unlisted {
                    if let Some(job) = self.jobs.get_mut(number).filter(|job| job.project == Some(index)) {
                        job.unlisted = true;
                    }
                    self.count_job(number);
                }
                self.choose(index);
            }
            Target::Job(_) => {}
        }
        self.settle(&mut notifications, now);
        self.let_go(&flight.subscribers);
        match flight.target {
            Target::Job(number) => {
                self.reschedule(Target::Job(number));
                self.drop_job(number);
            }
            Target::List(index) => {
                self.look_at_list(index);
                self.drop_project(index);
            }
        }
        notifications
    }

    /// What a request was for, once it has come to an end.
    fn land(&mut self, request: RequestId, now: f64) -> Option<Flight> {
        self.now = now;
        self.end_flight(request)
    }

    fn land_list(&mut self, request: RequestId, now: f64) -> Option<(Flight, usize)> {
        let flight = self.land(request, now)?;
        match flight.target {
            Target::List(index) => Some((flight, index)),
            Target::Job(_) => None,
        }
    }

    fn watches(&self, index: usize) -> Vec<SubscriberId> {
        self.projects.get(index).map(|project| project.watches.clone()).unwrap_or_default()
    }

    /// The longest interval of the first watch that follows a job one by one.
    fn first_watch(&self, number: usize) -> Option<f64> {
        let project = self.projects.get(self.jobs.get(number)?.project?)?;
        let first = project.watches.first().filter(|_| project.split)?;
        Some(self.subscribers.get(*first)?.as_ref()?.bounds().max)
    }

    /// Finds the jobs whose project was unknown in a list. Gives whether there was any.
    fn adopt(&mut self, index: usize, jobs: &[impl ListedJob]) -> bool {
        let before = self.unknown;
        for job in jobs {
            if self.unknown == 0 {
                break;
            }
            if let Some(number) = self.job_ids.find(job.id())
                && self.jobs.get(number).is_some_and(|job| job.project.is_none())
            {
                self.unqueue(Target::Job(number));
                self.move_job(number, index);
                self.reschedule(Target::Job(number));
            }
        }
        self.unknown < before
    }

    /// Jobs that the list of their project lacks are polled by Get Job.
    fn mark_unlisted(&mut self, subscribers: &[SubscriberId], index: usize, by_id: &Index) {
        for id in subscribers {
            let Some(Some(subscriber)) = self.subscribers.get(*id) else { continue };
            let SubscriberState::Job { job: number, .. } = subscriber.state else { continue };
            let found = self.job_ids.id(number).is_some_and(|id| by_id.first(id).is_some());
            if let Some(job) = self.jobs.get_mut(number).filter(|job| job.project == Some(index)) {
                (job.unlisted, job.nudged) = (!found, false);
            }
            self.count_job(number);
        }
    }

    /// Whether the watches of a project have its active jobs polled one by one, and which.
    fn choose_split(&mut self, index: usize, now: f64) {
        let (mut interval, mut longest, mut active) = (f64::INFINITY, f64::INFINITY, 0);
        let watches = self.watches(index);
        for watch in &watches {
            let Some(Some(subscriber)) = self.subscribers.get(*watch) else { continue };
            let bounds = subscriber.bounds();
            interval = interval.min(subscriber.state.interval(bounds));
            longest = longest.min(bounds.max);
            if let SubscriberState::Project { jobs, .. } = &subscriber.state {
                active = active.max(jobs.len());
            }
        }
        let Some(project) = self.projects.get_mut(index) else { return };
        let splits = !watches.is_empty() && cost::splits(project, active, self.job_bytes, interval, longest);
        let before = std::mem::replace(&mut project.split, splits);
        if !splits {
            if before {
                self.unsplit(index);
            }
            return;
        }
        for watch in watches {
            let Some(Some(subscriber)) = self.subscribers.get(watch) else { continue };
            let bounds = subscriber.bounds();
            let SubscriberState::Project { jobs, .. } = &subscriber.state else { continue };
            let active: Vec<_> = jobs.iter().map(|(id, job)| (id.clone(), job.interval(bounds))).collect();
            for (id, interval) in active {
                let number = self.job(&id);
                self.move_job(number, index);
                let unit = (self.random)();
                if let Some(job) = self.jobs.get_mut(number)
                    && job.request.is_none()
                    && job.watch_due == f64::INFINITY
                {
                    job.watch_due = now + jittered(interval, bounds, unit);
                }
                self.reschedule(Target::Job(number));
            }
        }
        // What ended or went away is not followed any more.
        for number in self.project_jobs(index) {
            let followed = self.job_ids.id(number).is_some_and(|id| self.is_active(index, id));
            if !followed && let Some(job) = self.jobs.get_mut(number) {
                job.watch_due = f64::INFINITY;
                self.drop_job(number);
            }
        }
    }

    /// Whether a watch of a project knows a job as active.
    fn is_active(&self, index: usize, id: &str) -> bool {
        let Some(project) = self.projects.get(index) else { return false };
        project.watches.iter().any(|watch| match self.subscriber(*watch) {
            Some(Subscriber { state: SubscriberState::Project { jobs, .. }, .. }) => {
                jobs.binary_search_by(|(other, _)| (**other).cmp(id)).is_ok()
            }
            _ => false,
        })
    }

    /// A list that is over may have changed how the jobs of its project are polled, by themselves or by the list.
    fn look_at_list(&mut self, index: usize) {
        self.reschedule(Target::List(index));
        for number in self.project_jobs(index) {
            self.reschedule(Target::Job(number));
        }
    }

    /// Those whom a request that is over did not concern are due as before.
    fn let_go(&mut self, subscribers: &[SubscriberId]) {
        for id in subscribers {
            let Some(Some(subscriber)) = self.subscribers.get(*id) else { continue };
            match self.target(subscriber) {
                target @ Target::Job(_) => self.reschedule(target),
                Target::List(_) => self.come_due(*id),
            }
        }
    }

    /// Notifies every subscriber that a request was for; `each` gives `None` for one that it did not concern.
    fn notify(
        &mut self,
        subscribers: &[SubscriberId],
        request: RequestId,
        now: f64,
        notifications: &mut Vec<Notification>,
        each: &mut Teller,
    ) {
        for id in subscribers {
            self.looked_at();
            let unit = (self.random)();
            let Some(Some(subscriber)) = self.subscribers.get_mut(*id) else { continue };
            if subscriber.in_flight != Some(request) {
                continue;
            }
            subscriber.in_flight = None;
            if subscriber.overdue {
                // The next step ends it, unless this does.
                self.deadlines.set(*id, now);
            }
            let job = match subscriber.state {
                SubscriberState::Job { job, .. } => Some(job),
                SubscriberState::Project { .. } => None,
            };
            let name = job.and_then(|job| self.job_ids.id(job));
            let outcome = each(name.map(|id| &**id), subscriber, unit);
            if let Some(outcome) = outcome {
                notifications.push(subscriber.notification(*id, outcome, now));
            }
        }
    }

    /// Lets go of those who have ended, and says when the next poll is due for the others.
    pub(super) fn settle(&mut self, notifications: &mut Vec<Notification>, now: f64) {
        for notification in &*notifications {
            if notification.outcome.ends() {
                self.leave(notification.subscriber);
            }
        }
        let mut last: [Option<(Target, f64)>; 2] = [None, None];
        for notification in notifications {
            self.come_due(notification.subscriber);
            let Some(Some(subscriber)) = self.subscribers.get(notification.subscriber) else { continue };
            let (target, deadline) = (self.target(subscriber), subscriber.wait.deadline());
            let is_list = usize::from(matches!(target, Target::List(_)));
            let known = last.get(is_list).copied().flatten().filter(|(same, _)| *same == target);
            let (_, next) = known.unwrap_or_else(|| (target, self.next_poll(target)));
            if let Some(last) = last.get_mut(is_list) {
                *last = Some((target, next));
            }
            let next = next.max(self.not_before);
            notification.next_poll =
                Some((next - now).max(0.0)).filter(|_| next.is_finite() && next <= deadline);
        }
    }

    /// When what is polled is due next, one by one or by a list.
    fn next_poll(&self, target: Target) -> f64 {
        let mut next = self.due_of(target);
        if let Target::List(index) = target
            && let Some(project) = self.projects.get(index).filter(|project| project.split)
        {
            for job in &project.jobs {
                next = next.min(self.due_of(Target::Job(*job)));
            }
        }
        next
    }
}

fn project_split(coordinator: &PollCoordinator, index: usize) -> bool {
    coordinator.projects.get(index).is_some_and(|project| project.split)
}
