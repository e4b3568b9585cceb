//! The one error type: what went wrong, as snapshot.

use super::retry::FailureKind;

/// A failure that a caller is told of. The codes are those of the package's `ErrorCode`.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A parameter or option is not what it may be; nothing was sent.
    InvalidArgument { argument: String, problem: String },
    /// The server answered, and not with success.
    Api(ErrorResponse),
    /// No answer, or one that broke off.
    Connection { problem: String },
    /// One attempt outlasted its time.
    Timeout { timeout_ms: f64 },
    /// A success whose body is not what the API promises.
    InvalidResponse { path: String, status: u16, problem: String },
    /// A wait reached its `maxWaitMs`.
    WaitTimeout { job_id: String, polls: u32, elapsed_ms: f64 },
    /// The job ended without a result, and the caller asked for an error then.
    JobFailed { status: String },
    /// The job waits for credits, and the caller asked for an error then.
    JobBlocked,
    /// The client was closed.
    ClientClosed,
}

/// An answer that is no success.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ErrorResponse {
    pub status: u16,
    pub api_code: Option<String>,
    pub api_message: Option<String>,
    pub request_id: Option<String>,
    /// In ms.
    pub retry_after: Option<f64>,
}

impl Error {
    pub fn invalid(argument: &str, problem: &str) -> Self {
        Self::InvalidArgument { argument: argument.to_owned(), problem: problem.to_owned() }
    }

    /// The package's code for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument { .. } => "invalid_argument",
            Self::Api(answer) => match answer.status {
                401 => "unauthorized",
                403 => "forbidden",
                404 => "not_found",
                429 => "rate_limited",
                500..=599 => "server_error",
                _ => "http_error",
            },
            Self::Connection { .. } => "connection_failed",
            Self::Timeout { .. } => "timeout",
            Self::InvalidResponse { .. } => "invalid_response",
            Self::WaitTimeout { .. } => "wait_timeout",
            Self::JobFailed { .. } => "job_failed",
            Self::JobBlocked => "job_blocked",
            Self::ClientClosed => "client_closed",
        }
    }

    /// What a person reads.
    pub fn message(&self) -> String {
        match self {
            Self::InvalidArgument { argument, problem } => [argument, " ", problem].concat(),
            Self::Api(answer) => {
                let status = decimal(u64::from(answer.status));
                let said = answer.api_message.as_deref().or(answer.api_code.as_deref());
                match (said, answer.status) {
                    (Some(said), _) => ["The server answered ", &status, ": ", said].concat(),
                    (None, 0 | 301..=303 | 307 | 308) => {
                        "The server answered with a redirect, which is not followed: check baseUrl".to_owned()
                    }
                    (None, _) => ["The server answered ", &status].concat(),
                }
            }
            Self::Connection { problem } if problem.is_empty() => "The connection failed".to_owned(),
            Self::Connection { problem } => ["The connection failed: ", problem].concat(),
            Self::Timeout { timeout_ms } => {
                ["No complete answer within ", &whole(*timeout_ms), " ms"].concat()
            }
            Self::InvalidResponse { path, problem, .. } => {
                let place = if path.is_empty() { "its body" } else { path };
                ["The answer is not what the API promises: ", place, " ", problem].concat()
            }
            Self::WaitTimeout { job_id, elapsed_ms, .. } => {
                ["Job ", job_id, " had not ended after ", &whole(*elapsed_ms), " ms"].concat()
            }
            Self::JobFailed { status } => ["The job ended as ", status, ", without a result"].concat(),
            Self::JobBlocked => {
                "The job is blocked: it goes on when credits were added and it was resumed".to_owned()
            }
            Self::ClientClosed => "The client was closed".to_owned(),
        }
    }

    /// How it bears on trying again.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Api(answer) => {
                FailureKind::Status { status: answer.status, retry_after: answer.retry_after }
            }
            Self::Connection { .. } => FailureKind::Connection,
            Self::Timeout { .. } => FailureKind::Timeout,
            _ => FailureKind::Final,
        }
    }

    /// Whether a wait may outlive it as a failed poll: what a request retries, a page in place of the answer
    /// (a captive portal's, a proxy's), a key function that failed.
    pub fn is_survivable(&self) -> bool {
        match self {
            Self::InvalidResponse { .. } | Self::InvalidArgument { .. } => true,
            other => other.kind().is_transient(),
        }
    }

    /// Whether the same request may go better later. A body that is no JSON is another's page, which passes; one
    /// with a field that is wrong stays so.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::InvalidResponse { path, .. } => path.is_empty(),
            other => other.is_survivable(),
        }
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

fn whole(ms: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, as a message may
    decimal(ms.round() as u64)
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
            assert_eq!(
                Error::Api(ErrorResponse { status, ..ErrorResponse::default() }).code(),
                code,
                "{status}"
            );
        }
    }

    #[test]
    fn numbers_are_written_in_decimals() {
        for number in [0, 7, 10, 401, u64::MAX] {
            assert_eq!(decimal(number), number.to_string());
        }
        assert_eq!(whole(1e300), u64::MAX.to_string());
    }

    #[test]
    fn a_wait_of_months_tells_how_long_it_was() {
        let error = Error::WaitTimeout { job_id: "j".to_owned(), polls: 1, elapsed_ms: 5_184_000_000.0 };
        assert_eq!(error.message(), "Job j had not ended after 5184000000 ms");
    }

    #[test]
    fn a_wait_survives_what_may_pass_and_nothing_else() {
        let status = |status| Error::Api(ErrorResponse { status, ..ErrorResponse::default() });
        for error in [
            status(429),
            status(503),
            Error::Connection { problem: String::new() },
            Error::Timeout { timeout_ms: 1.0 },
        ] {
            assert!(error.is_survivable(), "{error:?}");
        }
        for error in [status(400), status(401), status(403), status(404), status(302), Error::ClientClosed] {
            assert!(!error.is_survivable(), "{error:?}");
        }
    }
}
