//! A coordinator on a virtual clock before a scripted server.

use crate::core::coordinator::{
    Concurrency, ListedJob, Notification, PollCoordinator, PollRequest, RequestId, SubscriberId, WatchTarget,
};
use crate::core::error::Error;
use crate::core::job::JobSnapshot;
use crate::core::retry::{RetryPolicy, delay_after};
use crate::core::route::Endpoint;
use crate::core::state::hash_job;
use crate::core::status::Status;
use crate::core::wait::{PollInterval, WaitConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub const CONFIG: WaitConfig = WaitConfig {
    poll_interval: PollInterval::Fixed(10_000.0),
    floor: 5_000.0,
    initial_delay: 0.0,
    max_wait: f64::INFINITY,
    max_poll_errors: 5,
    throw_on_blocked: false,
};
pub const CONCURRENCY: Concurrency = Concurrency { initial: 4, most: 50 };
pub const PATIENCE: RetryPolicy = RetryPolicy { timeout_ms: 30_000.0, max_retries: 2 };

pub fn processing(updated: f64) -> JobSnapshot {
    JobSnapshot { status: Some(Status::Processing), updated: Some(updated), pages: None, done: None }
}

pub fn completed(updated: f64) -> JobSnapshot {
    JobSnapshot { status: Some(Status::Completed), ..processing(updated) }
}

pub fn status(status: u16) -> Error {
    Error::Api { status, retry_after: None }
}

/// What a job weighs in a response.
pub const JOB_BYTES: f64 = 500.0;

/// What the server says to a request.
pub enum Reply {
    /// The job's project and what it is like.
    Job(&'static str, JobSnapshot),
    List(Vec<(String, JobSnapshot)>),
    /// A list beside a history of so many bytes.
    Long(Vec<(String, JobSnapshot)>, f64),
    Fails(Error),
    /// With a Retry-After of so many ms.
    Later(Box<Reply>, f64),
    /// No response, ever.
    Silence,
    /// No response within the timeout of an attempt.
    Hangs,
}

pub struct Sim<F> {
    pub coordinator: PollCoordinator,
    pub now: f64,
    /// The response to the request for an id at a time.
    server: F,
    latency: f64,
    under_way: Vec<(f64, PollRequest)>,
    /// Whether a request is retried as the HTTP layer does it: until when it sleeps, and which attempts were made.
    pub retries: bool,
    sleeping: Vec<(f64, PollRequest)>,
    /// Those that have slept and wait for a place.
    woken: Vec<PollRequest>,
    attempts: BTreeMap<RequestId, u32>,
    hanging: BTreeSet<RequestId>,
    /// When each request was made, and for what: "job_1", "[proj_1]" for a list.
    pub log: Vec<(f64, String)>,
    pub retry_policy: Vec<RetryPolicy>,
    pub notifications: Vec<(f64, Box<Notification>)>,
    pub aborted: Vec<(f64, RequestId)>,
    pub most_in_flight: usize,
    /// What the responses weighed, in bytes.
    pub bytes: f64,
    pub next: f64,
}

impl<F: FnMut(f64, Endpoint, &str) -> Reply> Sim<F> {
    pub fn new(latency: f64, server: F) -> Self {
        Self {
            coordinator: PollCoordinator::new(Box::new(|| 0.5), CONCURRENCY),
            now: 0.0,
            server,
            latency,
            under_way: Vec::new(),
            retries: false,
            sleeping: Vec::new(),
            woken: Vec::new(),
            attempts: BTreeMap::new(),
            hanging: BTreeSet::new(),
            log: Vec::new(),
            retry_policy: Vec::new(),
            notifications: Vec::new(),
            aborted: Vec::new(),
            most_in_flight: 0,
            bytes: 0.0,
            next: f64::INFINITY,
        }
    }

    pub fn wait(&mut self, id: &str, config: WaitConfig) -> SubscriberId {
        self.coordinator.join(&WatchTarget::Job(id.into()), config, PATIENCE, true, self.now)
    }

    pub fn watch(&mut self, project: &str, config: WaitConfig) -> SubscriberId {
        self.coordinator.join(&WatchTarget::Project(project.into()), config, PATIENCE, true, self.now)
    }

    pub fn in_flight(&self) -> usize {
        self.under_way.len()
    }

    /// Times of the requests for this.
    pub fn times(&self, what: &str) -> Vec<f64> {
        self.log.iter().filter(|(_, name)| name == what).map(|(at, _)| *at).collect()
    }

    fn send(&mut self, send: PollRequest) {
        let name = match send.endpoint {
            Endpoint::GetJob => send.id.to_string(),
            Endpoint::ListJobs => format!("[{}]", send.id),
        };
        self.log.push((self.now, name));
        *self.attempts.entry(send.request).or_default() += 1;
        self.under_way.push((self.now + self.latency, send));
    }

    pub fn step(&mut self) {
        let step = self.coordinator.step(self.now);
        for request in step.abort {
            self.under_way.retain(|(_, send)| send.request != request);
            self.sleeping.retain(|(_, send)| send.request != request);
            self.woken.retain(|send| send.request != request);
            self.aborted.push((self.now, request));
        }
        for request in step.resume {
            let at = self.woken.iter().position(|send| send.request == request).expect("it did not sleep");
            let send = self.woken.remove(at);
            self.send(send);
        }
        for send in step.send {
            self.retry_policy.push(send.retry_policy);
            self.send(send);
        }
        self.most_in_flight = self.most_in_flight.max(self.under_way.len());
        let now = self.now;
        self.notifications.extend(step.expired.into_iter().map(|notification| (now, notification)));
        assert!(step.wake > now && step.deadline > now);
        self.next = step.wake.min(step.deadline);
    }

    fn respond(&mut self, send: &PollRequest) {
        let mut reply = if self.hanging.remove(&send.request) {
            Reply::Fails(Error::Timeout)
        } else {
            (self.server)(self.now, send.endpoint, &send.id)
        };
        let mut retry_after = None;
        if let Reply::Later(inner, ms) = reply {
            (reply, retry_after) = (*inner, Some(ms));
        }
        if let Reply::List(jobs) = reply {
            reply = Reply::Long(jobs, 0.0);
        }
        if let Reply::Job(..) = reply {
            self.bytes += JOB_BYTES;
        }
        let notifications = match reply {
            Reply::Job(project, snapshot) => self.coordinator.job_received(
                send.request,
                &project.into(),
                &snapshot,
                JOB_BYTES,
                retry_after,
                self.now,
            ),
            Reply::Long(jobs, history) => {
                let bytes = jobs.len() as f64 * JOB_BYTES + history;
                self.bytes += bytes.min(send.limit);
                if bytes > send.limit {
                    self.coordinator.list_too_long(send.request, send.limit, self.now);
                    return;
                }
                let jobs: Vec<_> = jobs.into_iter().map(|(id, snapshot)| (Rc::from(id), snapshot)).collect();
                self.coordinator.list_received(send.request, &jobs, bytes, retry_after, self.now)
            }
            Reply::Fails(mut error) => {
                if let Error::Api { retry_after: delay, .. } = &mut error {
                    *delay = retry_after;
                }
                let attempts = self.attempts[&send.request];
                let delay = delay_after(error.kind(), attempts, send.retry_policy.max_retries, 0.5);
                if let Some(delay) = delay.filter(|_| self.retries) {
                    self.coordinator.request_sleeps(send.request, retry_after, self.now);
                    self.sleeping.push((self.now + delay, send.clone()));
                    return;
                }
                self.coordinator.failed(send.request, &error, self.now)
            }
            Reply::Hangs => {
                self.hanging.insert(send.request);
                let timeout = self.now - self.latency + send.retry_policy.timeout_ms;
                self.under_way.push((timeout, send.clone()));
                return;
            }
            Reply::Silence | Reply::Later(..) | Reply::List(_) => {
                self.under_way.push((f64::INFINITY, send.clone()));
                return;
            }
        };
        self.notifications.extend(notifications.into_iter().map(|notification| (self.now, notification)));
    }

    /// Lets everything happen up to and at a moment.
    pub fn run(&mut self, until: f64) {
        loop {
            self.step();
            let asleep = self.sleeping.iter().map(|(until, _)| *until).fold(f64::INFINITY, f64::min);
            self.next = self.next.min(asleep);
            let response = self
                .under_way
                .iter()
                .enumerate()
                .min_by(|(_, (one, _)), (_, (other, _))| one.total_cmp(other))
                .map(|(at, (when, _))| (at, *when));
            match response {
                Some((at, when)) if when <= self.next && when <= until => {
                    self.now = when;
                    let (_, send) = self.under_way.remove(at);
                    self.respond(&send);
                }
                _ if self.next <= until => {
                    self.now = self.next;
                    let now = self.now;
                    let (woken, sleeping) =
                        std::mem::take(&mut self.sleeping).into_iter().partition(|(at, _)| *at <= now);
                    self.sleeping = sleeping;
                    let woken: Vec<(f64, PollRequest)> = woken;
                    for (_, send) in woken {
                        self.coordinator.request_wakes(send.request);
                        self.woken.push(send);
                    }
                }
                _ => break,
            }
        }
        self.now = until;
    }
}

impl ListedJob for (Rc<str>, JobSnapshot) {
    fn id(&self) -> &Rc<str> {
        &self.0
    }

    fn snapshot(&self) -> &JobSnapshot {
        &self.1
    }

    fn hash(&self) -> u32 {
        hash_job(&self.1, &|| format!("{:?}", self.1))
    }
}
