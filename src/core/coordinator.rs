//! Many waits, few requests: the requests that a client's waits and watches share.
//!
//! Waits on one job share Get Job. Waits on several jobs of a project, and watches of it, share List Jobs where that
//! costs less. Like [`Wait`], no clock and no I/O: what happened goes in, and [`PollCoordinator::step`] says what to
//! do. Whatever happens, only those whom it concerns are looked at: by the id of a job or project, and by when they
//! are due.

use super::job::JobSnapshot;
use super::retry::RetryPolicy;
use super::route::Endpoint;
use super::state::KnownJob;
use super::wait::{End, Wait, WaitConfig, WaitProgress, WatchedJob};
pub use cost::{JOB as JOB_BYTES, REQUEST as REQUEST_COST};
use flights::{Flights, Target};
use ids::Ids;
use queue::DueQueue;
use std::collections::BinaryHeap;
use std::rc::Rc;
use subscriber::{Subscriber, SubscriberState};
use targets::{JobTarget, ProjectTarget};

mod cost;
mod flights;
mod hints;
mod ids;
mod queue;
mod requests;
mod responses;
mod subscriber;
mod targets;
#[cfg(test)]
mod tests;

/// Requests of one client's waits in flight at once.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    /// The number of requests as long as no response has shown that the waits are of many projects.
    pub initial: usize,
    /// The number that is never exceeded.
    pub most: usize,
}

/// Where a deadline is past by more than this, in ms, no timer was late: nothing ran meanwhile (a sleep, a frozen tab).
const OVERDUE: f64 = 500.0;

/// A wait or a watch in the coordinator.
pub type SubscriberId = usize;
/// A request that the coordinator wants made. The number is never used again.
pub type RequestId = u64;

/// What to do now.
#[derive(Debug)]
pub struct Actions {
    /// Requests to make.
    pub send: Vec<PollRequest>,
    /// Requests that nobody waits for any more.
    pub abort: Vec<RequestId>,
    /// Requests that slept before another attempt and may make it now.
    pub resume: Vec<RequestId>,
    /// Waits that reached their deadline and have left.
    pub expired: Vec<Notification>,
    /// When the next poll is due if nothing happens; infinity: none is.
    pub wake: f64,
    /// When the next wait gives up; infinity: none does.
    pub deadline: f64,
}

/// A request to make.
#[derive(Clone, Debug)]
pub struct PollRequest {
    /// The number that what becomes of the request is reported with.
    pub request: RequestId,
    /// Which endpoint: Get Job or List Jobs.
    pub endpoint: Endpoint,
    /// The id of the job or project.
    pub id: Rc<str>,
    /// The longest timeout and the most retries of all that it is for.
    pub retry_policy: RetryPolicy,
    /// A body that is longer is not worth reading: [`PollCoordinator::list_too_long`]. In bytes; infinity: any is.
    pub limit: f64,
}

/// What one subscriber is to be notified of.
#[derive(Debug)]
pub struct Notification {
    /// Who is notified.
    pub subscriber: SubscriberId,
    /// What became of the poll.
    pub outcome: Outcome,
    /// Polls made, failed ones included.
    pub polls: u32,
    /// Since the start, in ms.
    pub elapsed: f64,
    /// Estimated time to the end of the job, in ms.
    pub eta: Option<f64>,
    /// When the next poll is due, in ms from now; `None` after the last.
    pub next_poll: Option<f64>,
    /// What another process goes on from.
    pub resumable: Resumable,
}

/// A wait or a watch as another process may take it up, on this coordinator's clock.
#[derive(Clone, Debug)]
pub struct Resumable {
    /// When the subscriber is notified, in ms on the coordinator's clock.
    pub now: f64,
    /// How far the wait has come.
    pub progress: WaitProgress,
    /// What is known of the job; of a project nothing, since its watch keeps what it knows of the jobs.
    pub job: WatchedJob,
}

