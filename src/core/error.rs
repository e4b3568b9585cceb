//! The one error type: what went wrong, as facts. The facade makes a sentence of them.

use super::retry::FailureKind;

/// A failure that is reported to a caller, as far as the logic depends on it. The codes are those of the package's
/// `ErrorCode`; what else the caller's error carries stays in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Error {
    /// A parameter or option is not what it may be; nothing was sent.
    InvalidArgument,
    /// The id holds the key that the caller's function gave: neither it nor a URL with it may be shown.
    KeyInId,
    /// The caller's function for the key threw, or gave what cannot be sent.
    KeyFunction,
    /// The server responded, and not with success.
    Api {
        /// The HTTP status.
        status: u16,
        /// The delay that Retry-After set, in ms; `None`: there was none, or one that cannot be read.
        retry_after: Option<f64>,
    },
    /// No response, or one that broke off.
    Connection,
    /// The same, for a reason that stays: the host's name does not resolve, or its certificate is refused.
    Unreachable,
    /// One attempt outlasted its time.
    Timeout,
    /// A success whose body is not what the API promises.
    InvalidResponse,
    /// A success that is about another job than the one requested.
    AnotherJob,
    /// A wait reached its `maxWaitMs`.
    WaitTimeout,
    /// The job ended without a result, and the option `throwOnFailure` makes that an error.
    JobFailed,
    /// The job waits for credits, and the option `onBlocked` makes that an error.
    JobBlocked,
    /// The client was closed.
    ClientClosed,
}

impl Error {
    /// The package's code for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidArgument | Self::KeyInId | Self::KeyFunction => "invalid_argument",
            Self::Api { status, .. } => match status {
                401 => "unauthorized",
                403 => "forbidden",
                404 => "not_found",
                429 => "rate_limited",
                500..=599 => "server_error",
                _ => "http_error",
            },
            Self::Connection | Self::Unreachable => "connection_failed",
            Self::Timeout => "timeout",
            Self::InvalidResponse | Self::AnotherJob => "invalid_response",
            Self::WaitTimeout => "wait_timeout",
            Self::JobFailed => "job_failed",
            Self::JobBlocked => "job_blocked",
            Self::ClientClosed => "client_closed",
        }
    }

    /// Its kind, by which a retry is decided.
    pub fn kind(self) -> FailureKind {
        match self {
            Self::Api { status, retry_after } => FailureKind::Status { status, retry_after },
            Self::Connection | Self::Unreachable => FailureKind::Connection,
            Self::Timeout => FailureKind::Timeout,
            _ => FailureKind::Final,
        }
    }

    /// Whether a wait may outlive it as a failed poll: what a request retries, a page in place of the response
    /// (a captive portal's, a proxy's), a key function that failed.
    pub fn is_survivable(self) -> bool {
        matches!(self, Self::InvalidResponse | Self::KeyFunction) || self.kind().is_transient()
    }

    /// Whether nothing will ever come of it unless something has already: a mistake in the base URL rather than a
    /// bad network.
    pub fn is_unreachable(self) -> bool {
        self == Self::Unreachable
    }

    /// Whether a server responded, be it with something that makes no sense.
    pub fn is_response(self) -> bool {
        matches!(self, Self::Api { .. } | Self::InvalidResponse | Self::AnotherJob)
    }
}

/// A whole number in decimals, without the weight of the formatting machinery.
pub fn decimal(mut number: u64) -> String {
    let mut digits = String::new();
    loop {
        #[allow(clippy::cast_possible_truncation)] // one digit
        digits.insert(0, char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits;
        }
    }
}

/// Milliseconds without their fraction, as text.
pub fn whole(ms: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, as a message may
    decimal(ms.round() as u64)
}

/// Whether a connection that failed so fails for a reason that stays: the name is unknown (ENOTFOUND, unlike
/// EAI_AGAIN, is what the name server says), the certificate is refused, or Deno was not allowed to connect. `reason` is an error code as Node.js has
/// them, OpenSSL's for certificates (a handshake that took too long is the network's), or the words of Deno.
pub fn is_lasting(reason: &str) -> bool {
    reason == "ENOTFOUND"
        || reason.starts_with("UNABLE_TO_VERIFY_")
        || reason.starts_with("ERR_TLS_") && reason != "ERR_TLS_HANDSHAKE_TIMEOUT"
        || ["SELF_SIGNED", "CERT", "invalid peer certificate", "Name or service not known", "--allow-net"]
            .iter()
            .any(|part| has(reason, part))
}

/// As `str::contains`, without the weight of its search.
fn has(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_http_status_has_its_code() {
        for (status, code) in [
            (0, "http_error"),
            (302, "http_error"),
            (400, "http_error"),
            (401, "unauthorized"),
            (403, "forbidden"),
            (404, "not_found"),
            (408, "http_error"),
            (429, "rate_limited"),
            (500, "server_error"),
            (599, "server_error"),
        ] {
            assert_eq!(Error::Api { status, retry_after: None }.code(), code, "{status}");
        }
    }

    #[test]
    fn numbers_are_written_in_decimals() {
        for number in [0, 7, 10, 401, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn a_wait_survives_what_may_pass_and_nothing_else() {
        let status = |status| Error::Api { status, retry_after: None };
        for error in [
            status(429),
            status(503),
            status(529),
            Error::Connection,
            Error::Unreachable,
            Error::KeyFunction,
            Error::InvalidResponse,
            Error::Timeout,
        ] {
            assert!(error.is_survivable(), "{error:?}");
        }
        for error in [
            status(302),
            status(400),
            status(401),
            status(403),
            status(404),
            status(501),
            status(505),
            Error::InvalidArgument,
            Error::AnotherJob,
            Error::ClientClosed,
        ] {
            assert!(!error.is_survivable(), "{error:?}");
        }
    }

    #[test]
    fn some_failures_show_that_a_server_is_there_and_some_that_none_is() {
        for (error, is_response, is_unreachable) in [
            (Error::Api { status: 404, retry_after: None }, true, false),
            (Error::InvalidResponse, true, false),
            (Error::AnotherJob, true, false),
            (Error::Connection, false, false),
            (Error::Timeout, false, false),
            (Error::Unreachable, false, true),
        ] {
            assert_eq!(
                (error.is_response(), error.is_unreachable()),
                (is_response, is_unreachable),
                "{error:?}"
            );
        }
    }

    #[test]
    fn milliseconds_are_written_whole() {
        for (ms, text) in [(0.0, "0"), (1.4, "1"), (1.5, "2"), (5_000.0, "5000"), (-3.0, "0")] {
            assert_eq!(whole(ms), text);
        }
    }

    #[test]
    fn a_name_that_does_not_resolve_a_refused_certificate_and_a_connection_that_is_not_allowed_last() {
        for code in [
            "ENOTFOUND",
            "CERT_HAS_EXPIRED",
            "CERT_NOT_YET_VALID",
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            "SELF_SIGNED_CERT_IN_CHAIN",
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "Requires net access to \"plangrep.com:443\", run again with the --allow-net flag",
        ] {
            assert!(is_lasting(code), "{code}");
        }
        for code in ["EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_TLS_HANDSHAKE_TIMEOUT", ""]
        {
            assert!(!is_lasting(code), "{code}");
        }
    }
}
