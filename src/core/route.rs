//! Base URL + operation + id → URL, and what an id may not be.
//!
//! URLs are built from ids alone: nothing that a caller or a server gives can lead elsewhere.

/// The endpoints that polls use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// One job.
    GetJob,
    /// All jobs of a project.
    ListJobs,
}

impl Endpoint {
    /// The operation that a poll of this kind carries out.
    pub fn operation(self) -> &'static Operation {
        match self {
            Self::GetJob => &GET_JOB,
            Self::ListJobs => &LIST_JOBS,
        }
    }
}

/// An operation of the API, and all that there is to know of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The HTTP method. None has a body.
    pub method: &'static str,
    /// The path before the id.
    before: &'static str,
    /// The path after the id.
    after: &'static str,
    /// What the id is called in the package's API.
    pub argument: &'static str,
    /// The response holds a list, as `jobs`; else one job, as `job`.
    pub lists: bool,
    /// Carrying it out twice does no harm.
    pub repeatable: bool,
}

const JOBS: &str = "/api/open/v1/jobs/";

/// Get Job.
pub static GET_JOB: Operation =
    Operation { method: "GET", before: JOBS, after: "", argument: "jobId", lists: false, repeatable: true };

/// List Jobs.
pub static LIST_JOBS: Operation = Operation {
    before: "/api/open/v1/projects/",
    after: "/jobs",
    argument: "projectId",
    lists: true,
    ..GET_JOB
};

/// Resume Job.
pub static RESUME_JOB: Operation =
    Operation { method: "POST", after: "/resume", repeatable: false, ..GET_JOB };

/// Cancel Job.
pub static CANCEL_JOB: Operation = Operation { after: "/cancel", ..RESUME_JOB };

/// Each operation by its name in the package, for whatever is checked against them.
#[cfg(test)]
pub const OPERATIONS: [(&str, &Operation); 4] =
    [("getJob", &GET_JOB), ("listJobs", &LIST_JOBS), ("resumeJob", &RESUME_JOB), ("cancelJob", &CANCEL_JOB)];

impl Operation {
    /// The URL under `base`. The id has passed [`check_id`].
    pub fn url(&self, base: &BaseUrl, id: &str) -> String {
        let Self { before, after, .. } = self;
        let mut url = String::with_capacity(base.href.len() + before.len() + id.len() + after.len());
        url.push_str(&base.href);
        url.push_str(before);
        for byte in id.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                url.push(char::from(byte));
            } else {
                url.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    url.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
                }
            }
        }
        url.push_str(after);
        url
    }
}

/// Why an id cannot be one path segment; `None`: it can.
pub fn check_id(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        Some("is empty")
    } else if id == "." || id == ".." {
        Some("is a path of its own")
    } else if id.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | '?' | '#' | '%')) {
        Some("has one of / \\ ? # % or a control character")
    } else {
        None
    }
}

/// Where the API is: scheme, host and path, without the slash at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseUrl {
    href: String,
    is_loopback: bool,
}

impl BaseUrl {
    /// Takes a base URL as the platform's parser writes it, or says what is wrong with it. `with_key`: an API key will be
    /// sent there.
    pub fn new(mut href: &str, with_key: bool) -> Result<Self, &'static str> {
        let secure = href.starts_with("https://");
        if !secure && !href.starts_with("http://") {
            return Err("must be an http or https URL");
        }
        let authority = until(href.get(if secure { 8.. } else { 7.. }).unwrap_or_default(), b'/');
        if until(authority, b'@') != authority {
            return Err("must not hold credentials");
        }
        // A bare "?" or "#" too: paths are appended to the base, and would become part of the query or fragment.
        if href.bytes().any(|byte| matches!(byte, b'?' | b'#')) {
            return Err("must not have a query or a fragment");
        }
        let is_loopback = authority.starts_with("[::1]") || is_loopback(until(authority, b':'));
        if with_key && !secure && !is_loopback {
            return Err("must be https: an API key is sent over plain http only to a loopback host");
        }
        while let Some(shorter) = href.strip_suffix("/") {
            href = shorter;
        }
        Ok(Self { href: href.to_owned(), is_loopback })
    }

    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.href
    }

    /// Whether its host is this machine, which needs no network.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

/// The text before the first such character, or all of it.
fn until(text: &str, end: u8) -> &str {
    let length = text.bytes().position(|byte| byte == end);
    length.and_then(|length| text.get(..length)).unwrap_or(text)
}

