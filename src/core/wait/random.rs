//! One wait with options of any kind, and what must hold after each poll. Many of them together:
//! `coordinator::tests::random`.

use super::*;
use proptest::option;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Event {
    /// The response to the poll that was due comes so much later.
    Responded {
        after: f64,
        retry_after: Option<f64>,
    },
    Failed {
        after: f64,
        status: u16,
        retry_after: Option<f64>,
    },
    Slept(f64),
}

fn ms() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..1e5, 1 => 0.0..1e12, 1 => Just(0.0)]
}

fn event() -> impl Strategy<Value = Event> {
    let retry_after = || option::weighted(0.2, ms());
    let status = proptest::sample::select(vec![400, 401, 404, 408, 429, 500, 503]);
    prop_oneof![
        5 => (ms(), retry_after()).prop_map(|(after, retry_after)| Event::Responded { after, retry_after }),
        4 => (ms(), status, retry_after())
            .prop_map(|(after, status, retry_after)| Event::Failed { after, status, retry_after }),
        1 => ms().prop_map(Event::Slept),
    ]
}

/// Options as they may be given, and the config that they make; `None`: they are refused.
fn config() -> impl Strategy<Value = Option<WaitConfig>> {
    let given = || option::weighted(0.4, 1.0..1e6f64);
    (given(), given(), given(), 1.0..1e5f64, (ms(), option::of(1.0..1e7f64), 0u32..5)).prop_map(
        |(interval, min, max, floor, (initial_delay, max_wait, max_poll_errors))| {
            let poll_interval = PollInterval::new(interval, min, max, floor).ok()?;
            let max_wait = max_wait.unwrap_or(f64::INFINITY);
            Some(WaitConfig {
                poll_interval,
                floor,
                initial_delay,
                max_wait,
                max_poll_errors,
                throw_on_blocked: false,
            })
        },
    )
}

proptest! {
    #[test]
    fn a_pace_keeps_what_was_given_and_the_floor(
        interval in option::of(ms()), min in option::of(ms()), max in option::of(ms()), floor in ms(),
    ) {
        let below = [interval, min, max].into_iter().flatten().any(|given| given < floor);
        let crossed = matches!((min, max), (Some(min), Some(max)) if min > max);
        match PollInterval::new(interval, min, max, floor) {
            Err(_) => prop_assert!(below || crossed),
            Ok(poll_interval) => {
                prop_assert!(!below && !crossed);
                match poll_interval {
                    PollInterval::Fixed(kept) => prop_assert_eq!(Some(kept), interval),
                    PollInterval::Adaptive(bounds) => {
                        prop_assert!(floor <= bounds.min && bounds.min <= bounds.max && interval.is_none());
                        prop_assert!(min.is_none_or(|min| min == bounds.min));
                        prop_assert!(max.is_none_or(|max| max == bounds.max));
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_happens_the_next_poll_is_neither_too_soon_nor_missing(
        config in config(), started in ms(), events in proptest::collection::vec(event(), 0..20),
        unit in 0.0..1.0f64, wish: f64,
    ) {
        let Some(config) = config else { return Ok(()) };
        let wish = if wish.is_nan() { 0.0 } else { wish };
        let mut wait = Wait::new(config, started);
        let (shortest, longest) = match config.poll_interval {
            PollInterval::Fixed(interval) => (interval, interval),
            PollInterval::Adaptive(bounds) => (bounds.min, bounds.max),
        };
        prop_assert!((started..=started + config.initial_delay).contains(&wait.due()) && wait.due() < wait.deadline());
        let (mut now, mut not_before, mut polls, mut row) = (started, started, 0, 0);
        for event in events {
            let (after, retry_after) = match event {
                Event::Slept(ms) => {
                    let due = wait.due();
                    wait.slept(ms);
                    not_before -= ms;
                    prop_assert_eq!(wait.due(), due - ms);
                    continue;
                }
                Event::Responded { after, retry_after } | Event::Failed { after, retry_after, .. } => {
                    (after, retry_after)
                }
            };
            if wait.due() == f64::INFINITY {
                break;
            }
            now = now.max(wait.due()) + after;
            polls += 1;
            not_before = not_before.max(now + retry_after.unwrap_or(0.0));
            if let Event::Failed { status, .. } = event {
                row += 1;
                let error = Error::Api { status, retry_after };
                let ends = wait.failed(now, &error, unit, &|_| wish);
                prop_assert_eq!(ends, status < 408 || row > config.max_poll_errors);
            } else {
                row = 0;
                wait.responded(now, retry_after, unit, &|_| wish);
            }
            prop_assert_eq!(wait.polls(), polls);
            let due = wait.due();
            if due.is_finite() {
                prop_assert!(due >= not_before && due < wait.deadline());
                // The last poll alone may come sooner than the interval, and never within the floor.
                let last = wait.last_moment().max(now + config.floor).max(not_before);
                prop_assert!(due >= now + shortest || due >= now + config.floor && due == last);
                prop_assert!(due <= (now + longest).max(not_before));
            } else {
                prop_assert!(
                    now >= wait.last_moment() || wait.deadline() <= not_before.max(now + config.floor)
                );
            }
        }
    }
}