/// What became of a poll.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// Get Job or List Jobs had a response with the job. With an `end`
    /// the subscriber has left.
    Job {
        /// Its place in the response, 0 for Get Job.
        index: usize,
        /// It is at least as new as what was known; if not, what was known stays.
        fresh: bool,
        /// How it ended the subscriber's wait, if it did.
        end: Option<End>,
    },
    /// The job became known by another way than a poll: number 0 of what was learnt, and newer than what was known.
    /// With an `end` the subscriber has left.
    Learnt {
        /// How it ended the subscriber's wait, if it did.
        end: Option<End>,
    },
    /// The whole list.
    Project,
    /// One job of the watched project, number `index` in the response; the others are as they were.
    ProjectJob {
        /// The job's place in the response.
        index: usize,
    },
    /// It failed; `ends`: the subscriber has left.
    Failed {
        /// The wait does not survive it.
        ends: bool,
    },
    /// The time is over.
    Expired,
}

impl Outcome {
    /// Whether the subscriber has left with it.
    pub fn ends(&self) -> bool {
        matches!(
            self,
            Self::Job { end: Some(_), .. }
                | Self::Learnt { end: Some(_) }
                | Self::Failed { ends: true }
                | Self::Expired
        )
    }
}

/// What a subscriber polls.
#[derive(Clone, Debug)]
pub enum WatchTarget {
    /// One job, by its id.
    Job(Rc<str>),
    /// All jobs of a project, by its id.
    Project(Rc<str>),
}

/// A job of a list, as far as the coordinator cares.
pub trait ListedJob {
    /// The job's id.
    fn id(&self) -> &Rc<str>;
    /// What waiting needs to know of it.
    fn snapshot(&self) -> &JobSnapshot;
    /// All of the job as text, the same for the same fields in any order. It is made only where a hash of it says whether
    /// the job has changed.
    fn text(&self) -> String;
}

/// Ids with their places, in the order of the ids and then of the places.
pub struct Index<'a>(pub Vec<(&'a str, usize)>);

impl<'a> Index<'a> {
    /// An index of `count` ids; `id` gives the one at a place.
    pub fn new(count: usize, id: &dyn Fn(usize) -> Option<&'a str>) -> Self {
        // By a heap: the smallest code that sorts.
        let mut places = Vec::with_capacity(count);
        for place in 0..count {
            places.push((id(place).unwrap_or_default(), place));
        }
        Self(BinaryHeap::from(places).into_sorted_vec())
    }

    /// The first place of an id.
    pub fn first(&self, id: &str) -> Option<usize> {
        let at = self.0.partition_point(|(other, _)| *other < id);
        self.0.get(at).filter(|(other, _)| *other == id).map(|(_, place)| *place)
    }
}

/// So many weights of lists are remembered for projects that no subscriber is about any more.
const REMEMBERED_WEIGHTS: usize = 64;
/// A request that has no response after so many ms is slow: others need not wait for its place, as long as there are
/// places at all. Where many are slow the server is, and it takes longer until the next is.
const SLOW: f64 = 250.0;

