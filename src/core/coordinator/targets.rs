//! What is polled: jobs, by Get Job, and projects, by List Jobs.

use super::{RequestId, SubscriberId};

/// A job that somebody waits for, or that a watch of its project follows by Get Job.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct JobTarget {
    /// Its project, once a response has named it.
    pub project: Option<usize>,
    /// The list of its project lacks it.
    pub unlisted: bool,
    /// The subscribers that wait for it, listening or not.
    pub subscribers: Vec<SubscriberId>,
    /// How many of them listen.
    pub listening: usize,
    /// Its place among the jobs of its project.
    pub at: usize,
    /// It counts among the jobs of its project that are waited for.
    pub counted: bool,
    /// The next poll is to be a Get Job of its own, soon.
    pub nudged: bool,
    /// When the watches of its project want it polled by itself; infinity: they do not.
    pub watch_due: f64,
    /// How much later than its due time it gets a place, in ms: as long as its last poll held one until it timed out.
    pub yields: f64,
    /// When somebody last began to wait for it, in ticks of the coordinator.
    pub joined: u64,
    /// It is due, waits for a place, and no response has named its project.
    pub unresolved: bool,
    /// The Get Job that is in flight.
    pub request: Option<RequestId>,
}

impl Default for JobTarget {
    fn default() -> Self {
        Self {
            project: None,
            unlisted: false,
            subscribers: Vec::new(),
            listening: 0,
            at: 0,
            counted: false,
            nudged: false,
            watch_due: f64::INFINITY,
            yields: 0.0,
            joined: 0,
            unresolved: false,
            request: None,
        }
    }
}

/// A project that some subscriber is about.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct ProjectTarget {
    /// Those of its jobs that are polled.
    pub jobs: Vec<usize>,
    /// Its watches, listening or not.
    pub watches: Vec<SubscriberId>,
    /// How many of them listen.
    pub listening: usize,
    /// Jobs that somebody waits for and that its list has.
    pub waited: usize,
    /// Whether its list costs less than Get Job for each of those.
    pub worth: bool,
    /// Its watches have their active jobs polled by Get Job, between lists.
    pub split: bool,
    /// Whether its jobs are polled by its list: what follows from the above.
    pub by_list: bool,
    /// How many sources of polls it counts for: its list, or its jobs.
    pub sources: usize,
    /// What its list weighs, in bytes; below 0: nobody knows.
    pub bytes: f64,
    /// It weighs more than that: its list was not read to the end.
    pub more: bool,
    /// When a Get Job last named it, in ticks of the coordinator.
    pub named_tick: u64,
    /// How often one did while there were jobs whose project was unknown.
    pub shown: u32,
    /// When its list was last received, in ticks of the coordinator.
    pub listed_tick: u64,
    /// When its list was last received or failed, in ms.
    pub listed: f64,
    /// How often in a row its list failed.
    pub failures: u32,
    /// Until when its list is left alone because it failed, in ms.
    pub rests_until: f64,
    /// The List Jobs that is in flight.
    pub request: Option<RequestId>,
}

impl Default for ProjectTarget {
    fn default() -> Self {
        Self {
            jobs: Vec::new(),
            watches: Vec::new(),
            listening: 0,
            waited: 0,
            worth: false,
            split: false,
            by_list: false,
            sources: 0,
            bytes: -1.0,
            more: false,
            named_tick: 0,
            shown: 0,
            listed_tick: 0,
            listed: f64::NEG_INFINITY,
            failures: 0,
            rests_until: f64::NEG_INFINITY,
            request: None,
        }
    }
}
