//! What is tried again, and when: backoff and Retry-After.

use super::time::parse_http_date;

/// Whether a response is worth another attempt (RFC 9110, section 15; 425 is RFC 8470, 429 is RFC 6585). Of the
/// server's own failures all but "not implemented" and "version not supported": what stands in front of servers has
/// many of its own (Cloudflare's 520 to 530).
pub const fn is_retried(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599) && !matches!(status, 501 | 505)
}

const FIRST_DELAY: f64 = 500.0;
const LONGEST_DELAY: f64 = 8_000.0;
const JITTER: f64 = 0.25;
/// A plain request does not sleep longer than this for a Retry-After: it fails and says when.
pub const LONGEST_RETRY_AFTER: f64 = 60_000.0;

/// How long one attempt may take, and how many may follow the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// One attempt, from sending to the last byte of the body, in ms.
    pub timeout_ms: f64,
    /// Attempts after the first.
    pub max_retries: u32,
}

/// How one attempt failed, as far as trying again depends on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FailureKind {
    /// The server responded, and not with success.
    Status {
        /// The HTTP status.
        status: u16,
        /// The delay that Retry-After set, in ms.
        retry_after: Option<f64>,
    },
    /// No response, or one that broke off.
    Connection,
    /// Nothing within the time for an attempt.
    Timeout,
    /// Nothing that another attempt would change.
    Final,
}

impl FailureKind {
    /// Whether another attempt may go better.
    pub fn is_transient(self) -> bool {
        match self {
            Self::Status { status, .. } => is_retried(status),
            Self::Connection | Self::Timeout => true,
            Self::Final => false,
        }
    }

    /// The delay that the server set by Retry-After, in ms.
    pub fn retry_after(self) -> Option<f64> {
        match self {
            Self::Status { retry_after, .. } => retry_after,
            _ => None,
        }
    }
}

/// The delay in ms before the attempt after attempt `attempt` (1 for the first); `None`: it was the last.
///
/// `unit` is random in [0, 1).
pub fn delay_after(fault: FailureKind, attempt: u32, max_retries: u32, unit: f64) -> Option<f64> {
    if attempt > max_retries || !fault.is_transient() {
        return None;
    }
    match fault.retry_after() {
        Some(given) if given > LONGEST_RETRY_AFTER => None,
        Some(given) if given > 0.0 => Some(given * (1.0 + JITTER * unit)),
        _ => Some(backoff(attempt, unit)),
    }
}

fn backoff(attempt: u32, unit: f64) -> f64 {
    let doubled = f64::from(1_u32 << attempt.saturating_sub(1).min(16));
    (FIRST_DELAY * doubled).min(LONGEST_DELAY) * (1.0 - JITTER + 2.0 * JITTER * unit)
}

/// The delay that a Retry-After header sets, in ms from now; `None` if it is neither seconds nor an HTTP date
/// (RFC 9110, section 10.2.3). A date is measured against the response's own `Date` where that can be read.
pub fn parse_retry_after(value: &str, date: Option<&str>, now: f64) -> Option<f64> {
    let value = value.trim_ascii();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More than any timer can hold is clamped, so that the sum with a clock stays exact enough.
        let seconds = value.bytes().fold(0.0, |sum, byte| (sum * 10.0 + f64::from(byte - b'0')).min(1e9));
        return Some(seconds * 1000.0);
    }
    let now = date.and_then(|date| parse_http_date(date.trim_ascii(), now)).unwrap_or(now);
    parse_http_date(value, now).map(|at| (at - now).max(0.0))
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE_DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const NOW: f64 = 784_111_777_000.0;

    fn status(status: u16, retry_after: Option<f64>) -> FailureKind {
        FailureKind::Status { status, retry_after }
    }

    #[test]
    fn only_passing_faults_are_tried_again() {
        for code in 100..600 {
            assert_eq!(
                delay_after(status(code, None), 1, 2, 0.5).is_some(),
                code == 408 || code == 425 || code == 429 || (code >= 500 && code != 501 && code != 505),
                "{code}"
            );
        }
        assert!(delay_after(FailureKind::Connection, 1, 2, 0.5).is_some());
        assert!(delay_after(FailureKind::Timeout, 1, 2, 0.5).is_some());
        assert_eq!(delay_after(FailureKind::Final, 1, 2, 0.5), None);
    }

    #[test]
    fn retries_are_counted_after_the_first_attempt() {
        assert!(delay_after(FailureKind::Timeout, 2, 2, 0.0).is_some());
        assert_eq!(delay_after(FailureKind::Timeout, 3, 2, 0.0), None);
        assert_eq!(delay_after(FailureKind::Timeout, 1, 0, 0.0), None);
    }

    #[test]
    fn the_backoff_doubles_up_to_eight_seconds() {
        let middle: Vec<_> = (1..8).map(|attempt| backoff(attempt, 0.5)).collect();
        assert_eq!(middle, [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 8000.0, 8000.0]);
    }

    #[test]
    fn retry_after_is_a_floor_and_beyond_a_minute_a_refusal() {
        assert_eq!(delay_after(status(503, Some(30_000.0)), 1, 2, 0.0), Some(30_000.0));
        assert_eq!(delay_after(status(503, Some(60_000.0)), 1, 2, 0.0), Some(60_000.0));
        assert_eq!(delay_after(status(503, Some(60_001.0)), 1, 2, 0.0), None);
        assert_eq!(delay_after(status(503, Some(0.0)), 1, 2, 0.5), Some(500.0));
        assert_eq!(delay_after(status(404, Some(1.0)), 1, 2, 0.5), None);
    }

    #[test]
    fn retry_after_is_seconds_or_one_of_three_dates_measured_on_the_servers_clock() {
        for (value, expected) in [
            ("0", Some(0.0)),
            (" 120 ", Some(120_000.0)),
            ("99999999999999999999999", Some(1e12)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60_000.0)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60_000.0)),
            ("Sun Nov  6 08:50:37 1994", Some(60_000.0)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0.0)),
            ("1.5", None),
            ("-1", None),
            ("", None),
            ("soon", None),
            ("1e3", None),
            ("٣", None),
        ] {
            assert_eq!(parse_retry_after(value, Some(RESPONSE_DATE), NOW + 5e6), expected, "{value}");
        }
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", None, NOW), Some(60_000.0));
        assert_eq!(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", Some("?"), NOW), Some(60_000.0));
    }
}
