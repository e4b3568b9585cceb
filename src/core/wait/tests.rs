use super::*;

const CONFIG: WaitConfig = WaitConfig {
    poll_interval: PollInterval::Fixed(10_000.0),
    floor: 5_000.0,
    initial_delay: 0.0,
    max_wait: f64::INFINITY,
    max_poll_errors: 2,
    throw_on_blocked: false,
};

fn never(_: Bounds) -> f64 {
    f64::NAN
}

fn with(max_wait: f64) -> Wait {
    Wait::new(WaitConfig { max_wait, ..CONFIG }, 1_000.0)
}

fn server(status: u16, retry_after: Option<f64>) -> Error {
    Error::Api { status, retry_after }
}

#[test]
fn a_fixed_interval_is_kept_exactly_from_the_answer() {
    let mut wait = with(f64::INFINITY);
    assert_eq!(wait.due(), 1_000.0);
    wait.responded(1_300.0, None, 0.9, &never);
    assert_eq!(wait.due(), 11_300.0);
}

#[test]
fn one_bound_given_alone_moves_the_other() {
    let bounds = |interval, min, max, floor| match PollInterval::new(interval, min, max, floor) {
        Ok(PollInterval::Fixed(interval)) => Ok((interval, interval)),
        Ok(PollInterval::Adaptive(bounds)) => Ok((bounds.min, bounds.max)),
        Err((name, _)) => Err(name),
    };
    assert_eq!(bounds(None, None, None, 5e3), Ok((10e3, 30e3)));
    assert_eq!(bounds(None, Some(5e3), None, 5e3), Ok((5e3, 30e3)));
    assert_eq!(bounds(None, Some(60e3), None, 5e3), Ok((60e3, 60e3)));
    assert_eq!(bounds(None, None, Some(7e3), 5e3), Ok((7e3, 7e3)));
    assert_eq!(bounds(None, Some(6e3), Some(7e3), 5e3), Ok((6e3, 7e3)));
    assert_eq!(bounds(None, Some(8e3), Some(7e3), 5e3), Err("minIntervalMs"));
    assert_eq!(bounds(None, Some(4e3), None, 5e3), Err("minIntervalMs"));
    assert_eq!(bounds(None, None, Some(4e3), 5e3), Err("maxIntervalMs"));
    assert_eq!(bounds(Some(4e3), None, None, 5e3), Err("intervalMs"));
    assert_eq!(bounds(Some(5e3), None, None, 5e3), Ok((5e3, 5e3)));
    assert_eq!(bounds(Some(5e3), Some(8e3), Some(7e3), 5e3), Err("minIntervalMs"));
    assert_eq!(bounds(None, None, None, 60e3), Ok((60e3, 60e3)));
    assert_eq!(bounds(None, None, None, 1.0), Ok((10e3, 30e3)));
}

#[test]
fn an_adaptive_interval_is_jittered_within_its_bounds() {
    let bounds = Bounds { min: 10_000.0, max: 30_000.0 };
    for (wish, unit, expected) in
        [(20_000.0, 0.0, 18_000.0), (20_000.0, 0.5, 20_000.0), (1.0, 0.0, 10_250.0), (1e9, 1.00, 29_250.0)]
    {
        let mut wait = Wait::new(WaitConfig { poll_interval: PollInterval::Adaptive(bounds), ..CONFIG }, 0.0);
        wait.responded(0.0, None, unit, &|bounds| {
            assert_eq!((bounds.min, bounds.max), (10_000.0, 30_000.0));
            wish
        });
        assert_eq!(wait.due(), expected, "{wish} {unit}");
    }
}

#[test]
fn the_first_poll_is_made_however_short_the_time() {
    assert_eq!(with(1.0).due(), 1_000.0);
    let late = WaitConfig { initial_delay: 60_000.0, max_wait: 20_000.0, ..CONFIG };
    assert_eq!(Wait::new(late, 0.0).due(), 19_000.0);
}

#[test]
fn one_last_poll_lands_shortly_before_the_deadline() {
    let mut wait = with(24_000.0); // gives up at 25 000
    wait.responded(1_000.0, None, 0.0, &never);
    assert_eq!(wait.due(), 11_000.0);
    wait.responded(11_000.0, None, 0.0, &never);
    assert_eq!(wait.due(), 21_000.0);
    wait.responded(19_000.0, None, 0.0, &never); // the interval would lead past the last moment
    assert_eq!(wait.due(), 24_000.0);
    wait.responded(24_100.0, None, 0.0, &never);
    assert_eq!(wait.due(), f64::INFINITY);
}

#[test]
fn where_polls_are_close_the_last_one_is_close_to_the_deadline() {
    let config =
        WaitConfig { poll_interval: PollInterval::Fixed(100.0), floor: 10.0, max_wait: 950.0, ..CONFIG };
    let mut wait = Wait::new(config, 0.0);
    let mut polls = vec![];
    while wait.due().is_finite() {
        polls.push(wait.due());
        wait.responded(wait.due(), None, 0.0, &never);
    }
    assert_eq!(polls, [0.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0]);
}

