//! Whatever happens in whatever order.

use super::*;
use proptest::prelude::*;

fn kind() -> impl Strategy<Value = FailureKind> {
    let retry_after = prop_oneof![Just(None), (0.0..120_000.0).prop_map(Some)];
    prop_oneof![
        (0_u16..1000, retry_after)
            .prop_map(|(status, retry_after)| FailureKind::Status { status, retry_after }),
        Just(FailureKind::Connection),
        Just(FailureKind::Timeout),
        Just(FailureKind::Final),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        1 => Just(Event::Start),
        1 => Just(Event::Accepted),
        8 => (kind(), any::<bool>()).prop_map(|(kind, refused)| Event::Failed { kind, refused }),
        4 => Just(Event::Slept),
        1 => Just(Event::Stopped),
    ]
}

proptest! {
    #[test]
    fn it_always_says_what_to_do_and_what_is_over_stays_over(
        events in prop::collection::vec((event(), 0.0..1.0), 1..50),
        repeatable in any::<bool>(),
        max_retries in 0_u32..5,
    ) {
        let mut request = Request::new(RetryPolicy { timeout_ms: 7.0, max_retries }, repeatable);
        let mut done = false;
        for (event, unit) in events {
            let before = request.attempts();
            let action = request.next(event, unit);
            prop_assert!(!done || action == Action::Done);
            match action {
                Action::Attempt { number, timeout_ms } => {
                    prop_assert_eq!((number, timeout_ms), (before + 1, 7.0));
                }
                Action::Sleep { ms } => prop_assert!(ms > 0.0 && ms <= 75_000.0),
                Action::Done => done = true,
            }
            if action != (Action::Attempt { number: before + 1, timeout_ms: 7.0 }) {
                prop_assert_eq!(request.attempts(), before);
            }
        }
    }

    #[test]
    fn driven_to_its_end_it_makes_no_more_attempts_than_it_may(
        kinds in prop::collection::vec((kind(), any::<bool>()), 1..20),
        repeatable in any::<bool>(),
        max_retries in 0_u32..5,
    ) {
        let mut request = Request::new(RetryPolicy { timeout_ms: 7.0, max_retries }, repeatable);
        let mut action = request.next(Event::Start, 0.5);
        for (kind, refused) in kinds.into_iter().cycle() {
            let event = match action {
                Action::Attempt { .. } => Event::Failed { kind, refused },
                Action::Sleep { .. } => Event::Slept,
                Action::Done => break,
            };
            action = request.next(event, 0.5);
        }
        prop_assert!(request.attempts() <= max_retries + 1);
    }
}
