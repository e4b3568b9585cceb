use super::*;
use crate::core::job::JobSnapshot;
use crate::core::state::hash_job;
use crate::core::status::Status;
use std::rc::Rc;

const T: f64 = 1_767_225_600_000.0;

impl ListedJob for (Rc<str>, JobSnapshot, u32) {
    fn id(&self) -> &Rc<str> {
        &self.0
    }

    fn snapshot(&self) -> &JobSnapshot {
        &self.1
    }

    fn hash(&self) -> u32 {
        hash_job(&self.1, &|| format!("{} {:?}", self.2, self.1))
    }
}

fn job(id: &str, status: Status, updated: f64) -> (Rc<str>, JobSnapshot, u32) {
    let snapshot = JobSnapshot { status: Some(status), updated: Some(T + updated), pages: None, done: None };
    (id.into(), snapshot, 0)
}

use Status::{Completed, Processing};

/// The ids of what a list changes.
fn changed(known: &mut KnownProject, list: &[(Rc<str>, JobSnapshot, u32)], at: f64) -> Vec<String> {
    known
        .observe(list, &Index::of_list(list), T + at)
        .into_iter()
        .map(|place| list[place].0.to_string())
        .collect()
}

#[test]
fn the_first_time_all_are_told_and_then_what_is_new_or_different_in_the_lists_order() {
    let mut known = KnownProject::default();
    let mut list = vec![job("b", Processing, -9e3), job("a", Completed, -9e5), job("c", Processing, -1e3)];
    assert_eq!(changed(&mut known, &list, 0.0), ["b", "a", "c"]);
    assert_eq!(changed(&mut known, &list, 10e3), [""; 0]);
    list[2] = job("c", Processing, 15e3);
    list.insert(0, job("d", Processing, 14e3));
    assert_eq!(changed(&mut known, &list, 20e3), ["d", "c"]);
    // Another field than those that the logic knows.
    list[0].2 = 1;
    assert_eq!(changed(&mut known, &list, 30e3), ["d"]);
    assert_eq!((known.active.len(), known.listed), (3, 3));
}

#[test]
fn each_end_is_told_once_also_of_a_job_that_was_never_seen_active() {
    let mut known = KnownProject::default();
    let mut list = vec![job("a", Processing, -2e3)];
    assert_eq!(changed(&mut known, &list, 0.0), ["a"]);
    list[0] = job("a", Completed, 8e3);
    list.push(job("quick", Completed, 7e3));
    assert_eq!(changed(&mut known, &list, 10e3), ["a", "quick"]);
    assert_eq!(changed(&mut known, &list, 20e3), [""; 0]);
    // Within the same instant as the newest, and a server's clock behind it.
    list.push(job("same", Completed, 8e3));
    list.push(job("behind", Completed, 3e3));
    assert_eq!(changed(&mut known, &list, 30e3), ["same", "behind"]);
    list.push(job("last", Completed, 60e3));
    assert_eq!(changed(&mut known, &list, 61e3), ["last"]);
    assert_eq!(changed(&mut known, &list, 71e3), [""; 0]);
    assert_eq!((known.active.len(), known.ended.len()), (0, 1));
}

#[test]
fn a_list_that_is_older_than_the_one_before_tells_nothing_and_no_end_again() {
    let mut known = KnownProject::default();
    let before = [job("a", Processing, 1e3), job("b", Processing, 2e3)];
    let after = [job("a", Completed, 11e3), job("b", Processing, 12e3)];
    assert_eq!(changed(&mut known, &before, 3e3), ["a", "b"]);
    assert_eq!(changed(&mut known, &after, 13e3), ["a", "b"]);
    assert_eq!(changed(&mut known, &before, 23e3), [""; 0]);
    assert_eq!(changed(&mut known, &after, 33e3), [""; 0]);
    assert_eq!(known.active.len(), 1);
}

#[test]
fn a_job_that_a_list_lacks_is_remembered_for_an_hour_and_makes_no_poll_sooner() {
    let bounds = Bounds { min: 10e3, max: 30e3 };
    let mut known = KnownProject::default();
    let list = [job("a", Processing, 0.0), job("b", Status::BlockedInsufficientCredits, 0.0)];
    assert_eq!(changed(&mut known, &list, 1e3), ["a", "b"]);
    assert_eq!(known.interval(bounds), bounds.min);
    assert_eq!(changed(&mut known, &list[1..], 11e3), [""; 0]);
    assert_eq!((known.active.len(), known.listed, known.interval(bounds)), (2, 1, bounds.max));
    assert_eq!(changed(&mut known, &[job("a", Completed, 5e3), list[1].clone()], 21e3), ["a"]);
    assert_eq!(changed(&mut known, &[], 21e3 + ABSENCE - 1.0), [""; 0]);
    assert_eq!(known.active.len(), 1);
    assert_eq!(changed(&mut known, &[], 21e3 + ABSENCE), [""; 0]);
    assert_eq!((known.active.len(), known.interval(bounds)), (0, bounds.max));
}

#[test]
fn jobs_whose_time_cannot_be_read_are_told_once_too() {
    let mut known = KnownProject::default();
    let mut list = vec![job("a", Completed, 0.0), job("b", Processing, 0.0)];
    for (_, snapshot, _) in &mut list {
        snapshot.updated = None;
    }
    assert_eq!(changed(&mut known, &list, 0.0), ["a", "b"]);
    assert_eq!(changed(&mut known, &list, 10e3), [""; 0]);
    list[1].1.status = Some(Completed);
    assert_eq!(changed(&mut known, &list, 20e3), ["b"]);
    assert_eq!(changed(&mut known, &list, 30e3), [""; 0]);
}
