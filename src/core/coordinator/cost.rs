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
    let list = REQUEST + project.bytes;
    #[allow(clippy::cast_precision_loss)] // a count of jobs
    let split = active as f64 * (REQUEST + job_bytes) + list * interval / list_interval;
    active > 0 && split <= if project.split { list * (1.0 + MARGIN) } else { list * (1.0 - MARGIN) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project whose list has so many bytes, and what else is known of it.
    fn weighing(bytes: f64, worth: bool, more: bool, split: bool) -> Target {
        let mut project = Target::new(true, &"p".into(), bytes);
        (project.worth, project.more, project.split) = (worth, more, split);
        project
    }

    /// So that a job costs 17 000.
    const JOB_BYTES: f64 = 616.0;

    #[test]
    fn a_list_is_read_as_far_as_it_costs_less_than_its_jobs_by_themselves() {
        let limit = |project: &Target, jobs| list_limit(project, jobs, JOB_BYTES);
        let unknown = weighing(-1.0, false, false, false);
        assert_eq!([1, 2, 3, 4].map(|jobs| limit(&unknown, jobs)), [0.0, 0.0, 34_616.0, 51_616.0]);
        for (bytes, jobs, expected) in [
            (100.0, 1, 0.0),
            (8_808.0, 2, 17_616.0),
            (8_808.5, 2, 0.0),
            (17_308.0, 3, 34_616.0),
            (17_308.5, 3, 0.0),
        ] {
            let given_up = weighing(bytes, false, true, false);
            assert_eq!(limit(&given_up, jobs), expected, "{bytes} {jobs}");
        }
        // Two cost 34 000, less a tenth; and more by a tenth once it is polled by its list.
        for (worth, bytes, jobs, expected) in [
            (false, 0.0, 1, 0.0),
            (true, 0.0, 1, 0.0),
            (false, 0.0, 2, UNLIMITED),
            (false, 14_215.0, 2, UNLIMITED),
            (false, 14_217.0, 2, 0.0),
            (true, 21_015.0, 2, UNLIMITED),
            (true, 21_017.0, 2, 0.0),
        ] {
            let known = weighing(bytes, worth, false, false);
            assert_eq!(limit(&known, jobs), expected, "{worth} {bytes} {jobs}");
        }
    }

    #[test]
    fn a_heavy_list_is_put_off_by_twice_the_longest_interval_unless_that_is_fixed() {
        let adaptive = Bounds { min: 10_000.0, max: 30_000.0 };
        assert_eq!([999_999.0, 1e6, 1e9].map(|bytes| rest(bytes, adaptive)), [0.0, 60_000.0, 60_000.0]);
        assert_eq!(rest(1e9, Bounds { min: 30_000.0, max: 30_000.0 }), 0.0);
    }

    #[test]
    fn active_jobs_are_followed_by_themselves_where_that_costs_less_by_a_tenth_and_until_it_costs_more_by_one()
     {
        // A list costs 100 000, two jobs cost 34 000.
        for (split, list_interval, expected) in [
            (false, 17_900.0, true),
            (false, 17_800.0, false),
            (true, 13_200.0, true),
            (true, 13_100.0, false),
        ] {
            let project = weighing(83_616.0, false, false, split);
            let splits = |active| splits(&project, active, JOB_BYTES, 10_000.0, list_interval);
            assert_eq!((splits(0), splits(2)), (false, expected), "{split} {list_interval}");
        }
    }
}