#[test]
fn an_estimate_counts_from_now_also_after_an_older_answer() {
    let snapshot = |updated, done| JobSnapshot {
        status: Some(Status::Processing),
        updated: Some(updated),
        pages: Some(100.0),
        done: Some(done),
    };
    let mut job = WatchedJob::default();
    job.observe(0.0, &snapshot(0.0, 0.0));
    job.observe(10_000.0, &snapshot(10_000.0, 10.0));
    let eta = job.eta(10_000.0).unwrap();
    assert!((eta - 95_000.0).abs() < 1.0, "ninety pages of a second, and the tail: {eta}");
    assert!(!job.observe(20_000.0, &snapshot(5_000.0, 5.0)));
    assert_eq!(job.eta(20_000.0), Some(eta - 10_000.0));
    assert_eq!(job.eta(200_000.0), Some(0.0));
}

#[test]
fn where_the_floor_is_in_the_way_the_last_poll_lands_as_soon_as_it_allows() {
    let mut wait = with(24_000.0); // gives up at 25 000
    wait.responded(19_001.0, None, 0.0, &never);
    assert_eq!(wait.due(), 24_001.0);
    wait.responded(24_001.0, None, 0.0, &never);
    assert_eq!(wait.due(), f64::INFINITY);
    let mut wait = with(24_000.0);
    wait.responded(20_000.0, None, 0.0, &never); // the floor ends with the wait
    assert_eq!(wait.due(), f64::INFINITY);
}

#[test]
fn an_interval_of_ten_seconds_polls_for_the_last_time_at_thirty_five_of_thirty_five_and_a_half() {
    let mut wait = Wait::new(WaitConfig { max_wait: 35_500.0, ..CONFIG }, 0.0);
    let mut polls = vec![];
    while wait.due().is_finite() {
        polls.push(wait.due());
        wait.responded(wait.due(), None, 0.0, &never);
    }
    assert_eq!(polls, [0.0, 10_000.0, 20_000.0, 30_000.0, 35_000.0]);
}

#[test]
fn a_low_floor_makes_one_last_poll_and_not_many() {
    let config = WaitConfig { floor: 10.0, max_wait: 20_000.0, ..CONFIG };
    let mut wait = Wait::new(config, 0.0);
    let mut polls = vec![];
    while wait.due().is_finite() {
        polls.push(wait.due());
        wait.responded(wait.due() + 100.0, None, 0.0, &never);
    }
    assert_eq!(polls, [0.0, 10_100.0, 19_000.0]);
}

#[test]
fn a_nudge_makes_a_poll_due_at_the_later_of_now_the_floor_and_retry_after() {
    let mut wait = with(f64::INFINITY);
    wait.nudge(1_000.0);
    assert_eq!(wait.due(), 1_000.0);
    wait.responded(1_000.0, None, 0.0, &never);
    wait.nudge(2_000.0);
    assert_eq!((wait.due(), wait.allowed()), (6_000.0, 6_000.0));
    wait.nudge(7_000.0); // is never later
    assert_eq!(wait.due(), 6_000.0);
    let mut wait = with(f64::INFINITY);
    wait.responded(1_000.0, None, 0.0, &never);
    wait.nudge(8_500.0);
    assert_eq!(wait.due(), 8_500.0);
    wait.responded(8_500.0, Some(9_000.0), 0.0, &never);
    wait.nudge(9_000.0);
    assert_eq!(wait.due(), 17_500.0);
    let mut wait = Wait::new(WaitConfig { initial_delay: 60_000.0, ..CONFIG }, 0.0);
    wait.nudge(1.0);
    assert_eq!(wait.due(), 1.0);
    // It gives up at 25 000, when the floor allows the next poll or before: a poll at the end would be heard by nobody.
    for last in [20_000.0, 24_000.0] {
        let mut wait = with(24_000.0);
        wait.responded(last, None, 0.0, &never);
        let due = wait.due();
        wait.nudge(24_500.0);
        assert_eq!(wait.due(), due, "{last}");
    }
}

#[test]
fn a_part_counts_as_a_poll_and_ends_a_row_of_failures_and_the_next_poll_stays() {
    let mut wait = with(f64::INFINITY);
    for at in [1_000.0, 11_000.0] {
        assert!(!wait.failed(at, &server(503, None), 0.0, &never));
    }
    wait.partial_response();
    assert_eq!((wait.polls(), wait.progress().errors, wait.due()), (3, 0, 21_000.0));
}

#[test]
fn a_poll_is_postponed_but_not_beyond_the_last_one() {
    let mut wait = with(24_000.0); // gives up at 25 000
    wait.responded(1_000.0, None, 0.0, &never);
    wait.postpone(500.0);
    assert_eq!(wait.due(), 11_500.0);
    wait.postpone(60_000.0);
    assert_eq!(wait.due(), 25_000.0 - LAST_POLL_LEAD);
}

