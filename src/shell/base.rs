//! Where the API is: checked when the client is made and, where it is relative to a page, found when a request is made.

use super::env;
use super::js;
use crate::core::error::Error;
use crate::core::route::{BaseUrl, Operation, UrlParts, is_loopback};
use wasm_bindgen::JsValue;
use web_sys::Url;

/// Stands for the page while there is none: its only use is to see what a relative URL is made of.
const SOME_PAGE: &str = "https://page.invalid";

pub enum Base {
    Absolute(BaseUrl),
    /// A module may make its client on a server, where it renders, and use it in the page alone.
    Relative {
        given: String,
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

/// Whether only a page can say what this URL is.
pub fn is_relative(given: &str) -> bool {
    Url::new(given).is_err()
}

impl Base {
    /// Takes a base URL, or says what is wrong with it. `with_key`: an API key will be sent there.
    pub fn new(given: String, variable: Option<&'static str>, with_key: bool) -> Result<Self, &'static str> {
        if let Ok(url) = Url::new(&given) {
            return check(&url, with_key).map(Self::Absolute);
        }
        // What the URL's parser leaves out on both sides.
        if given.bytes().all(|byte| byte <= b' ') {
            return Err("is empty");
        }
        let url = Url::new_with_base(&given, SOME_PAGE).map_err(|_| "is no URL")?;
        check(&url, false)?;
        // What a page that is there already makes of it is told at once.
        if let Some(url) = in_page(&given) {
            check(&url, with_key)?;
        }
        Ok(Self::Relative { given, with_key, variable })
    }

    /// Whether this is the absolute URL `other`, which has no slash at its end.
    pub fn is(&self, other: &str) -> bool {
        matches!(self, Self::Absolute(base) if base.as_str() == other)
    }

    /// Whether it is on this machine, which needs no network.
    pub fn is_loopback(&self) -> bool {
        let url = match self {
            Self::Absolute(base) => Url::new(base.as_str()).ok(),
            Self::Relative { given, .. } => in_page(given),
        };
        url.is_some_and(|url| is_loopback(&js::peek(&url, "hostname").as_string().unwrap_or_default()))
    }

    /// The URL of an endpoint, for one request.
    pub fn url(&self, operation: &Operation, id: &str) -> Result<String, Error> {
        let (given, with_key, variable) = match self {
            Self::Absolute(base) => return Ok(operation.url(base, id)),
            Self::Relative { given, with_key, variable } => (given, *with_key, *variable),
        };
        let needs =
            "is relative, which needs a page: give a whole one, as in \"https://app.example/plangrep\"";
        let base = in_page(given).ok_or(needs).and_then(|url| check(&url, with_key));
        let refused = |problem| Error::invalid("baseUrl", &from(variable, problem));
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

/// What a relative URL means where this runs; `None`: nothing says so.
fn in_page(given: &str) -> Option<Url> {
    for page in env::page_addresses() {
        if let Some(page) = page.as_string()
            && let Ok(url) = Url::new_with_base(given, &page)
        {
            // A page that was opened as `user:password@host` hands these on; `fetch` refuses them.
            for part in ["username", "password"] {
                js::set(&url, part, &JsValue::from_str(""));
            }
            return Some(url);
        }
    }
    None
}

fn check(url: &Url, with_key: bool) -> Result<BaseUrl, &'static str> {
    let part = |name| js::peek(url, name).as_string().unwrap_or_default();
    let parts = UrlParts {
        href: &part("href"),
        protocol: &part("protocol"),
        hostname: &part("hostname"),
        username: &part("username"),
        password: &part("password"),
    };
    BaseUrl::new(parts, with_key)
}
