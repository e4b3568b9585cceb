//! Where the API is: checked when the client is made and, where it is relative to a page, found when a request is made.

use super::failure::Failure;
use super::host;
use crate::core::route::{BaseUrl, Operation};
use web_sys::Url;

/// Stands for the page while there is none: its only use is to see what a relative URL is made of.
const SOME_PAGE: &str = "https://page.invalid";

/// The base URL of a client.
pub enum Base {
    /// A whole URL, checked.
    Absolute(BaseUrl),
    /// A URL that only a page can complete. A module may make its client on a server, where it renders, and use it in
    /// the page alone.
    Relative {
        /// The URL as it was given.
        given: String,
        /// Whether an API key will be sent there.
        with_key: bool,
        /// The environment's variable that holds it.
        variable: Option<&'static str>,
    },
}

impl Default for Base {
    fn default() -> Self {
        Self::Absolute(BaseUrl::default())
    }
}

/// The URL, if it is a whole one: only such a one can be what it is itself relative to.
fn whole(given: &str) -> Option<Url> {
    Url::new_with_base(given, given).ok()
}

/// Whether only a page can say what this URL is.
pub fn is_relative(given: &str) -> bool {
    whole(given).is_none()
}

impl Base {
    /// Takes a base URL, or says what is wrong with it. `with_key`: an API key will be sent there.
    pub fn new(given: String, variable: Option<&'static str>, with_key: bool) -> Result<Self, &'static str> {
        if let Some(url) = whole(&given) {
            return BaseUrl::new(&url.href(), with_key).map(Self::Absolute);
        }
        // What the URL's parser leaves out on both sides.
        if given.bytes().all(|byte| byte <= b' ') {
            return Err("is empty");
        }
        let url = Url::new_with_base(&given, SOME_PAGE).map_err(|_| "is no URL")?;
        BaseUrl::new(&url.href(), false)?;
        // Where there is a page already, what is wrong with the URL there is said at once.
        if let Some(url) = host::page_url(&given) {
            BaseUrl::new(&url, with_key)?;
        }
        Ok(Self::Relative { given, with_key, variable })
    }

    /// Whether this is the absolute URL `other`, which has no slash at its end.
    pub fn is(&self, other: &str) -> bool {
        matches!(self, Self::Absolute(base) if base.as_str() == other)
    }

    /// Whether it is on this machine, which needs no network.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Absolute(base) => base.is_loopback(),
            Self::Relative { given, .. } => host::page_url(given)
                .and_then(|url| BaseUrl::new(&url, false).ok())
                .is_some_and(|base| base.is_loopback()),
        }
    }

    /// The URL of an endpoint, for one request.
    pub fn url(&self, operation: &Operation, id: &str) -> Result<String, Failure> {
        let (given, with_key, variable) = match self {
            Self::Absolute(base) => return Ok(operation.url(base, id)),
            Self::Relative { given, with_key, variable } => (given, *with_key, *variable),
        };
        let needs =
            "is relative, which needs a page: give a whole one, as in \"https://app.example/plangrep\"";
        let base = host::page_url(given).ok_or(needs).and_then(|url| BaseUrl::new(&url, with_key));
        let refused = |problem| Failure::invalid("baseUrl", &from(variable, problem));
        Ok(operation.url(&base.map_err(refused)?, id))
    }
}

/// Says of a value from the environment where it comes from.
pub fn from(variable: Option<&str>, problem: &str) -> String {
    match variable {
        Some(variable) => ["from the variable ", variable, " ", problem].concat(),
        None => problem.to_owned(),
    }
}
