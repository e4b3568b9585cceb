use super::*;

const BOUNDS: Bounds = Bounds { min: 10_000.0, max: 30_000.0 };

fn job(at: f64, status: Status, pages: f64, done: f64) -> Observation {
    Observation { at, server: None, status: Some(status), pages: Some(pages), done: Some(done) }
}

fn after(responses: &[Observation]) -> Schedule {
    let mut schedule = Schedule::default();
    for response in responses {
        schedule.observe(response);
    }
    schedule
}

/// A job of 10 000 pages, a hundred a second, polled at these times; the end of the pages is at 100 s.
fn steady(times: &[f64]) -> Schedule {
    let responses: Vec<_> = times
        .iter()
        .map(|at| job(*at, Status::Processing, 10_000.0, (at / 10.0).floor().min(10_000.0)))
        .collect();
    after(&responses)
}

/// Fails, and says both, where two times differ by a millisecond or more.
#[track_caller]
fn assert_close(found: f64, expected: f64, about: &dyn std::fmt::Debug) {
    assert!((found - expected).abs() < 1.0, "{found} ms instead of {expected} ms: {about:?}");
}

#[test]
fn a_steady_rate_tells_the_end_and_the_next_poll_lands_just_after_the_last_page() {
    let schedule = steady(&[0.0, 20_000.0, 50_000.0, 80_000.0]);
    assert_close(schedule.eta().unwrap(), 25_000.0, &schedule);
    let next = 80_000.0 + schedule.interval(BOUNDS);
    assert!((100_000.0..105_000.0).contains(&next), "{next}");
}

#[test]
fn far_from_the_end_the_interval_is_the_longest_and_once_all_pages_are_done_the_shortest() {
    assert_close(steady(&[0.0, 10_000.0]).interval(BOUNDS), BOUNDS.max, &());
    assert_close(steady(&[0.0, 50_000.0, 100_000.0]).interval(BOUNDS), BOUNDS.min, &());
}

#[test]
fn a_job_about_to_finish_is_not_skipped_past_however_unsure_the_prediction() {
    // One page of five is left, and a page takes 20 s.
    let responses: Vec<_> = (0..=4)
        .map(|page| job(f64::from(page) * 20_000.0, Status::Processing, 5.0, f64::from(page)))
        .collect();
    let schedule = after(&responses);
    assert_close(schedule.eta().unwrap(), 25_000.0, &());
    assert_close(schedule.interval(BOUNDS), BOUNDS.min, &());
}

#[test]
fn recent_pages_count_more_than_old_ones() {
    let fast_then_slow = after(&[
        job(0.0, Status::Processing, 1_000.0, 0.0),
        job(100_000.0, Status::Processing, 1_000.0, 500.0),
        job(300_000.0, Status::Processing, 1_000.0, 600.0),
    ]);
    assert!(fast_then_slow.eta().unwrap() > 300_000.0 / 600.0 * 400.0 + TAIL);
}

#[test]
fn blocked_waits_the_longest_a_quick_phase_less_than_one_that_waits_for_files_or_an_unknown_one() {
    let interval = |status| after(&[Observation { status, ..Observation::default() }]).interval(BOUNDS);
    assert_close(interval(Some(Status::BlockedInsufficientCredits)), BOUNDS.max, &());
    for status in [Status::Provisioning, Status::Preflighting] {
        assert_close(interval(Some(status)), 17_320.5, &status);
    }
    for status in [Some(Status::AwaitingUploads), Some(Status::Uploading), None] {
        assert_close(interval(status), 25_000.0, &status);
    }
}

#[test]
fn without_page_counts_the_interval_grows_with_the_time_spent() {
    let at = |at| Observation { at, status: Some(Status::Processing), ..Observation::default() };
    assert_close(after(&[at(0.0), at(60_000.0)]).interval(BOUNDS), BOUNDS.min, &());
    assert_close(after(&[at(0.0), at(400_000.0)]).interval(BOUNDS), 20_000.0, &());
    assert_close(after(&[at(0.0), at(4_000_000.0)]).interval(BOUNDS), BOUNDS.max, &());
    assert_eq!(after(&[at(0.0), at(60_000.0)]).eta(), None);
}

#[test]
fn time_spent_blocked_is_not_processing_time() {
    let mut schedule = steady(&[0.0, 20_000.0, 40_000.0]);
    schedule.observe(&job(41_000.0, Status::BlockedInsufficientCredits, 10_000.0, 4_000.0));
    assert_eq!(schedule.eta(), None);
    schedule.observe(&job(9_000_000.0, Status::Processing, 10_000.0, 4_000.0));
    schedule.observe(&job(9_010_000.0, Status::Processing, 10_000.0, 5_000.0));
    assert_close(schedule.eta().unwrap(), 55_000.0, &schedule);
}

#[test]
fn the_servers_clock_refines_the_rate_and_a_wrong_one_does_little_harm() {
    let polls = |skews: [f64; 3]| {
        let mut schedule = Schedule::default();
        // A page every 8 s, so the pages of a response are up to 8 s old.
        for (at, skew) in [0.0, 20_000.0, 47_000.0].into_iter().zip(skews) {
            let done = (at / 8_000.0_f64).floor();
            let server = Some(done * 8_000.0 + skew);
            schedule.observe(&Observation { server, ..job(at, Status::Processing, 20.0, done) });
        }
        schedule.eta().unwrap()
    };
    let right = 15.0 * 8_000.0 - UNREPORTED * 7_000.0 + TAIL;
    assert_close(polls([0.0; 3]), right, &());
    assert_close(polls([3.6e9; 3]), right, &"an hour's offset, ever the same, is no matter");
    for skews in [[0.0, -1e7, 1e7], [0.0, 1e7, -1e7], [1e300, -1e300, 0.0]] {
        assert!((polls(skews) / right - 1.0).abs() < 0.6, "{skews:?}: {}", polls(skews));
    }
}

