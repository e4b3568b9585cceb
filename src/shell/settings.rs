//! A client's settings, from its options and the environment.

use super::env;
use super::http::Http;
use super::options::{Options, is_header_name, is_header_value};
use super::secret::{Key, KeySource};
use crate::core::error::Error;
use crate::core::route::{Base, UrlParts};
use wasm_bindgen::prelude::*;
use web_sys::Url;

const DEFAULT_BASE: &str = "https://plangrep.com";
const KEY_VARIABLE: &str = "PLANGREP_API_KEY";
const BASE_VARIABLE: &str = "PLANGREP_BASE_URL";

/// What requests depend on.
pub fn http(options: &Options) -> Result<Http, Error> {
    let page = env::page();
    let literal_allowed = options.flag("dangerouslyAllowBrowser")? || page.is_none();
    let key = key(options, literal_allowed)?;
    let base = base(options, page.as_deref(), !matches!(key, KeySource::None))?;
    Ok(Http {
        base,
        key,
        custom_fetch: options.function("fetch")?,
        headers: headers(options, page.is_some())?,
        on_event: options.function("onEvent")?,
        in_page: page.is_some(),
    })
}

/// Says of a value from the environment where it comes from.
fn invalid(argument: &str, variable: Option<&str>, problem: &str) -> Error {
    match variable {
        Some(variable) => Error::invalid(argument, &["from the variable ", variable, " ", problem].concat()),
        None => Error::invalid(argument, problem),
    }
}

fn key(options: &Options, literal_allowed: bool) -> Result<KeySource, Error> {
    let (value, variable) = match (options.get("apiKey")?, env::variable(KEY_VARIABLE)) {
        (Some(given), _) => (given, None),
        (None, Some(set)) => (JsValue::from(set), Some(KEY_VARIABLE)),
        (None, None) => return Ok(KeySource::None),
    };
    let value = match value.dyn_into() {
        Ok(function) => return Ok(KeySource::Function(function)),
        Err(value) => value,
    };
    let key = Key::new(&value).map_err(|problem| invalid("apiKey", variable, problem))?;
    if literal_allowed {
        return Ok(KeySource::Literal(key));
    }
    Err(Error::invalid(
        "apiKey",
        "can be read by whoever opens the page: let a server of yours add it and give its baseUrl, \
         or set dangerouslyAllowBrowser",
    ))
}

fn base(options: &Options, page: Option<&str>, with_key: bool) -> Result<Base, Error> {
    let (given, variable) = match (options.url("baseUrl")?, env::variable(BASE_VARIABLE)) {
        (Some(given), _) => (given, None),
        (None, Some(set)) => (set, Some(BASE_VARIABLE)),
        (None, None) => (DEFAULT_BASE.to_owned(), None),
    };
    let url = match page {
        Some(page) => Url::new_with_base(&given, page),
        None => Url::new(&given),
    };
    let url = url.map_err(|_| invalid("baseUrl", variable, "is no URL"))?;
    let parts = UrlParts {
        href: &url.href(),
        protocol: &url.protocol(),
        hostname: &url.hostname(),
        username: &url.username(),
        password: &url.password(),
    };
    Base::new(parts, with_key).map_err(|problem| invalid("baseUrl", variable, problem))
}

/// Our own headers and the caller's, which win.
fn headers(options: &Options, in_page: bool) -> Result<Vec<(String, String)>, Error> {
    let given = options.strings("headers")?;
    for (name, value) in &given {
        if !is_header_name(name) || !is_header_value(value) {
            let problem = ["has a name or value that cannot be sent: ", name].concat();
            return Err(Error::invalid("headers", &problem));
        }
        if name.eq_ignore_ascii_case("authorization") {
            return Err(Error::invalid("headers", "cannot replace Authorization: give apiKey"));
        }
    }
    let accept = ("Accept", "application/json");
    // A page may not name its user agent.
    let agent = ("User-Agent", concat!("plangrep-client/", env!("CARGO_PKG_VERSION")));
    let own = [Some(accept), Some(agent).filter(|_| !in_page)];
    let replaced = |name: &str| given.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    let mut all: Vec<_> = own
        .into_iter()
        .flatten()
        .filter(|(name, _)| !replaced(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    all.extend(given);
    Ok(all)
}
