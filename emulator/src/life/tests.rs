use proptest::prelude::*;

use super::*;

const KINDS: [Kind; 8] = [
    Kind::Completes,
    Kind::CompletesWithErrors,
    Kind::Fails,
    Kind::Cancelled,
    Kind::Expires,
    Kind::Blocked,
    Kind::Quick,
    Kind::Stuck,
];

fn life(seed: u64, kind: Kind) -> Life {
    Life::new(&Spec { seed, kind, pages: None, whole_seconds: false })
}

/// The statuses seen on the way, without repeats, looked at every 500 ms until the end.
fn statuses(life: &Life, orders: &Orders) -> Vec<Status> {
    let mut seen: Vec<Status> =
        (0..).step_by(500).map(|age| life.at(age, orders).status).scan(false, until_terminal).collect();
    seen.dedup();
    seen
}

fn until_terminal(over: &mut bool, status: Status) -> Option<Status> {
    if *over {
        return None;
    }
    *over = status.is_terminal();
    Some(status)
}

#[test]
fn a_job_that_completes_goes_through_every_phase_in_order() {
    use Status::{AwaitingUploads, Completed, Preflighting, Processing, Provisioning, Uploading};
    let seen = statuses(&life(1, Kind::Completes), &Orders::default());
    assert_eq!(seen, [Provisioning, AwaitingUploads, Uploading, Preflighting, Processing, Completed]);
}

#[test]
fn every_kind_ends_as_its_name_says() {
    for seed in 0..50 {
        for (kind, end) in [
            (Kind::Completes, Status::Completed),
            (Kind::CompletesWithErrors, Status::CompletedWithErrors),
            (Kind::Fails, Status::Failed),
            (Kind::Cancelled, Status::Cancelled),
            (Kind::Quick, Status::Completed),
            (Kind::Expires, Status::Expired),
            (Kind::Stuck, Status::Expired),
            (Kind::Blocked, Status::Expired),
        ] {
            let state = life(seed, kind).at(u64::MAX, &Orders::default());
            assert_eq!(state.status, end, "seed {seed}");
            assert_eq!(state.error.is_some(), end == Status::Failed, "seed {seed}");
        }
    }
}

#[test]
fn a_blocked_job_waits_until_it_is_resumed_and_then_preflights_or_processes() {
    let mut next = Vec::new();
    for seed in 0..20 {
        let life = life(seed, Kind::Blocked);
        let blocked = life.at(3_600_000, &Orders::default());
        assert_eq!(blocked.status, Status::BlockedInsufficientCredits);
        assert_eq!(life.at(86_400_000, &Orders::default()), blocked);
        let resumed = Orders { resumed: Some(86_400_000), ..Orders::default() };
        next.push(life.at(86_400_000, &resumed).status);
        assert_eq!(life.at(2 * 86_400_000, &resumed).status, Status::Completed);
    }
    assert!(next.contains(&Status::Preflighting) && next.contains(&Status::Processing), "{next:?}");
}

#[test]
fn a_cancel_takes_a_little() {
    let life = life(3, Kind::Completes);
    let orders = Orders { cancelled: Some(10_000), ..Orders::default() };
    assert!(!life.at(10_500, &orders).status.is_terminal());
    let after = life.at(20_000, &orders);
    assert_eq!(after.status, Status::Cancelled);
    assert!(after.ended.is_some_and(|ended| (11_000..=19_000).contains(&ended)));
}

#[test]
fn a_job_that_runs_out_of_credits_keeps_its_pages_and_goes_on_where_it_was() {
    for seed in 0..20 {
        let life = life(seed, Kind::Completes);
        let (natural_end, _) = life.end(&Orders::default());
        let half = natural_end / 2;
        let before = life.at(half, &Orders::default());
        let blocked = Orders { blocked: Some(half), ..Orders::default() };
        let paused = life.at(half + 3_600_000, &blocked);
        assert_eq!(paused.status, Status::BlockedInsufficientCredits);
        assert_eq!(paused.successful_pages, before.successful_pages);
        let resumed = Orders { resumed: Some(half + 3_600_000), ..blocked };
        let (end, status) = life.end(&resumed);
        assert_eq!(status, Status::Completed);
        assert!((3_600_000..3_625_000).contains(&(end - natural_end)), "seed {seed}: {end} {natural_end}");
    }
}

