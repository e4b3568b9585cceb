//! Which request to make is a question of cost: its bytes, and a constant for the request itself.

use super::targets::Target;
use crate::core::schedule::Bounds;

/// What a request costs apart from its body, in bytes: headers, a place in flight, the work at both ends.
pub const REQUEST: f64 = 16_384.0;
/// What a job's response weighs before one was had, in bytes.
pub const JOB: f64 = 500.0;
/// With so many jobs of one project, a list of unknown weight is tried; it is read no further than it pays.
const WORTH_A_TRIAL: usize = 3;
/// The other way must cost less by this share before it is taken, so that what costs about the same does not alternate.
const MARGIN: f64 = 0.1;

/// A list of so many bytes is had for what is new in it, and only in every third of the longest intervals, while what is
/// active is polled by itself.
const HEAVY: f64 = 1_000_000.0;
const LONG_REST: f64 = 2.0;

/// A body of any length.
pub const UNLIMITED: f64 = f64::INFINITY;

/// How many bytes of a project's list are read before it is given up, where so many of its jobs, of so many bytes each,
/// cost less by one request for it; 0 where they are not.
pub fn list_limit(project: &Target, jobs: usize, job_bytes: f64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // a count of jobs
    let singly = jobs as f64 * (REQUEST + job_bytes);
    let affordable = singly - REQUEST;
    let (pays, limit) = if project.bytes < 0.0 {
        (jobs >= WORTH_A_TRIAL, affordable)
    } else if project.more {
        // Tried in vain: again once twice as much can be afforded, so that all trials cost no more than the last two.
        (affordable >= 2.0 * project.bytes, affordable)
    } else {
        let most = if project.worth { singly * (1.0 + MARGIN) } else { singly * (1.0 - MARGIN) };
        (REQUEST + project.bytes <= most, UNLIMITED)
    };
    if pays && jobs > 1 { limit } else { 0.0 }
}

/// How much longer than the longest interval the next list of a watched project is put off, in ms, while its active
/// jobs are polled by Get Job, where a list has so many bytes. An interval that is fixed is what the caller chose.
pub fn rest(bytes: f64, bounds: Bounds) -> f64 {
    if bytes < HEAVY || bounds.min >= bounds.max { 0.0 } else { LONG_REST * bounds.max }
}

/// Whether a watched project is followed at less cost by Get Job for so many active jobs, with a list now and then for
/// what is new, than by lists at the interval that its jobs suggest.
pub fn splits(project: &Target, active: usize, job_bytes: f64, interval: f64, list_interval: f64) -> bool {
    if project.bytes < 0.0 || active == 0 {
        return false;
    }
    let list = REQUEST + project.bytes;
    #[allow(clippy::cast_precision_loss)] // a count of jobs
    let split = active as f64 * (REQUEST + job_bytes) + list * interval / list_interval;
    split <= if project.split { list * (1.0 + MARGIN) } else { list * (1.0 - MARGIN) }
}
