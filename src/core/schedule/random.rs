//! Responses at random, sensible or not.

use super::*;
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        5 => 0.0..1e4,
        3 => (0..20).prop_map(f64::from),
        1 => any::<f64>(),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 0.0, 5e-324]),
    ]
}

fn observation() -> impl Strategy<Value = Observation> {
    let at = prop_oneof![9 => 0.0..1e7, 1 => number()];
    let server = prop::option::of(prop_oneof![3 => 1.7e12..1.8e12, 1 => number()]);
    let status = prop::sample::select(vec![
        None,
        Some(Status::Uploading),
        Some(Status::Preflighting),
        Some(Status::BlockedInsufficientCredits),
        Some(Status::Processing),
        Some(Status::Processing),
        Some(Status::Processing),
        Some(Status::Completed),
    ]);
    (at, server, status, prop::option::of(number()), prop::option::of(number()))
        .prop_map(|(at, server, status, pages, done)| Observation { at, server, status, pages, done })
}

proptest! {
    #[test]
    fn whatever_was_answered_the_delay_is_within_the_bounds_and_the_estimate_is_a_time(
        responses in prop::collection::vec(observation(), 0..30),
        min in 0.0..1e5,
        more in 0.0..1e6,
        unit in 0.0..1.0,
    ) {
        let bounds = Bounds { min, max: min + more };
        let mut schedule = Schedule::default();
        for response in &responses {
            schedule.observe(response);
            let interval = schedule.interval(bounds);
            prop_assert!((bounds.min..=bounds.max).contains(&interval), "{interval}");
            let delay = jittered(interval, bounds, unit);
            prop_assert!((bounds.min..=bounds.max).contains(&delay), "{delay}");
            if let Some(eta) = schedule.eta() {
                prop_assert!(eta.is_finite() && eta >= 0.0, "{eta}");
            }
        }
    }
}