#[test]
fn pages_come_in_bursts_with_stalls_between_and_the_end_follows_the_last_page() {
    let life = life(5, Kind::Completes);
    let (end, _) = life.end(&Orders::default());
    let updates: Vec<u64> =
        (0..end).step_by(100).map(|age| life.at(age, &Orders::default()).updated).collect();
    let longest = updates.chunk_by(|a, b| a == b).map(<[u64]>::len).max().unwrap_or(0);
    assert!(longest > 80, "no stall of 8 s or more, longest {longest}");
    let before = life.at(end - 1, &Orders::default());
    assert_eq!((before.status, before.pages), (Status::Processing, Some(before.successful_pages)));
}

#[test]
fn some_pages_of_a_job_with_errors_fail_and_not_all() {
    for seed in 0..50 {
        let state = life(seed, Kind::CompletesWithErrors).at(u64::MAX, &Orders::default());
        let pages = state.pages.unwrap();
        assert!(state.successful_pages > 0 && state.successful_pages < pages, "seed {seed}");
    }
}

fn any_life() -> impl Strategy<Value = (Life, Orders, bool)> {
    let order = || prop::option::of(0..3_600_000_u64);
    let spec = (any::<u64>(), 0..KINDS.len(), prop::option::of(0..500_u32), any::<bool>());
    let cancel_takes = prop::option::of(0..2 * EXPIRES_AFTER_MS);
    (spec, order(), order(), order(), cancel_takes).prop_map(
        |((seed, kind, pages, whole_seconds), blocked, resumed, cancelled, cancel_takes)| {
            let life = Life::new(&Spec { seed, kind: KINDS[kind], pages, whole_seconds });
            // As the world does it: only what is blocked is resumed.
            let first = Orders { blocked, cancel_takes, ..Orders::default() };
            let is_blocked = |age: &u64| life.at(*age, &first).status == Status::BlockedInsufficientCredits;
            let orders = Orders { resumed: resumed.filter(is_blocked), cancelled, ..first };
            (life, orders, whole_seconds)
        },
    )
}

proptest! {
    #[test]
    fn time_only_moves_a_job_forward((life, orders, _) in any_life(), a in 0..4_000_000_u64, b in 0..4_000_000_u64) {
        let (earlier, later) = (life.at(a.min(b), &orders), life.at(a.max(b), &orders));
        prop_assert!(earlier.successful_pages <= later.successful_pages);
        prop_assert!(earlier.credits <= later.credits);
        prop_assert!(earlier.updated <= later.updated && later.updated <= a.max(b));
        if earlier.status.is_terminal() {
            prop_assert_eq!(&earlier, &later);
        }
        if earlier.updated == later.updated {
            prop_assert_eq!(earlier, later);
        }
    }

    #[test]
    fn the_parts_agree((life, orders, whole_seconds) in any_life(), age in 0..700_000_000_u64) {
        let state = life.at(age, &orders);
        prop_assert_eq!(state.ended.is_some(), state.status.is_terminal());
        prop_assert!(state.successful_pages <= state.pages.unwrap_or(0));
        if state.status == Status::Completed {
            prop_assert_eq!(Some(state.successful_pages), state.pages);
            prop_assert!(state.files.iter().all(|file| file.status == "completed"));
        }
        if whole_seconds {
            prop_assert_eq!(state.updated % 1000, 0);
        }
        prop_assert!(age < EXPIRES_AFTER_MS || state.status.is_terminal());
    }
}