/// Whether a host, as the platform's parser gives it, is this machine.
fn is_loopback(hostname: &str) -> bool {
    // The platform's parser has made an address of four numbers of whatever could be one.
    let is_address = |host: &str| host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // A name that ends in a dot is the same, and no search list is asked for it.
    let hostname = hostname.strip_suffix('.').unwrap_or(hostname);
    hostname == "localhost"
        || hostname.ends_with(".localhost")
        || hostname.starts_with("127.") && is_address(hostname)
}

#[cfg(test)]
mod random;

#[cfg(test)]
mod tests {
    use super::*;

    fn base(href: &str) -> BaseUrl {
        BaseUrl::new(href, false).unwrap()
    }

    #[test]
    fn each_operation_is_as_the_documentation_has_it() {
        for (operation, method, argument, lists, repeatable) in [
            (&GET_JOB, "GET", "jobId", false, true),
            (&LIST_JOBS, "GET", "projectId", true, true),
            (&RESUME_JOB, "POST", "jobId", false, false),
            (&CANCEL_JOB, "POST", "jobId", false, false),
        ] {
            assert_eq!((operation.method, operation.argument), (method, argument), "{operation:?}");
            assert_eq!((operation.lists, operation.repeatable), (lists, repeatable), "{operation:?}");
        }
    }

    #[test]
    fn each_operation_has_its_documented_path() {
        let base = base("https://plangrep.com/");
        assert_eq!(GET_JOB.url(&base, "job_1"), "https://plangrep.com/api/open/v1/jobs/job_1");
        assert_eq!(LIST_JOBS.url(&base, "proj_1"), "https://plangrep.com/api/open/v1/projects/proj_1/jobs");
        for (operation, path) in [(&RESUME_JOB, "resume"), (&CANCEL_JOB, "cancel")] {
            let url = operation.url(&base, "job_1");
            assert_eq!(url, format!("https://plangrep.com/api/open/v1/jobs/job_1/{path}"));
        }
    }

    #[test]
    fn a_base_keeps_its_path_and_loses_its_last_slash() {
        for href in ["https://app.example/plangrep", "https://app.example/plangrep/"] {
            assert_eq!(GET_JOB.url(&base(href), "j"), "https://app.example/plangrep/api/open/v1/jobs/j");
            assert_eq!(base(href).as_str(), "https://app.example/plangrep");
        }
    }

    #[test]
    fn a_base_that_could_carry_the_key_away_is_refused() {
        for href in ["ftp://a/", "file:///a", "https://a/?x=1", "https://a/?", "https://a/#f", "https://a/#"]
        {
            assert!(BaseUrl::new(href, false).is_err(), "{href}");
        }
        for href in ["https://u@a/", "https://:p@a/", "https://u:p@a:1/b"] {
            assert_eq!(BaseUrl::new(href, false), Err("must not hold credentials"), "{href}");
        }
        assert!(BaseUrl::new("https://a/@b:c@d/", false).is_ok());
    }

    #[test]
    fn a_key_goes_over_plain_http_only_to_a_loopback_host() {
        for href in [
            "http://localhost:1/",
            "http://a.localhost/",
            "http://127.0.0.1/",
            "http://127.9.9.9/",
            "http://[::1]:8/",
            "http://localhost./",
            "http://a.localhost.:1/",
        ] {
            assert!(BaseUrl::new(href, true).is_ok_and(|base| base.is_loopback()), "{href}");
            assert!(base(&href.replace("http:", "https:")).is_loopback(), "{href}");
        }
        for href in [
            "http://a/",
            "http://127.0.0.1.example/",
            "http://localhost.example/",
            "http://10.0.0.1/",
            "http://127.example.a.b/",
            "http://127.0.0.+1/",
            "http://localhost../",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://[::ffff:7f00:1]/",
        ] {
            assert!(BaseUrl::new(href, true).is_err(), "{href}");
            assert!(BaseUrl::new(href, false).is_ok_and(|base| !base.is_loopback()), "{href}");
        }
    }

    #[test]
    fn an_id_that_is_no_single_segment_is_refused() {
        for id in ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "%2e%2e", "a\nb", "\u{0}", "\u{7f}", "\u{85}"]
        {
            assert!(check_id(id).is_some(), "{id:?}");
        }
        for id in ["job_01", "...", "a b", "ä", "😀", "a:b@c", "a+b&c=d"] {
            assert_eq!(check_id(id), None, "{id:?}");
        }
    }

    #[test]
    fn the_rest_of_an_id_is_percent_encoded_as_utf_8() {
        assert_eq!(GET_JOB.url(&base("http://h"), "a b+ä~"), "http://h/api/open/v1/jobs/a%20b%2B%C3%A4~");
    }
}