/// All waits and watches of one client.
pub struct PollCoordinator {
    /// Each in an allocation of its own: a list of large items leaves, each time that it grows, a gap that nothing fits
    /// into.
    subscribers: Vec<Option<Box<Subscriber>>>,
    /// The places of `subscribers` that nobody has.
    free: Vec<SubscriberId>,
    job_ids: Ids,
    jobs: Vec<JobTarget>,
    project_ids: Ids,
    projects: Vec<ProjectTarget>,
    /// Projects that no subscriber is about any more, and how long their lists were, in bytes.
    weights: Vec<(Rc<str>, f64)>,
    /// What to poll, by when it is due. A job has twice its number, a project one more than that.
    due: DueQueue,
    /// What is due and waits for a place in flight, by when it is to get one.
    ready: DueQueue,
    /// Subscribers that listen, by their deadlines.
    deadlines: DueQueue,
    /// How many they are.
    listening: usize,
    flights: Flights,
    /// Requests that hold a place.
    busy: usize,
    /// Requests that hold a place, by when they count as slow.
    slow_at: DueQueue,
    /// How many of them are.
    slow: usize,
    /// Requests that have slept and want a place again, the first that woke first.
    woken: DueQueue,
    aborted: Vec<RequestId>,
    /// The latest time that the shell has passed in, in ms.
    now: f64,
    /// Counts events, so that which came first is known even where the clock is too coarse to say.
    tick: u64,
    /// Jobs whose project no response has named yet.
    unknown: usize,
    /// Those of them that are due and wait for a place in flight.
    unresolved: usize,
    /// Lists in a row that were requested for those and had none of them.
    failed_guesses: u32,
    /// Lists in flight that were requested for such jobs.
    guesses: usize,
    /// Projects that responses named while there were such jobs. They are kept until there are none any more.
    shown: Vec<usize>,
    /// Those of them that were named twice: their lists may have more of these jobs.
    candidates: Vec<usize>,
    /// Sources of polls: lists of projects, and jobs that are polled by themselves, as far as their project is known.
    sources: usize,
    /// What a job's response weighs on average, in bytes.
    job_bytes: f64,
    /// No poll is made before this moment, since a Retry-After said so, in ms.
    not_before: f64,
    /// Polls were held back until that moment, and are still to be spread, so that they do not come all at once.
    held: bool,
    offline: bool,
    concurrency: Concurrency,
    random: Box<dyn FnMut() -> f64>,
    /// Subscribers that were looked at.
    #[cfg(test)]
    steps: std::cell::Cell<usize>,
}

impl PollCoordinator {
    /// An empty coordinator; `random` gives numbers in [0, 1).
    pub fn new(random: Box<dyn FnMut() -> f64>, concurrency: Concurrency) -> Self {
        Self {
            subscribers: Vec::new(),
            free: Vec::new(),
            job_ids: Ids::default(),
            jobs: Vec::new(),
            project_ids: Ids::default(),
            projects: Vec::new(),
            weights: Vec::new(),
            due: DueQueue::default(),
            ready: DueQueue::default(),
            deadlines: DueQueue::default(),
            listening: 0,
            flights: Flights::default(),
            busy: 0,
            slow_at: DueQueue::default(),
            slow: 0,
            woken: DueQueue::default(),
            aborted: Vec::new(),
            now: f64::NEG_INFINITY,
            tick: 0,
            unknown: 0,
            unresolved: 0,
            failed_guesses: 0,
            guesses: 0,
            shown: Vec::new(),
            candidates: Vec::new(),
            sources: 0,
            job_bytes: cost::JOB,
            not_before: f64::NEG_INFINITY,
            held: false,
            offline: false,
            concurrency,
            random,
            #[cfg(test)]
            steps: std::cell::Cell::default(),
        }
    }

