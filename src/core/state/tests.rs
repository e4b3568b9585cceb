use super::*;
use crate::core::known::KnownProject;

const NOW: f64 = 1_767_225_600_000.0; // 1 January 2026

fn snapshot(status: Option<Status>, updated: f64, pages: f64, done: f64) -> JobSnapshot {
    JobSnapshot { status, updated: Some(updated), pages: Some(pages), done: Some(done) }
}

/// A job that was seen twice, half a minute apart.
fn job(now: f64) -> KnownJob {
    let mut job = KnownJob::default();
    let seen = snapshot(Some(Status::Processing), now - 30_800.0, 204.0, 12.0);
    job.observe(now - 30_000.0, &seen, &|| hash_job(&seen, &|| "one".to_owned()));
    let seen = snapshot(Some(Status::Processing), now - 2_000.0, 204.0, 33.0);
    job.observe(now, &seen, &|| hash_job(&seen, &|| "other".to_owned()));
    job
}

fn progress(now: f64) -> WaitProgress {
    WaitProgress {
        started: now - 61_250.0,
        last: now,
        not_before: now + 8_000.0,
        polls: 4,
        errors: 1,
        reached: true,
    }
}

fn project(now: f64) -> ProjectState {
    let unknown = KnownJob {
        watched: WatchedJob {
            known: Some(JobSnapshot { status: None, updated: None, pages: Some(0.0), done: Some(0.0) }),
            at: now,
            schedule: Schedule {
                last: Some((now, None)),
                entered: now - 7.0,
                changed: now - 7.0,
                ..Schedule::default()
            },
        },
        hash: 7,
    };
    ProjectState {
        progress: progress(now),
        project: KnownProject {
            watermark: now - 2_000.0,
            active: vec![(hash_id("job_1"), job(now)), (hash_id("job_2"), unknown)],
            ended: vec![(hash_id("job_3"), now - 3_000.0)],
            listed: 2,
        },
    }
}

/// As written by the first release that had them, and read for ever.
const GOLDEN_JOB: &str = "1ggq1t7tzBi67BECg6HHAh9DhyBwpdwlBsGhBmq4BhiqBacBE3BcD2TDtow";
const GOLDEN_PROJECT: &str = "1ggq1t7tzBi67BECg6Hh9DBANDhRyIlofC_4-kh6siHAh9DhyBwpdwlBsGhBmq4BhiqBacBE3B8lJkKJk5BAAAHHAAAAHAAAAAqqsx6l7n";
const GOLDEN_NEW: &str = "1ggq1t7tzBAABAAQCvbRWj2";

#[test]
fn states_of_every_release_are_read() {
    let state = JobState { progress: progress(NOW), job: job(NOW) };
    assert_eq!(state.write("job_1", NOW, NOW), GOLDEN_JOB);
    assert_eq!(JobState::read(GOLDEN_JOB, "job_1", NOW, NOW), Some(state));
    assert_eq!(project(NOW).write("proj_1", NOW, NOW), GOLDEN_PROJECT);
    assert_eq!(ProjectState::read(GOLDEN_PROJECT, "proj_1", NOW, NOW), Some(project(NOW)));
    let new = JobState { progress: WaitProgress::new(NOW), job: KnownJob::default() };
    assert_eq!(new.write("job_1", NOW, NOW), GOLDEN_NEW);
    assert_eq!(JobState::read(GOLDEN_NEW, "job_1", NOW, NOW), Some(new));
}

#[test]
fn a_state_is_short_and_needs_no_escaping() {
    let mut state = JobState { progress: progress(NOW), job: job(NOW) };
    assert!(state.write("job_1", NOW, NOW).len() <= 100);
    // A year of waiting, the server's clock a day off, a million pages, an hour of Retry-After.
    state.progress.started -= 3.2e10;
    state.progress.not_before += 3.6e6;
    state.progress.polls = 2_000_000;
    state.progress.errors = 1_000_000;
    let mut long = KnownJob::default();
    let day = 86_400_000.0;
    for (at, done) in [(NOW - 3.2e10, 123_456.0), (NOW - 1e9, 234_567.0)] {
        let seen = snapshot(Some(Status::Processing), at - day - 12_345.0, 1_234_567.0, done);
        long.observe(at, &seen, &|| hash_job(&seen, &|| at.to_string()));
    }
    state.job = long;
    let text = state.write("job_1", NOW, NOW);
    assert!(text.len() <= 160, "{} {text}", text.len());
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{text}");
}

