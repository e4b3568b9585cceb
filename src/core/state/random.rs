//! States of any content, and texts of any kind.

use super::text::DIGITS;
use super::*;
use crate::core::known::KnownProject;
use proptest::prelude::*;

const NOW: f64 = 1_767_225_600_000.0;

fn whole(limit: f64) -> impl Strategy<Value = f64> {
    prop_oneof![3 => 0.0..limit, 1 => Just(0.0)].prop_map(f64::round)
}

fn progress() -> impl Strategy<Value = WaitProgress> {
    (whole(1e10), whole(1e9), any::<u32>(), any::<u32>(), any::<bool>()).prop_map(
        |(age, retry_after, polls, errors, reached)| WaitProgress {
            started: NOW - age,
            last: NOW,
            not_before: NOW + retry_after,
            polls,
            errors,
            reached,
        },
    )
}

fn job() -> impl Strategy<Value = KnownJob> {
    let times = (whole(1e8), whole(1e8), whole(1e8), prop::option::of(-1e8..1e8));
    let numbers = (whole(1e6), whole(1e6), 0.0..1e6f32, 0.0..1e6f32);
    (0u64..12, times, numbers, any::<u32>(), prop::option::of(whole(1e12))).prop_map(
        |(status, (age, entered, changed, offset), (pages, done, time, counted), hash, updated)| {
            let (at, status) = (NOW - age, Status::numbered(status));
            let known = JobSnapshot { status, updated, pages: Some(pages), done: Some(done) };
            let schedule = Schedule {
                last: Some((at, status)),
                entered: at - entered,
                changed: at - changed,
                offset: offset.map(f64::round),
                pages,
                done,
                time: time.into(),
                counted: counted.into(),
            };
            KnownJob { watched: WatchedJob { known: Some(known), at, schedule }, hash }
        },
    )
}

fn project() -> impl Strategy<Value = KnownProject> {
    let id = || any::<u64>().prop_map(|id| id & HASH_MASK);
    (
        prop::option::of(whole(1e12)),
        prop::collection::vec((id(), job()), 0..6),
        prop::collection::vec((id(), whole(1e12)), 0..4),
    )
        .prop_map(|(watermark, active, ended)| {
            let before = |age| watermark.map_or(f64::NEG_INFINITY, |watermark: f64| watermark - age);
            let ended = ended.into_iter().map(|(id, age)| (id, before(age))).collect();
            let listed = active.len();
            KnownProject { watermark: before(0.0), active, ended, listed }
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read(progress in progress(), job in job(), project in project(), id: String) {
        let state = JobState { progress, job };
        let text = state.write(&id, NOW, NOW);
        prop_assert_eq!(JobState::read(&text, &id, NOW, NOW), Some(state));
        prop_assert_eq!(ProjectState::read(&text, &id, NOW, NOW), None);
        let state = ProjectState { progress, project };
        let text = state.clone().write(&id, NOW, NOW);
        prop_assert_eq!(ProjectState::read(&text, &id, NOW, NOW), Some(state));
        prop_assert_eq!(JobState::read(&text, &id, NOW, NOW), None);
    }

    #[test]
    fn numbers_that_make_no_sense_are_written_and_read_as_some(
        numbers in prop::array::uniform16(any::<f64>()), wall: f64, now: f64, status in 0u64..14,
    ) {
        let [started, last, not_before, at, updated, seen, entered, changed, offset, pages, done, time, counted, ..] =
            numbers;
        let status = Status::numbered(status);
        let known = JobSnapshot { status, updated: Some(updated), pages: Some(pages), done: None };
        let schedule = Schedule {
            last: Some((seen, status)), entered, changed, offset: Some(offset), pages, done, time, counted,
        };
        let job = KnownJob { watched: WatchedJob { known: Some(known), at, schedule }, hash: 1 };
        let state = JobState { progress: WaitProgress { started, last, not_before, polls: 1, errors: 0, reached: true }, job };
        let text = state.write("j", wall, now);
        prop_assert!(JobState::read(&text, "j", wall, now).is_some());
    }

    #[test]
    fn a_text_is_read_as_it_was_written_or_not_at_all(
        progress in progress(), job in job(), project in project(), any: String,
        places in prop::collection::vec((0usize..400, 0u8..128, 0u8..4), 1..5),
    ) {
        let texts = [
            JobState { progress, job }.write("j", NOW, NOW),
            ProjectState { progress, project }.write("j", NOW, NOW),
            any,
        ];
        for text in texts {
            let mut bytes = text.clone().into_bytes();
            for (place, byte, how) in &places {
                let at = place % (bytes.len() + 1);
                match how {
                    0 => bytes.insert(at, *byte),
                    1 => bytes.truncate(at),
                    2 if at < bytes.len() => drop(bytes.remove(at)),
                    _ => bytes.get_mut(at).into_iter().for_each(|place| *place = *byte),
                }
            }
            let changed = String::from_utf8_lossy(&bytes).into_owned();
            if changed != text {
                prop_assert_eq!(JobState::read(&changed, "j", NOW, NOW), None);
                prop_assert_eq!(ProjectState::read(&changed, "j", NOW, NOW), None);
            }
        }
    }
}

#[test]
fn of_a_hundred_thousand_damaged_states_none_is_misread() {
    // A generator of its own: proptest's cases are fewer.
    let mut seed = 1_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut job = KnownJob::default();
    let processing = JobSnapshot {
        status: Some(Status::Processing),
        updated: Some(NOW - 500.0),
        pages: Some(204.0),
        done: Some(7.0),
    };
    job.observe(NOW, &processing, &|| 1);
    let progress = WaitProgress { polls: 3, ..WaitProgress::new(NOW) };
    let text = JobState { progress, job }.write("job_1", NOW, NOW);
    for _ in 0..100_000 {
        let mut bytes = text.clone().into_bytes();
        for _ in 0..=random(4) {
            let (at, digit) = (random(bytes.len()), DIGITS[random(64)]);
            match random(4) {
                0 => bytes[at] = digit,
                1 => bytes.insert(at, digit),
                2 if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => bytes.swap(at, random(text.len().min(at + 1))),
            }
        }
        if bytes != text.as_bytes() {
            let changed = std::str::from_utf8(&bytes).unwrap();
            assert_eq!(JobState::read(changed, "job_1", NOW, NOW), None, "{changed}");
        }
    }
}