    /// Adds a wait or a watch. It polls once it listens.
    pub fn join(
        &mut self,
        target: &WatchTarget,
        config: WaitConfig,
        retry_policy: RetryPolicy,
        listening: bool,
        now: f64,
    ) -> SubscriberId {
        self.now = now;
        let state = match target {
            WatchTarget::Job(id) => {
                SubscriberState::Job { job: self.job(id), watched: WatchedJob::default() }
            }
            WatchTarget::Project(id) => {
                SubscriberState::Project { project: self.project(id), jobs: Vec::new(), resumed: Vec::new() }
            }
        };
        let wait = Wait::new(config, now);
        let subscriber = Subscriber {
            state,
            wait,
            retry_policy,
            at: 0,
            listening: false,
            in_flight: None,
            lost: f64::NEG_INFINITY,
            overdue: false,
        };
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                self.subscribers.push(None);
                self.subscribers.len() - 1
            }
        };
        if let Some(place) = self.subscribers.get_mut(id) {
            *place = Some(Box::new(subscriber));
        }
        self.enlist(id);
        self.set_listening(id, listening);
        id
    }

    /// Has a subscriber that just joined go on where another one stopped, knowing a job or, by the hashes of their ids,
    /// those of a project.
    pub fn go_on(
        &mut self,
        id: SubscriberId,
        progress: WaitProgress,
        known: Option<&WatchedJob>,
        active: &[(u64, KnownJob)],
    ) {
        let unit = (self.random)();
        let Some(Some(subscriber)) = self.subscribers.get_mut(id) else { return };
        let Subscriber { state, wait, listening, .. } = &mut **subscriber;
        match state {
            SubscriberState::Job { watched, .. } => *watched = known.copied().unwrap_or_default(),
            SubscriberState::Project { resumed, .. } => *resumed = active.to_vec(),
        }
        *wait = Wait::resume(*wait.config(), progress, unit, &|bounds| state.interval(bounds));
        if *listening {
            let deadline = wait.deadline();
            self.deadlines.set(id, deadline);
        }
        if let Some(Some(subscriber)) = self.subscribers.get(id) {
            self.reschedule(self.target(subscriber));
        }
    }

    /// Puts a new subscriber among those of its job or project.
    fn enlist(&mut self, id: SubscriberId) {
        let tick = self.tick();
        let Some(Some(subscriber)) = self.subscribers.get_mut(id) else { return };
        let all = match &subscriber.state {
            SubscriberState::Job { job, .. } => self.jobs.get_mut(*job).map(|job| {
                job.joined = tick;
                &mut job.subscribers
            }),
            SubscriberState::Project { project, .. } => {
                self.projects.get_mut(*project).map(|project| &mut project.watches)
            }
        };
        if let Some(all) = all {
            subscriber.at = all.len();
            all.push(id);
        }
    }

    /// Removes a subscriber. The request in flight is aborted if nobody else waits for it.
    pub fn leave(&mut self, id: SubscriberId) {
        let Some((state, request)) = self.vacate(id) else { return };
        if let Some(request) = request {
            if let Some(flight) = self.flights.get_mut(request) {
                flight.waiting = flight.waiting.saturating_sub(1);
            }
            self.abort_unless_wanted(request);
        }
        match state {
            SubscriberState::Job { job, .. } => self.drop_job(job),
            SubscriberState::Project { project, .. } => {
                if self.projects.get(project).is_some_and(|project| project.watches.is_empty()) {
                    self.unsplit(project);
                }
                self.drop_project(project);
            }
        }
    }

    fn abort_unless_wanted(&mut self, request: RequestId) {
        let Some(flight) = self.flights.get_mut(request) else { return };
        let (target, waiting, for_watches) = (flight.target, flight.waiting, flight.for_watches);
        let watched = || match target {
            Target::Job(job) => {
                let project = self.jobs.get(job).and_then(|job| self.projects.get(job.project?));
                for_watches && project.is_some_and(|project| !project.watches.is_empty())
            }
            Target::List(_) => false,
        };
        if waiting == 0 && !watched() {
            self.end_flight(request);
            self.aborted.push(request);
            self.reschedule(target);
        }
    }

    /// Whether somebody awaits a watch's next value. The first time starts it; later, a poll that came due meanwhile
    /// is due at once.
    pub fn listen(&mut self, id: SubscriberId, listening: bool, now: f64) {
        self.now = now;
        if let Some(Some(subscriber)) = self.subscribers.get_mut(id) {
            if listening && !subscriber.listening && subscriber.wait.polls() == 0 {
                subscriber.wait = Wait::new(*subscriber.wait.config(), now);
            }
            self.set_listening(id, listening);
        }
    }

    fn set_listening(&mut self, id: SubscriberId, listening: bool) {
        let Some(Some(subscriber)) = self.subscribers.get_mut(id) else { return };
        if subscriber.listening == listening {
            return;
        }
        subscriber.listening = listening;
        let deadline = if listening { subscriber.wait.deadline() } else { f64::INFINITY };
        // A watch whose next value nobody awaited has missed no poll, since it wanted none.
        subscriber.overdue = deadline <= self.now;
        self.deadlines.set(id, deadline);
        let change = |count: usize| if listening { count + 1 } else { count.saturating_sub(1) };
        self.listening = change(self.listening);
        match subscriber.state {
            SubscriberState::Job { job: number, .. } => {
                let mut left = 0;
                if let Some(job) = self.jobs.get_mut(number) {
                    job.listening = change(job.listening);
                    left = job.listening;
                }
                if let Some(project) = self.count_job(number) {
                    self.choose(project);
                }
                // Others who wait for it are looked at when it seems to be due.
                if left == 0 {
                    self.reschedule(Target::Job(number));
                }
                self.come_due(id);
            }
            SubscriberState::Project { project: number, .. } => {
                let mut split = false;
                if let Some(project) = self.projects.get_mut(number) {
                    project.listening = change(project.listening);
                    split = project.split;
                }
                self.choose(number);
                self.come_due(id);
                if split {
                    for job in self.project_jobs(number) {
                        self.reschedule(Target::Job(job));
                    }
                }
            }
        }
    }

    /// Without a network polls come at the longest interval, and failures do not count.
    pub fn set_offline(&mut self, offline: bool) {
        if self.offline != offline {
            self.offline = offline;
            self.reschedule_all();
        }
    }

    /// The machine slept for so many ms, in which this coordinator's time stood still: polls are due that much earlier.
    /// Deadlines are not: they are times that a wait was awake for.
    pub fn slept(&mut self, ms: f64) {
        if ms <= 0.0 {
            return;
        }
        for subscriber in self.subscribers.iter_mut().flatten() {
            subscriber.wait.slept(ms);
            subscriber.lost -= ms;
        }
        for project in &mut self.projects {
            project.listed -= ms;
            project.rests_until -= ms;
        }
        for job in &mut self.jobs {
            job.watch_due -= ms;
        }
        self.not_before -= ms;
        self.reschedule_all();
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.subscribers.is_empty()
    }

    /// What to do at `now`.
    pub fn step(&mut self, now: f64) -> Actions {
        self.now = now;
        let expired = self.expire(now);
        let (mut send, mut resume) = (Vec::new(), Vec::new());
        let held = now < self.not_before;
        if !held {
            if std::mem::take(&mut self.held) {
                self.spread(now);
            }
            while let Some(source) = self.due.take(now) {
                self.come_ready(source, now);
            }
            self.find_slow(now);
            while self.busy < self.limit() {
                if let Some(slot) = self.woken.take(f64::INFINITY) {
                    resume.extend(self.resume(slot, now));
                } else if let Some((target, limit)) = self.next_target(now) {
                    send.extend(self.start_request(target, limit, now));
                } else {
                    break;
                }
            }
        }
        if self.unresolved == 0 && self.guesses == 0 {
            self.forget_shown();
        }
        let congested = !self.ready.is_empty() || !self.woken.is_empty();
        let mut wake = self.due.soonest();
        if held {
            wake = if congested { self.not_before } else { wake.max(self.not_before) };
        } else if congested && self.busy < self.concurrency.most {
            wake = wake.min(self.slow_at.soonest());
        }
        if self.listening == 0 {
            // What is left in the queue is looked at once somebody listens again.
            wake = f64::INFINITY;
        }
        let deadline = self.deadlines.soonest();
        Actions { send, abort: std::mem::take(&mut self.aborted), resume, expired, wake, deadline }
    }

    /// A response named a job's project.
    fn show(&mut self, number: usize) {
        let tick = self.tick();
        let Some(project) = self.projects.get_mut(number) else { return };
        project.named_tick = tick;
        if self.unresolved > 0 || self.guesses > 0 {
            project.shown += 1;
            match project.shown {
                1 => self.shown.push(number),
                2 => self.candidates.push(number),
                _ => {}
            }
        }
    }

    /// No job is left whose project is unknown.
    fn forget_shown(&mut self) {
        self.failed_guesses = 0;
        self.candidates.clear();
        for number in std::mem::take(&mut self.shown) {
            if let Some(project) = self.projects.get_mut(number) {
                project.shown = 0;
            }
            self.drop_project(number);
        }
    }

    /// Whether a poll comes before the end of a wait whose time is over: where nothing ran for a while (the machine
    /// slept, the page was frozen), the poll was overdue as well, and the job may have ended meanwhile. The response has
    /// the time that one attempt has, and there is one such poll.
    fn comes_first(&mut self, id: SubscriberId, now: f64) -> bool {
        let held = now < self.not_before;
        let Some(Some(subscriber)) = self.subscribers.get_mut(id) else { return false };
        let deadline = subscriber.wait.deadline();
        let missed = subscriber.in_flight.is_none() && subscriber.wait.due() < deadline;
        if held || subscriber.overdue || !missed || now < deadline + OVERDUE {
            return false;
        }
        subscriber.overdue = true;
        let limit = now + subscriber.retry_policy.timeout_ms;
        self.deadlines.set(id, limit);
        self.come_due(id);
        true
    }

    /// Removes those whose time is over. A watch whose next value nobody awaits expires when somebody does.
    fn expire(&mut self, now: f64) -> Vec<Notification> {
        let mut expired = Vec::new();
        while let Some(id) = self.deadlines.take(now) {
            if self.comes_first(id, now) {
                continue;
            }
            if let Some(Some(subscriber)) = self.subscribers.get(id) {
                expired.push(subscriber.notification(id, Outcome::Expired, now));
            }
            self.leave(id);
        }
        expired
    }

    /// Takes a subscriber out: what it was about and the request that it waited for.
    fn vacate(&mut self, id: SubscriberId) -> Option<(SubscriberState, Option<RequestId>)> {
        self.set_listening(id, false);
        let subscriber = self.subscribers.get_mut(id)?.take()?;
        let all = match &subscriber.state {
            SubscriberState::Job { job, .. } => self.jobs.get_mut(*job).map(|job| &mut job.subscribers),
            SubscriberState::Project { project, .. } => {
                self.projects.get_mut(*project).map(|project| &mut project.watches)
            }
        };
        if let Some(all) = all
            && subscriber.at < all.len()
        {
            all.swap_remove(subscriber.at);
            let moved = all.get(subscriber.at).and_then(|moved| self.subscribers.get_mut(*moved)?.as_mut());
            if let Some(moved) = moved {
                moved.at = subscriber.at;
            }
        }
        self.free.push(id);
        if self.free.len() == self.subscribers.len() {
            self.free.clear();
            self.subscribers.clear();
        }
        Some((subscriber.state, subscriber.in_flight))
    }

    fn tick(&mut self) -> u64 {
        self.tick += 1;
        self.tick
    }

    /// The number of a job, known or new.
    fn job(&mut self, id: &Rc<str>) -> usize {
        if let Some(known) = self.job_ids.find(id) {
            return known;
        }
        self.unknown += 1;
        let number = self.job_ids.insert(id);
        match self.jobs.get_mut(number) {
            Some(place) => *place = JobTarget::default(),
            None => self.jobs.push(JobTarget::default()),
        }
        number
    }

    /// The number of a project, known or new.
    fn project(&mut self, id: &Rc<str>) -> usize {
        if let Some(known) = self.project_ids.find(id) {
            return known;
        }
        let number = self.project_ids.insert(id);
        let remembered = self.weights.iter().position(|(project, _)| project == id);
        let bytes = remembered.map_or(-1.0, |at| self.weights.swap_remove(at).1);
        let new = ProjectTarget { bytes, ..ProjectTarget::default() };
        match self.projects.get_mut(number) {
            Some(place) => *place = new,
            None => self.projects.push(new),
        }
        number
    }

    /// The jobs of a project that are polled.
    fn project_jobs(&self, number: usize) -> Vec<usize> {
        self.projects.get(number).map(|project| project.jobs.clone()).unwrap_or_default()
    }

    /// Puts a job where a response says that it belongs.
    fn move_job(&mut self, number: usize, to: usize) {
        let Some(job) = self.jobs.get(number) else { return };
        if job.project == Some(to) {
            return;
        }
        match self.take_job(number) {
            Some(from) => self.choose(from),
            None => self.unknown -= 1,
        }
        if let (Some(job), Some(project)) = (self.jobs.get_mut(number), self.projects.get_mut(to)) {
            job.project = Some(to);
            job.unlisted = false;
            job.at = project.jobs.len();
            project.jobs.push(number);
        }
        self.count_job(number);
    }

    /// Takes a job out of its project. Gives which that was.
    fn take_job(&mut self, number: usize) -> Option<usize> {
        let job = self.jobs.get_mut(number)?;
        let from = job.project.take()?;
        let project = self.projects.get_mut(from)?;
        if std::mem::take(&mut job.counted) {
            project.waited = project.waited.saturating_sub(1);
        }
        let at = job.at;
        job.watch_due = f64::INFINITY;
        if at < project.jobs.len() {
            project.jobs.swap_remove(at);
        }
        if let Some(moved) = project.jobs.get(at).and_then(|moved| self.jobs.get_mut(*moved)) {
            moved.at = at;
        }
        self.drop_project(from);
        Some(from)
    }

    /// Counts a job among those of its project that are waited for, or no longer. Gives its project.
    fn count_job(&mut self, number: usize) -> Option<usize> {
        let job = self.jobs.get_mut(number)?;
        let project = self.projects.get_mut(job.project?)?;
        let counts = job.listening > 0 && !job.unlisted;
        if counts != job.counted {
            job.counted = counts;
            project.waited = if counts { project.waited + 1 } else { project.waited.saturating_sub(1) };
        }
        job.project
    }

    /// Forgets a job that nobody polls.
    fn drop_job(&mut self, number: usize) {
        let Some(job) = self.jobs.get(number) else { return };
        if self.job_ids.id(number).is_none()
            || !job.subscribers.is_empty()
            || job.watch_due.is_finite()
            || job.request.is_some()
        {
            return;
        }
        self.unqueue(Target::Job(number));
        self.job_ids.remove(number);
        match self.take_job(number) {
            Some(project) => self.choose(project),
            None => self.unknown -= 1,
        }
    }

    /// Forgets a project that nobody is about, but for the weight of its list.
    fn drop_project(&mut self, number: usize) {
        let Some(project) = self.projects.get(number) else { return };
        let used = !project.jobs.is_empty() || !project.watches.is_empty() || project.request.is_some();
        if used || project.shown > 0 {
            return;
        }
        let Some(id) = self.project_ids.id(number).cloned() else { return };
        let (bytes, sources) = (if project.more { -1.0 } else { project.bytes }, project.sources);
        self.sources = self.sources.saturating_sub(sources);
        if let Some(project) = self.projects.get_mut(number) {
            *project = ProjectTarget::default();
        }
        self.unqueue(Target::List(number));
        self.project_ids.remove(number);
        self.remember(id, bytes);
    }

    /// Keeps what a list weighs, though nobody is about its project.
    fn remember(&mut self, project: Rc<str>, bytes: f64) {
        if bytes >= 0.0 {
            if self.weights.len() == REMEMBERED_WEIGHTS {
                self.weights.remove(0);
            }
            self.weights.push((project, bytes));
        }
    }

    /// A subscriber is looked at.
    #[cfg_attr(not(test), allow(clippy::unused_self))] // only tests count
    fn looked_at(&self) {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
    }
}
