//! The emulated clock: real time, made faster, stopped or pushed forward.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The longest single push forward, in ms: a hundred years.
const MAX_ADVANCE_MS: u64 = 100 * 366 * 86_400_000;

pub struct Clock(Mutex<Hand>);

#[derive(Clone, Copy)]
struct Hand {
    /// Emulated time since 1970, when it was last set.
    emulated: Duration,
    since: Instant,
    speed: f64,
    paused: bool,
}

/// What `PUT /_emulator/clock` may change; what is left out stays.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Change {
    speed: Option<f64>,
    paused: Option<bool>,
    advance_ms: Option<u64>,
}

/// How the clock stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    now: String,
    now_ms: i64,
    speed: f64,
    paused: bool,
}

impl Clock {
    /// Starts at `start_ms` (Unix time), else at the real time.
    pub fn new(start_ms: Option<u64>, speed: f64) -> Self {
        let emulated = start_ms.map_or_else(real, Duration::from_millis);
        Self(Mutex::new(Hand { emulated, since: Instant::now(), speed, paused: false }))
    }

    /// Emulated Unix time in ms.
    pub fn now_ms(&self) -> i64 {
        self.lock().now_ms()
    }

    pub fn reading(&self) -> Reading {
        let hand = *self.lock();
        let now_ms = hand.now_ms();
        Reading { now: stamp(now_ms, true), now_ms, speed: hand.speed, paused: hand.paused }
    }

    /// Changes it all at once; the error says which value is out of range, and then nothing has changed.
    pub fn change(&self, change: &Change) -> Result<(), String> {
        if change.speed.is_some_and(|speed| !is_speed(speed)) {
            return Err("speed: a number above 0, at most 1000000".into());
        }
        if change.advance_ms.is_some_and(|ms| ms > MAX_ADVANCE_MS) {
            return Err("advanceMs: at most a hundred years".into());
        }
        let mut hand = self.lock();
        hand.emulated = hand.now() + Duration::from_millis(change.advance_ms.unwrap_or(0));
        hand.since = Instant::now();
        hand.speed = change.speed.unwrap_or(hand.speed);
        hand.paused = change.paused.unwrap_or(hand.paused);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hand {
    fn now(&self) -> Duration {
        if self.paused {
            return self.emulated;
        }
        let passed = Duration::try_from_secs_f64(self.since.elapsed().as_secs_f64() * self.speed);
        self.emulated.saturating_add(passed.unwrap_or_default())
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.now().as_millis()).unwrap_or(i64::MAX)
    }
}

/// Whether the clock can go that fast.
pub fn is_speed(speed: f64) -> bool {
    speed > 0.0 && speed <= 1_000_000.0
}

fn real() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// ISO 8601 in UTC, with milliseconds or without: the API sends both.
pub fn stamp(unix_ms: i64, millis: bool) -> String {
    let at =
        OffsetDateTime::from_unix_timestamp(unix_ms.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (at.date(), at.time());
    let fraction = if millis { format!(".{:03}", unix_ms.rem_euclid(1000)) } else { String::new() };
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{fraction}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Unix ms of an RFC 3339 timestamp from 1970 on.
pub fn parse_stamp(text: &str) -> Result<u64, String> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok();
    let ms = at.and_then(|at| u64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok());
    ms.ok_or_else(|| "a timestamp such as 2026-01-31T09:00:00Z".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_milliseconds_or_not() {
        assert_eq!(stamp(1_730_538_455_005, true), "2024-11-02T09:07:35.005Z");
        assert_eq!(stamp(1_730_538_455_005, false), "2024-11-02T09:07:35Z");
        assert_eq!(parse_stamp("2024-11-02T09:07:35.005Z"), Ok(1_730_538_455_005));
    }

    #[test]
    fn a_paused_clock_moves_only_when_pushed() {
        let clock = Clock::new(Some(1_000), 60.0);
        clock.change(&Change { paused: Some(true), ..Change::default() }).unwrap();
        let before = clock.now_ms();
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(clock.now_ms(), before);
        clock.change(&Change { advance_ms: Some(3_600_000), ..Change::default() }).unwrap();
        assert_eq!(clock.now_ms(), before + 3_600_000);
    }

    #[test]
    fn what_is_out_of_range_changes_nothing() {
        let clock = Clock::new(Some(0), 1.0);
        for (speed, advance_ms) in [(Some(f64::NAN), None), (Some(0.0), None), (None, Some(u64::MAX))] {
            assert!(clock.change(&Change { speed, advance_ms, paused: Some(true) }).is_err());
        }
        assert!(!clock.reading().paused);
    }
}