#[test]
fn a_project_takes_at_most_110_bytes_an_active_job() {
    let mut state = project(NOW);
    state.project.active =
        (0..1_000).map(|id| (hash_id(&id.to_string()), job(NOW - f64::from(id)))).collect();
    let length = state.write("proj_1", NOW, NOW).len();
    assert!(length <= 110_000, "{length}");
}

#[test]
fn the_state_of_another_job_project_kind_or_version_is_none() {
    let text = GOLDEN_JOB;
    for id in ["job_2", "", "JOB_1", "job_1 ", "job_11"] {
        assert_eq!(JobState::read(text, id, NOW, NOW), None, "{id}");
    }
    assert_eq!(ProjectState::read(text, "job_1", NOW, NOW), None);
    assert_eq!(JobState::read(GOLDEN_PROJECT, "proj_1", NOW, NOW), None);
    let other = ["2", text.get(1..).unwrap()].concat();
    assert_eq!(JobState::read(&other, "job_1", NOW, NOW), None);
    for damaged in ["", "1", "é", "undefined", "[object Object]", &text.repeat(2), &[text, "\n"].concat()] {
        assert_eq!(JobState::read(damaged, "job_1", NOW, NOW), None, "{damaged}");
    }
}

#[test]
fn every_single_change_of_a_state_is_noticed() {
    for (text, is_read) in [
        (GOLDEN_JOB, (|text| JobState::read(text, "job_1", NOW, NOW).is_some()) as fn(&str) -> bool),
        (GOLDEN_PROJECT, |text| ProjectState::read(text, "proj_1", NOW, NOW).is_some()),
    ] {
        for at in 0..text.len() {
            assert!(!is_read(text.get(..at).unwrap()));
            for byte in 0x20..0x7f {
                let mut changed = text.as_bytes().to_vec();
                if std::mem::replace(&mut changed[at], byte) != byte {
                    assert!(!is_read(std::str::from_utf8(&changed).unwrap()), "{at} {byte}");
                }
            }
        }
    }
}

#[test]
fn no_clock_that_is_behind_makes_a_stored_time_longer() {
    let hour = 3_600_000.0;
    for wall in [NOW - 1_000.0, NOW - hour, 0.0] {
        let state = JobState::read(GOLDEN_JOB, "job_1", wall, wall).unwrap();
        let WaitProgress { started, last, not_before, .. } = state.progress;
        assert_eq!((wall - started, wall - last, not_before - wall), (61_250.0, 0.0, 8_000.0));
        assert_eq!(state.job.watched.schedule.changed, wall - 2_000.0 + 800.0);
        // What the server said stays as it said it.
        assert_eq!(state.job.watched.known.unwrap().updated, Some(NOW - 2_000.0));
    }
    let state = JobState::read(GOLDEN_JOB, "job_1", NOW + hour, NOW + hour).unwrap();
    assert_eq!((state.progress.last, state.progress.not_before), (NOW, NOW + 8_000.0));
}

#[test]
fn a_state_is_read_onto_the_clock_of_the_one_who_goes_on() {
    let written = JobState { progress: progress(500.0), job: job(500.0) };
    let text = written.write("job_1", NOW, 500.0);
    let state = JobState::read(&text, "job_1", NOW + 250.0, 9_250.0).unwrap();
    assert_eq!(state.progress, progress(9_000.0));
    let schedule = state.job.watched.schedule;
    assert_eq!((schedule.last, state.job.watched.at), (Some((9_000.0, Some(Status::Processing))), 9_000.0));
    // The server's clock was 800 ms behind the one it was read by.
    assert_eq!(schedule.offset, Some(800.0 + 8_500.0));
}

