//! One request as a machine: attempts until one is accepted, nothing more can be done, or it is stopped.
//!
//! No clock and no I/O: what happened goes in, what to do comes out. Whoever drives it does one thing at a time and
//! says what became of it. Get Job, List Jobs, the polls of waits and the POSTs are all made by it.

use super::retry::{FailureKind, RetryPolicy, delay_after};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The request is due.
    Start,
    /// The attempt had a success.
    Accepted,
    /// The attempt failed.
    Failed {
        /// How it failed, as far as a retry depends on it.
        kind: FailureKind,
        /// No connection came about, so nothing was sent.
        refused: bool,
    },
    /// The sleep is over.
    Slept,
    /// The caller aborted, the client was closed, or nobody waits for it any more.
    Stopped,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Make an attempt.
    Attempt {
        /// 1 for the first.
        number: u32,
        /// From the call for the key to the last byte of the body, in ms.
        timeout_ms: f64,
    },
    /// Let time pass before the next attempt.
    Sleep {
        /// In ms, jitter included.
        ms: f64,
    },
    /// The request is over: with the last attempt's response, with how it failed, or with what stopped it.
    Done,
}

/// A request under way.
#[derive(Clone, Debug)]
pub struct Request {
    retry_policy: RetryPolicy,
    /// Carrying it out twice does no harm.
    repeatable: bool,
    attempts: u32,
    done: bool,
}

impl Request {
    /// One that was not started. `repeatable`: to carry it out twice does no harm.
    pub fn new(retry_policy: RetryPolicy, repeatable: bool) -> Self {
        Self { retry_policy, repeatable, attempts: 0, done: false }
    }

    /// Attempts begun.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Takes what happened and says what to do. `unit` is random in [0, 1).
    ///
    /// After [`Action::Done`] it is [`Action::Done`] for ever: no attempt begins after a stop.
    pub fn next(&mut self, event: Event, unit: f64) -> Action {
        let action = match event {
            _ if self.done => Action::Done,
            Event::Start | Event::Slept => {
                self.attempts += 1;
                return Action::Attempt { number: self.attempts, timeout_ms: self.retry_policy.timeout_ms };
            }
            Event::Failed { kind, refused } if self.repeatable || is_harmless(kind, refused) => {
                delay_after(kind, self.attempts, self.retry_policy.max_retries, unit)
                    .map_or(Action::Done, |ms| Action::Sleep { ms })
            }
            Event::Failed { .. } | Event::Accepted | Event::Stopped => Action::Done,
        };
        self.done = action == Action::Done;
        action
    }

    /// Whether the request may have been carried out although it failed so: the caller is to know of one that
    /// must not be carried out twice.
    pub fn is_ambiguous(&self, kind: FailureKind, refused: bool) -> bool {
        // A status below 500 says that the request itself was refused.
        let declined = matches!(kind, FailureKind::Status { status, .. } if status < 500);
        !self.repeatable && kind.is_transient() && !declined && !is_harmless(kind, refused)
    }
}

/// Whether an attempt that failed so was not carried out: the server says so and when to come again, or it was
/// never reached.
fn is_harmless(kind: FailureKind, refused: bool) -> bool {
    match kind {
        FailureKind::Status { status, retry_after } => matches!(status, 429 | 503) && retry_after.is_some(),
        FailureKind::Connection => refused,
        _ => false,
    }
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { timeout_ms: 1_000.0, max_retries: 2 };
    const FAILED: Event = Event::Failed { kind: FailureKind::Connection, refused: false };

    fn attempt(number: u32) -> Action {
        Action::Attempt { number, timeout_ms: 1_000.0 }
    }

    fn status(status: u16, retry_after: Option<f64>) -> FailureKind {
        FailureKind::Status { status, retry_after }
    }

    #[test]
    fn a_success_ends_it_after_one_attempt() {
        let mut request = Request::new(POLICY, true);
        assert_eq!(request.next(Event::Start, 0.5), attempt(1));
        assert_eq!(request.next(Event::Accepted, 0.5), Action::Done);
        assert_eq!(request.attempts(), 1);
    }

    #[test]
    fn what_may_pass_is_tried_again_after_a_sleep_until_the_retries_are_used_up() {
        let mut request = Request::new(POLICY, true);
        assert_eq!(request.next(Event::Start, 0.5), attempt(1));
        assert_eq!(request.next(FAILED, 0.5), Action::Sleep { ms: 500.0 });
        assert_eq!(request.next(Event::Slept, 0.5), attempt(2));
        assert_eq!(request.next(FAILED, 0.5), Action::Sleep { ms: 1_000.0 });
        assert_eq!(request.next(Event::Slept, 0.5), attempt(3));
        assert_eq!(request.next(FAILED, 0.5), Action::Done);
        assert_eq!(request.attempts(), 3);
    }

    #[test]
    fn what_does_not_pass_ends_it_at_once() {
        for kind in [FailureKind::Final, status(404, None), status(503, Some(60_001.0))] {
            let mut request = Request::new(POLICY, true);
            request.next(Event::Start, 0.5);
            assert_eq!(request.next(Event::Failed { kind, refused: false }, 0.5), Action::Done, "{kind:?}");
        }
    }

    #[test]
    fn a_stop_ends_it_before_during_and_between_attempts_and_nothing_begins_afterwards() {
        for before in
            [&[][..], &[Event::Start], &[Event::Start, FAILED], &[Event::Start, FAILED, Event::Slept]]
        {
            let mut request = Request::new(POLICY, true);
            for event in before {
                request.next(*event, 0.5);
            }
            let attempts = request.attempts();
            for event in [Event::Stopped, Event::Slept, FAILED, Event::Accepted, Event::Start] {
                assert_eq!(request.next(event, 0.5), Action::Done, "{before:?} {event:?}");
            }
            assert_eq!(request.attempts(), attempts);
        }
    }

    #[test]
    fn what_must_not_be_carried_out_twice_is_repeated_only_where_it_was_not_carried_out() {
        for (kind, refused, repeated) in [
            (status(429, Some(1_000.0)), false, true),
            (status(503, Some(1_000.0)), false, true),
            (status(503, Some(0.0)), false, true),
            (FailureKind::Connection, true, true),
            (status(429, None), false, false),
            (status(503, None), false, false),
            (status(500, Some(1_000.0)), false, false),
            (FailureKind::Connection, false, false),
            (FailureKind::Timeout, false, false),
            (FailureKind::Final, false, false),
        ] {
            let mut request = Request::new(POLICY, false);
            request.next(Event::Start, 0.5);
            let action = request.next(Event::Failed { kind, refused }, 0.5);
            assert_eq!(matches!(action, Action::Sleep { .. }), repeated, "{kind:?} {refused}");
        }
    }

    #[test]
    fn only_a_failure_after_which_it_may_have_been_carried_out_is_ambiguous() {
        let (post, get) = (Request::new(POLICY, false), Request::new(POLICY, true));
        for (kind, refused, ambiguous) in [
            (FailureKind::Connection, false, true),
            (FailureKind::Timeout, false, true),
            (status(500, None), false, true),
            (status(504, None), false, true),
            (status(503, None), false, true),
            (status(503, Some(1.0)), false, false),
            (FailureKind::Connection, true, false),
            (status(409, None), false, false),
            (status(429, None), false, false),
            (FailureKind::Final, false, false),
        ] {
            assert_eq!(post.is_ambiguous(kind, refused), ambiguous, "{kind:?} {refused}");
            assert!(!get.is_ambiguous(kind, refused), "{kind:?} {refused}");
        }
    }
}