#[test]
fn a_sleep_makes_the_next_poll_due_earlier_and_counts_for_the_floor_and_a_retry_after() {
    let mut wait = with(f64::INFINITY);
    wait.responded(1_000.0, Some(12_000.0), 0.0, &never);
    assert_eq!((wait.due(), wait.allowed()), (13_000.0, 13_000.0));
    wait.slept(3_000.0);
    assert_eq!((wait.due(), wait.allowed()), (10_000.0, 10_000.0));
    let mut wait = with(f64::INFINITY);
    wait.responded(1_000.0, None, 0.0, &never);
    wait.slept(3_000.0);
    assert_eq!((wait.due(), wait.allowed()), (8_000.0, 3_000.0));
}

#[test]
fn how_far_a_wait_has_come_is_read_on_another_clock() {
    let on = |ms: f64| WaitProgress {
        started: 1.0 + ms,
        last: 40_000.0 + ms,
        not_before: 43_000.0 + ms,
        ..WaitProgress::new(0.0)
    };
    let mut progress = on(0.0);
    progress.shift(500.0);
    assert_eq!(progress, on(500.0));
}

#[test]
fn a_wait_goes_on_where_another_stopped_under_its_own_options() {
    let progress = WaitProgress {
        started: 0.0,
        last: 40_000.0,
        not_before: 43_000.0,
        polls: 4,
        errors: 1,
        reached: true,
    };
    let mut wait = Wait::resume(CONFIG, progress, 0.5, &never);
    assert_eq!((wait.due(), wait.polls(), wait.started()), (50_000.0, 4, 0.0));
    assert_eq!(*wait.progress(), progress);
    assert!(!wait.failed(50_000.0, &server(503, None), 0.0, &never));
    assert!(wait.failed(60_000.0, &server(503, None), 0.0, &never));
    let wait = Wait::resume(WaitConfig { max_wait: 47_000.0, ..CONFIG }, progress, 0.5, &never);
    assert_eq!((wait.due(), wait.deadline()), (46_000.0, 47_000.0));
    let wait = Wait::resume(WaitConfig { initial_delay: 7.0, ..CONFIG }, WaitProgress::new(1.0), 0.5, &never);
    assert_eq!(wait.due(), 8.0);
}

#[test]
fn a_retry_after_is_a_floor_even_for_the_last_poll() {
    let mut wait = with(f64::INFINITY);
    assert!(!wait.failed(1_000.0, &server(503, Some(90_000.0)), 0.0, &never));
    assert_eq!(wait.due(), 91_000.0);
    let mut wait = with(60_000.0);
    assert!(!wait.failed(1_000.0, &server(503, Some(90_000.0)), 0.0, &never));
    assert_eq!(wait.due(), f64::INFINITY);
    let mut wait = with(f64::INFINITY);
    wait.responded(1_000.0, Some(12_000.0), 0.0, &never);
    assert_eq!(wait.due(), 13_000.0);
}

#[test]
fn failures_are_survived_up_to_a_number_in_a_row() {
    let mut wait = with(f64::INFINITY);
    let passing = server(503, None);
    assert!(!wait.failed(0.0, &passing, 0.0, &never));
    assert!(!wait.failed(0.0, &passing, 0.0, &never));
    wait.responded(0.0, None, 0.0, &never);
    assert!(!wait.failed(0.0, &passing, 0.0, &never));
    assert!(!wait.failed(0.0, &passing, 0.0, &never));
    assert!(wait.failed(0.0, &passing, 0.0, &never));
    assert_eq!(wait.polls(), 6);
    assert!(with(1.0).failed(0.0, &server(404, None), 0.0, &never));
}

#[test]
fn an_older_answer_changes_nothing() {
    let snapshot = |status, updated| JobSnapshot { status: Some(status), updated, pages: None, done: None };
    let mut job = WatchedJob::default();
    assert!(job.observe(0.0, &snapshot(Status::Processing, Some(5.0))));
    assert!(!job.observe(0.0, &snapshot(Status::Preflighting, Some(4.0))));
    assert!(job.observe(0.0, &snapshot(Status::Processing, Some(5.0))));
    assert!(job.observe(0.0, &snapshot(Status::Processing, None)));
    assert!(job.observe(0.0, &snapshot(Status::Completed, Some(6.0))));
    assert_eq!(job.end(&CONFIG), Some(End::Terminal));
    assert!(!job.observe(0.0, &snapshot(Status::Processing, Some(7.0))));
    assert_eq!(job.end(&CONFIG), Some(End::Terminal));
}

#[test]
fn only_terminal_and_if_wanted_blocked_end_a_wait() {
    for (index, row) in crate::core::status::STATUSES.iter().enumerate() {
        let status = Status::parse(row.status);
        let mut job = WatchedJob::default();
        job.observe(0.0, &JobSnapshot { status, updated: None, pages: None, done: None });
        assert_eq!(job.end(&CONFIG), row.terminal.then_some(End::Terminal), "{index}");
        let impatient = WaitConfig { throw_on_blocked: true, ..CONFIG };
        assert_eq!(
            job.end(&impatient).is_some(),
            row.terminal || status == Some(Status::BlockedInsufficientCredits)
        );
    }
    let mut job = WatchedJob::default();
    job.observe(0.0, &JobSnapshot { status: None, updated: None, pages: None, done: None });
    assert_eq!(job.end(&CONFIG), None);
}