#[test]
fn pages_done_anew_forget_the_old_rate() {
    let mut schedule = steady(&[0.0, 20_000.0, 40_000.0]);
    schedule.observe(&job(50_000.0, Status::Processing, 1_000.0, 0.0));
    assert_eq!(schedule.eta(), None);
}

#[test]
fn once_all_pages_are_done_the_end_is_due_and_the_interval_grows_with_the_silence() {
    let schedule = steady(&[0.0, 50_000.0, 100_000.0, 120_000.0]);
    assert_close(schedule.eta().unwrap(), 0.0, &schedule);
    assert_close(schedule.interval(BOUNDS), BOUNDS.min, &schedule);
    let schedule = steady(&[0.0, 50_000.0, 100_000.0, 500_000.0]);
    assert_close(schedule.interval(BOUNDS), PATIENCE * 400_000.0, &schedule);
}

#[test]
fn before_the_first_page_two_are_taken_to_be_due() {
    let at = |at| job(at, Status::Processing, 10.0, 0.0);
    let schedule = after(&[at(0.0), at(20_000.0)]);
    // Ten pages of 10 s each, less a part of the silence.
    let left = 100_000.0 - UNREPORTED * 20_000.0;
    assert_close(schedule.interval(BOUNDS), (2.0 * WORTH * left).sqrt(), &schedule);
    assert_eq!(schedule.eta(), None);
}

#[test]
fn a_count_that_falls_a_little_forgets_the_old_rate_too() {
    let mut schedule = steady(&[0.0, 20_000.0, 40_000.0]);
    schedule.observe(&job(50_000.0, Status::Processing, 10_000.0, 3_990.0));
    assert_eq!(schedule.eta(), None);
}

#[test]
fn a_phase_in_between_without_new_pages_keeps_the_rate() {
    let mut schedule = steady(&[0.0, 20_000.0, 40_000.0]);
    schedule.observe(&job(41_000.0, Status::Preflighting, 10_000.0, 4_000.0));
    schedule.observe(&job(42_000.0, Status::Processing, 10_000.0, 4_000.0));
    // Half a second more without a page, of forty with four thousand.
    let fade = MEMORY / (MEMORY + 500.0);
    let steady = 20_000.0 * MEMORY / (MEMORY + 20_000.0) + 20_000.0;
    let pages = 2_000.0 * MEMORY / (MEMORY + 20_000.0) + 2_000.0;
    let each = (steady * fade + 500.0) / (pages * fade);
    assert_close(schedule.eta().unwrap(), 6_000.0 * each + TAIL, &schedule);
}

#[test]
fn a_response_that_is_fresh_corrects_the_offset_of_the_clocks() {
    let mut schedule = Schedule::default();
    // The first is seven seconds old, which only the second shows; so is the third.
    for (at, server, done) in [(7_000.0, 0.0, 0.0), (20_000.0, 20_000.0, 2.0), (47_000.0, 40_000.0, 4.0)] {
        let server = Some(server);
        schedule.observe(&Observation { server, ..job(at, Status::Processing, 20.0, done) });
    }
    let fade = MEMORY / (MEMORY + 20_000.0);
    let each = (13_000.0 * fade + 20_000.0) / (2.0 * fade + 2.0);
    assert_close(schedule.eta().unwrap(), 16.0 * each - UNREPORTED * 7_000.0 + TAIL, &schedule);
}

#[test]
fn on_another_clock_it_is_as_if_it_had_been_there_from_the_start() {
    let moved = |ms: f64| {
        after(&[(7_000.0, 0.0, 0.0), (20_000.0, 20_000.0, 2.0), (47_000.0, 40_000.0, 4.0)].map(
            |(at, server, done)| {
                let server = Some(server);
                Observation { server, ..job(at + ms, Status::Processing, 20.0, done) }
            },
        ))
    };
    let mut shifted = moved(0.0);
    shifted.shift(1_000_000.0);
    assert_eq!(shifted, moved(1_000_000.0));
}

#[test]
fn jitter_spreads_by_a_tenth_inside_the_bounds_and_less_at_them() {
    assert_close(jittered(20_000.0, BOUNDS, 0.0), 18_000.0, &());
    assert_close(jittered(20_000.0, BOUNDS, 0.5), 20_000.0, &());
    assert_close(jittered(20_000.0, BOUNDS, 1.0), 22_000.0, &());
    assert_close(jittered(BOUNDS.min, BOUNDS, 0.0), 10_250.0, &());
    assert_close(jittered(BOUNDS.min, BOUNDS, 1.0), 11_000.0, &());
    assert_close(jittered(BOUNDS.max, BOUNDS, 0.0), 27_000.0, &());
    assert_close(jittered(BOUNDS.max, BOUNDS, 1.0), 29_250.0, &());
    assert_close(jittered(1e9, BOUNDS, 1.0), 29_250.0, &"an interval outside counts as the bound");
    let exact = Bounds { min: 7.0, max: 7.0 };
    assert_close(jittered(7.0, exact, 0.3), 7.0, &());
}

#[test]
fn the_state_is_small() {
    assert!(size_of::<Schedule>() <= 104, "{}", size_of::<Schedule>());
}

#[test]
fn pages_told_when_processing_is_first_seen_took_half_of_the_time_since_the_poll_before() {
    let schedule = after(&[
        job(10_000.0, Status::Preflighting, 100.0, 0.0),
        job(30_000.0, Status::Processing, 100.0, 10.0),
    ]);
    // Ten pages in ten seconds: ninety more, and the tail.
    assert_close(schedule.eta().unwrap(), 95_000.0, &schedule);
}
