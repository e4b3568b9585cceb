//! What goes into the coordinator and what comes out of it.

use crate::core::job::JobSnapshot;
use crate::core::retry::RetryPolicy;
use crate::core::route::Endpoint;
use crate::core::wait::{End, WaitProgress, WatchedJob};
use std::rc::Rc;

/// Requests of one client's waits in flight at once.
#[derive(Clone, Copy, Debug)]
pub struct Concurrency {
    /// The number of requests as long as no response has shown that the waits are of many projects.
    pub initial: usize,
    /// The number that is never exceeded.
    pub most: usize,
}

/// A wait or a watch in the coordinator.
pub type SubscriberId = usize;
/// A request that the coordinator wants made. Its number may be that of a later request once this one is over, or once
/// a step said that it is to be aborted.
pub type RequestId = usize;

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
    pub expired: Vec<Box<Notification>>,
    /// When the next poll is due if nothing happens; infinity: none is.
    pub wake: f64,
    /// When the next wait gives up; infinity: none does.
    pub deadline: f64,
}

/// A request to make.
#[derive(Clone, Debug)]
pub struct PollRequest {
    /// The shell reports what becomes of the request by this number.
    pub request: RequestId,
    /// Which endpoint: Get Job or List Jobs.
    pub endpoint: Endpoint,
    /// The id of the job or project.
    pub id: Rc<str>,
    /// The longest timeout and the most retries of all that it is for.
    pub retry_policy: RetryPolicy,
    /// A body that is longer is not worth reading: [`super::PollCoordinator::list_too_long`]. In bytes; infinity: any is.
    pub limit: f64,
}

/// What one subscriber is to be notified of. In a box: many in a row are a piece of memory that no other fits into.
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
    /// Get Job or List Jobs had a response with the job. With an `end` the subscriber has left.
    Job {
        /// Its place in the response, 0 for Get Job.
        index: usize,
        /// It is at least as new as what was known; if not, what was known stays.
        fresh: bool,
        /// How it ended the subscriber's wait, if it did.
        end: Option<End>,
    },
    /// A newer state of the job became known by another way than a poll, as by the response to an action; it is the
    /// only job there, at place 0. With an `end` the subscriber has left.
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
    /// A hash of the whole job, the same for the same fields in any order: see [`crate::core::state::hash_job`]. To make
    /// it costs as much as to read the job.
    fn hash(&self) -> u32;
}
