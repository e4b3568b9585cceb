//! Faults and headers at random.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, UNIX_EPOCH};

const NOW: f64 = 784_111_777_000.0;

fn failure_kind() -> impl Strategy<Value = FailureKind> {
    prop_oneof![
        6 => (any::<u16>(), proptest::option::of(0.0..1e12f64))
            .prop_map(|(status, retry_after)| FailureKind::Status { status: status % 600, retry_after }),
        3 => (proptest::sample::select(vec![408, 425, 429, 500, 503, 520, 599]), proptest::option::of(0.0..120_000.0f64))
            .prop_map(|(status, retry_after)| FailureKind::Status { status, retry_after }),
        1 => proptest::sample::select(vec![FailureKind::Connection, FailureKind::Timeout, FailureKind::Final]),
    ]
}

proptest! {
    #[test]
    fn backoff_stays_in_its_band(attempt in 1u32.., unit in 0.0..1.0f64) {
        let delay = backoff(attempt, unit);
        prop_assert!((375.0..=10_000.0).contains(&delay));
    }

    #[test]
    fn a_delay_is_never_earlier_than_given_nor_a_quarter_later(given in 1.0..60_000.0f64, unit in 0.0..1.0f64) {
        let delay = delay_after(FailureKind::Status { status: 429, retry_after: Some(given) }, 1, 1, unit).unwrap();
        prop_assert!(delay >= given && delay <= given * 1.25);
    }

    #[test]
    fn retry_after_is_never_negative_nor_endless(value in ".*", date in proptest::option::of(".*")) {
        if let Some(ms) = parse_retry_after(&value, date.as_deref(), NOW) {
            prop_assert!(ms >= 0.0 && ms.is_finite());
        }
    }

    #[test]
    fn any_date_gives_a_finite_delay(year in 0u32..9999, now in -1e14..1e14f64) {
        let ms = parse_retry_after(&format!("Sun, 06 Nov {year:04} 08:49:37 GMT"), None, now).unwrap();
        prop_assert!(ms >= 0.0 && ms.is_finite());
    }

    #[test]
    fn whatever_failed_the_delay_is_as_ruled(
        kind in failure_kind(), attempt in 1u32..9, most in 0u32..9, unit in 0.0..1.0f64,
    ) {
        let delay = delay_after(kind, attempt, most, unit);
        let given = kind.retry_after().unwrap_or(0.0);
        let goes_on = kind.is_transient() && attempt <= most && given <= LONGEST_RETRY_AFTER;
        prop_assert_eq!(delay.is_some(), goes_on);
        if let Some(delay) = delay {
            let band = if given > 0.0 { given..=given * 1.25 } else { 375.0..=10_000.0 };
            prop_assert!(band.contains(&delay), "{delay}");
        }
    }

    #[test]
    fn a_date_is_measured_from_the_answers_own(
        date in 0u64..4_000_000_000, later in 0u64..200_000_000, now in -1e13..1e13f64,
    ) {
        let write = |at| httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at));
        let later_ms = later as f64 * 1000.0;
        prop_assert_eq!(parse_retry_after(&write(date + later), Some(&write(date)), now), Some(later_ms));
        prop_assert_eq!(parse_retry_after(&write(date), Some(&write(date + later)), now), Some(0.0));
        prop_assert_eq!(parse_retry_after(&write(date + later), None, date as f64 * 1000.0), Some(later_ms));
    }

    #[test]
    fn any_digits_are_seconds(seconds in prop_oneof![0u64..1_000_000, any::<u64>()], zeros in "0{0,30}") {
        let given = parse_retry_after(&format!("{zeros}{seconds}"), None, NOW);
        prop_assert_eq!(given, Some((seconds as f64).min(1e9) * 1000.0));
    }
}
