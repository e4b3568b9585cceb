use super::*;
use crate::core::job::JobSnapshot;
use crate::core::status::Status;
use crate::core::wait::PollInterval;
use std::rc::Rc;

const T: f64 = 1_767_225_600_000.0;
const CONFIG: WaitConfig = WaitConfig {
    poll_interval: PollInterval::Fixed(10_000.0),
    floor: 5_000.0,
    initial_delay: 0.0,
    max_wait: f64::INFINITY,
    max_poll_errors: 5,
    throw_on_blocked: false,
};

fn job(status: Status, updated: f64, done: f64) -> (Rc<str>, JobSnapshot, u32) {
    let snapshot = JobSnapshot {
        status: Some(status),
        updated: Some(T + updated),
        pages: Some(100.0),
        done: Some(done),
    };
    ("job_1".into(), snapshot, 0)
}

fn busy(retry_after: Option<f64>) -> Error {
    Error::Api { status: 503, retry_after }
}

fn take_up(state: Option<&str>, config: WaitConfig, at: f64) -> Check {
    Check::job("job_1", state, config, T + at)
}

use Status::{Completed, Processing};

#[test]
fn a_chain_counts_its_polls_and_its_time_over_all_its_checks() {
    let mut check = take_up(None, CONFIG, 0.0);
    assert_eq!((check.too_early(T), check.polls()), (None, 0));
    assert_eq!(check.job_received(&job(Processing, 0.0, 10.0), None, 0.5, T + 300.0), (true, true));
    assert_eq!(check.verdict(T + 300.0), Verdict::Next(10_000.0));
    assert_eq!((check.polls(), check.elapsed(T + 300.0), check.progress()), (1, 300.0, Some(0.1)));
    let mut check = take_up(Some(&check.state(T + 300.0)), CONFIG, 10_300.0);
    assert_eq!(check.too_early(T + 10_300.0), None);
    assert_eq!(check.job_received(&job(Processing, 0.0, 10.0), None, 0.5, T + 10_500.0), (true, false));
    assert_eq!((check.polls(), check.elapsed(T + 10_500.0)), (2, 10_500.0));
    let mut check = take_up(Some(&check.state(T + 10_500.0)), CONFIG, 20_500.0);
    assert_eq!(check.job_received(&job(Completed, 20_000.0, 100.0), None, 0.5, T + 21_000.0), (true, true));
    assert_eq!((check.verdict(T + 21_000.0), check.eta(T + 21_000.0)), (Verdict::Over, None));
    // Once more, later: it is over again, and nothing changed.
    let mut check = take_up(Some(&check.state(T + 21_000.0)), CONFIG, 99_000.0);
    assert_eq!(check.job_received(&job(Completed, 20_000.0, 100.0), None, 0.5, T + 99_000.0), (true, false));
    assert_eq!((check.verdict(T + 99_000.0), check.polls()), (Verdict::Over, 4));
}

#[test]
fn within_the_floor_or_a_retry_after_it_is_too_early_and_later_it_is_not() {
    let mut check = take_up(None, CONFIG, 0.0);
    check.job_received(&job(Processing, 0.0, 10.0), None, 0.5, T + 250.5);
    let state = check.state(T + 250.5);
    for (at, left) in [(251.0, Some(4_999.0)), (5_249.0, Some(1.0)), (5_251.0, None), (9_000.0, None)] {
        assert_eq!(take_up(Some(&state), CONFIG, at).too_early(T + at), left, "{at}");
    }
    let mut check = take_up(Some(&state), CONFIG, 10_000.0);
    assert!(!check.failed(&busy(Some(80_000.0)), 0.5, T + 10_000.0));
    assert_eq!(check.verdict(T + 10_000.0), Verdict::Next(80_000.0));
    let state = check.state(T + 10_000.0);
    assert_eq!(take_up(Some(&state), CONFIG, 20_000.0).too_early(T + 20_000.0), Some(70_000.0));
    assert_eq!(take_up(Some(&state), CONFIG, 90_000.0).too_early(T + 90_000.0), None);
}

#[test]
fn on_a_clock_that_is_behind_the_floor_passes_all_the_same() {
    let mut check = take_up(None, CONFIG, 3_600_000.0);
    check.job_received(&job(Processing, 0.0, 10.0), None, 0.5, T + 3_600_000.0);
    let check = take_up(Some(&check.state(T + 3_600_000.0)), CONFIG, 0.0);
    assert_eq!(check.too_early(T), Some(5_000.0));
    // What a check that was too early gives on starts from its own clock.
    let check = take_up(Some(&check.state(T)), CONFIG, 5_000.0);
    assert_eq!(check.too_early(T + 5_000.0), None);
}

