//! Jobs at random.

use super::super::status::STATUSES;
use super::*;
use proptest::prelude::*;

fn job() -> impl Strategy<Value = (&'static str, String)> {
    let names: Vec<_> = STATUSES.iter().map(|row| row.status).chain(["archived", ""]).collect();
    let created = prop_oneof![
        4 => (0..4, 0..4).prop_map(|(day, ms)| format!("2024-11-0{}T00:00:00.00{ms}Z", day + 1)),
        1 => ".{0,12}",
    ];
    (proptest::sample::select(names), created)
}

fn current(jobs: &[(&str, String)]) -> Option<usize> {
    let mut newest = Newest::default();
    (0..jobs.len()).filter(|&index| newest.takes(jobs[index].0, &jobs[index].1)).last()
}

proptest! {
    #[test]
    fn the_parts_sum_up_to_the_whole(jobs in proptest::collection::vec(("[a-c]", 0u32..1000, 0u32..1000), 0..50)) {
        let mut billing = Billing::default();
        for (status, credits, pages) in &jobs {
            let (credits_debited, page_count) = (f64::from(*credits), f64::from(*pages));
            billing.add(status, &Totals { jobs: 1.0, credits_debited, page_count, successful_page_count: 0.0 });
        }
        let mut sum = Totals::default();
        for (_, totals) in &billing.by_status {
            sum.add(totals);
        }
        prop_assert_eq!(sum, billing.total);
        prop_assert_eq!(billing.total.jobs as usize, jobs.len());
    }

    #[test]
    fn progress_is_a_share_that_grows_with_the_pages_done(pages: f64, done: f64, more: f64) {
        let share = |done| progress(Some(pages), Some(done));
        for share in [share(done), progress(Some(pages), None), progress(None, Some(done))].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&share), "{share}");
        }
        if let (Some(less), Some(most)) = (share(done.min(more)), share(done.max(more))) {
            prop_assert!(less <= most);
        }
    }

    #[test]
    fn no_active_job_is_newer_than_the_current_one(jobs in proptest::collection::vec(job(), 0..12)) {
        let age = |index: usize| parse_iso(&jobs[index].1).unwrap_or(f64::NEG_INFINITY);
        let active: Vec<_> = (0..jobs.len()).filter(|&index| !status::is_terminal(jobs[index].0)).collect();
        let found = current(&jobs);
        prop_assert_eq!(found.is_some(), !active.is_empty());
        if let Some(found) = found {
            prop_assert!(active.contains(&found));
            // Of equally new ones the first.
            let first = |other| age(other) < age(found) || age(other) == age(found) && found <= other;
            prop_assert!(active.into_iter().all(first));
        }
    }
}