#[test]
fn a_projects_jobs_are_read_onto_that_clock_too_and_what_its_server_said_stays() {
    let mut written = project(500.0);
    (written.project.watermark, written.project.ended) =
        (NOW - 2_000.0, vec![(hash_id("job_3"), NOW - 3_000.0)]);
    let known = written.project.clone();
    let text = written.write("proj_1", NOW, 500.0);
    let state = ProjectState::read(&text, "proj_1", NOW + 250.0, 9_250.0).unwrap();
    assert_eq!(state.progress, progress(9_000.0));
    assert_eq!((state.project.watermark, state.project.ended), (known.watermark, known.ended));
    let jobs =
        state.project.active.iter().map(|(id, job)| (*id, job.watched.at, job.watched.schedule.changed));
    let expected = [(hash_id("job_1"), 9_000.0, 7_800.0), (hash_id("job_2"), 9_000.0, 8_993.0)];
    assert!(jobs.eq(expected), "{:?}", state.project.active);
}

#[test]
fn an_instant_with_a_fraction_is_not_older_than_itself() {
    let seen = snapshot(Some(Status::Processing), NOW + 0.75, 4.0, 1.0);
    let mut job = KnownJob::default();
    job.observe(NOW + 9.0, &seen, &|| 1);
    let state = JobState { progress: progress(NOW + 9.0), job };
    let text = state.write("job_1", NOW + 9.0, NOW + 9.0);
    let mut job = JobState::read(&text, "job_1", NOW + 9.0, NOW + 9.0).unwrap().job;
    assert_eq!(job.observe(NOW + 5_000.0, &seen, &|| 1), (true, false));
}

#[test]
fn a_terminal_job_whose_link_is_signed_anew_has_not_changed() {
    let ended = snapshot(Some(Status::Completed), NOW, 4.0, 4.0);
    let mut job = KnownJob::default();
    assert_eq!(job.observe(NOW, &ended, &|| hash_job(&ended, &|| "one".to_owned())), (true, true));
    assert_eq!(job.observe(NOW, &ended, &|| hash_job(&ended, &|| "other".to_owned())), (true, false));
    let other = JobSnapshot { done: Some(3.0), ..ended };
    assert_eq!(job.observe(NOW, &other, &|| hash_job(&other, &|| "one".to_owned())), (true, true));
}

#[test]
fn a_terminal_job_whose_one_page_is_counted_late_has_changed() {
    let counted = snapshot(Some(Status::Completed), NOW, 1.0, 1.0);
    let uncounted = JobSnapshot { pages: None, done: None, ..counted };
    let mut job = KnownJob::default();
    for (seen, told) in [(uncounted, (true, true)), (uncounted, (true, false)), (counted, (true, true))] {
        assert_eq!(job.observe(NOW, &seen, &|| hash_job(&seen, &String::new)), told, "{seen:?}");
    }
}

#[test]
fn a_text_with_another_count_of_numbers_than_is_read_is_none_though_its_checksum_fits() {
    for count in 0..5 {
        let text = write(0, "j", &mut |pass| (0..count).for_each(|_| pass.number(&mut 700)));
        let mut numbers = [0; 2];
        let found =
            read(0, "j", &text, &mut |pass| numbers.iter_mut().for_each(|number| pass.number(number)));
        assert_eq!(found, (count == 2).then_some(()), "{count}");
        assert!(found.is_none() || numbers == [700; 2]);
    }
}

#[test]
fn a_number_that_may_be_absent_is_read_as_it_was_and_zero_is_none_that_is() {
    let absent = f64::INFINITY;
    for (number, expected) in [
        (0.0, 0.0),
        (1.0, 1.0),
        (-1.0, -1.0),
        (4e12, 4e12),
        (-4e12, -4e12),
        (absent, absent),
        (f64::NEG_INFINITY, absent),
        (f64::NAN, absent),
    ] {
        let mut passed = number;
        let text = write(0, "j", &mut |pass| pass.optional(&mut passed));
        let mut passed = f64::NAN;
        assert_eq!(read(0, "j", &text, &mut |pass| pass.optional(&mut passed)), Some(()));
        assert_eq!(passed, expected, "{number}");
    }
}