#[test]
fn a_poll_that_is_the_last_before_the_deadline_or_comes_after_it_ends_the_wait() {
    let config = WaitConfig { max_wait: 35_500.0, ..CONFIG };
    let (mut at, mut polls, mut state) = (0.0, vec![], None);
    loop {
        let mut check = take_up(state.as_deref(), config, at);
        polls.push(at);
        check.job_received(&job(Processing, 0.0, 1.0), None, 0.5, T + at);
        match check.verdict(T + at) {
            Verdict::Next(ms) => at += ms,
            verdict => break assert_eq!(verdict, Verdict::Expired),
        }
        state = Some(check.state(T + at));
    }
    assert_eq!(polls, [0.0, 10_000.0, 20_000.0, 30_000.0, 35_000.0]);
    // One that comes late polls once.
    for late in [35_499.0, 35_500.0, 9e9] {
        let mut check = take_up(state.as_deref(), config, late);
        assert_eq!(check.too_early(T + late), None);
        check.job_received(&job(Processing, 0.0, 1.0), None, 0.5, T + late);
        assert_eq!(check.verdict(T + late), Verdict::Expired, "{late}");
        let mut check = take_up(state.as_deref(), config, late);
        check.job_received(&job(Completed, 0.0, 1.0), None, 0.5, T + late);
        assert_eq!(check.verdict(T + late), Verdict::Over, "{late}");
    }
}

#[test]
fn errors_are_survived_in_a_row_over_many_checks() {
    let config = WaitConfig { max_poll_errors: 1, ..CONFIG };
    let mut check = take_up(None, config, 0.0);
    assert!(!check.failed(&busy(None), 0.5, T));
    let state = check.state(T);
    let mut check = take_up(Some(&state), config, 10_000.0);
    assert!(check.failed(&busy(None), 0.5, T + 10_000.0));
    let mut check = take_up(Some(&state), config, 10_000.0);
    check.job_received(&job(Processing, 0.0, 1.0), None, 0.5, T + 10_000.0);
    let mut check = take_up(Some(&check.state(T + 10_000.0)), config, 20_000.0);
    assert!(!check.failed(&busy(None), 0.5, T + 20_000.0));
    assert_eq!(check.polls(), 3);
}

#[test]
fn that_a_server_was_there_is_remembered_from_check_to_check() {
    let gone = Error::Unreachable;
    assert!(take_up(None, CONFIG, 0.0).failed(&gone, 0.5, T));
    let mut check = take_up(None, CONFIG, 0.0);
    assert!(!check.failed(&busy(None), 0.5, T));
    let mut check = take_up(Some(&check.state(T)), CONFIG, 10_000.0);
    assert!(!check.failed(&gone, 0.5, T + 10_000.0));
}

#[test]
fn an_answer_that_is_older_than_what_is_known_ends_nothing() {
    let mut check = take_up(None, CONFIG, 0.0);
    check.job_received(&job(Completed, 0.0, 100.0), None, 0.5, T);
    let mut check = take_up(Some(&check.state(T)), CONFIG, 10_000.0);
    let seen = check.job_received(&job(Processing, -9_000.0, 50.0), None, 0.5, T + 10_000.0);
    assert_eq!((seen, check.verdict(T + 10_000.0)), ((false, false), Verdict::Next(10_000.0)));
    assert_eq!(check.progress(), Some(1.0));
}

#[test]
fn a_state_that_cannot_be_read_starts_anew() {
    for state in ["", "nonsense", "1AAAA"] {
        let check = take_up(Some(state), CONFIG, 0.0);
        assert_eq!((check.polls(), check.too_early(T), check.elapsed(T)), (0, None, 0.0));
    }
}

#[test]
fn of_a_project_there_is_neither_a_share_of_pages_nor_an_estimate_though_its_job_has_both() {
    let (first, second) = (job(Processing, 0.0, 10.0), job(Processing, 50_000.0, 60.0));
    let mut one = take_up(None, CONFIG, 0.0);
    let mut all = Check::project("p", None, CONFIG, false, T);
    for (listed, at) in [(first, T), (second, T + 50_000.0)] {
        one.job_received(&listed, None, 0.5, at);
        all.list_received(&[listed], None, 0.5, at);
    }
    let at = T + 50_000.0;
    // 40 pages at one a second, and 5 s from the last page to the end.
    assert_eq!((one.is_project(), one.progress(), one.eta(at)), (false, Some(0.6), Some(45_000.0)));
    assert_eq!((all.is_project(), all.progress(), all.eta(at)), (true, None, None));
}

#[test]
fn a_project_ends_with_its_last_active_job_where_that_is_wanted() {
    for (stop_when_idle, verdict) in [(true, Verdict::Over), (false, Verdict::Next(10_000.0))] {
        let check = |state: Option<&str>, at| Check::project("p", state, CONFIG, stop_when_idle, T + at);
        let mut first = check(None, 0.0);
        assert_eq!(first.list_received(&[job(Processing, 0.0, 1.0)], None, 0.5, T), [0]);
        assert_eq!(first.verdict(T), Verdict::Next(10_000.0));
        let mut second = check(Some(&first.state(T)), 10_000.0);
        assert!(!second.failed(&busy(None), 0.5, T + 10_000.0));
        let mut third = check(Some(&second.state(T + 10_000.0)), 20_000.0);
        assert_eq!(third.list_received(&[job(Completed, 9.0, 1.0)], None, 0.5, T + 20_000.0), [0]);
        assert_eq!((third.verdict(T + 20_000.0), third.polls()), (verdict, 3));
    }
}
