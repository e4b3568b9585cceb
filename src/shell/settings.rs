//! A client's settings, from its options and the environment.

use super::base::{Base, from, is_relative};
use super::host;
use super::http::Http;
use super::options::{HOLDS_KEY, Options, is_header_name, is_header_value};
use super::places::Places;
use super::secret::{Key, KeySource};
use js_sys::Array;
use wasm_bindgen::prelude::*;

const DEFAULT_BASE: &str = "https://plangrep.com";
const KEY_VARIABLE: &str = "PLANGREP_API_KEY";
const BASE_VARIABLE: &str = "PLANGREP_BASE_URL";

/// What requests depend on.
pub fn http(options: &Options) -> Http {
    let in_page = host::in_page();
    // In this order: the error names the first that is wrong.
    let (base, variable) = base(options);
    // A page's own server adds the key: one in the environment (tests of pages run beside those of the server) is not
    // meant for it.
    let own_server = is_relative(&base) || in_page && variable.is_none() && base != DEFAULT_BASE;
    let key = key(options, !own_server, options.flag("dangerouslyAllowBrowser") || !in_page);
    // Errors and events show URLs.
    let holds_key = matches!(&key, KeySource::Literal(key) if key.is_in(&base));
    let base =
        if holds_key { Err(HOLDS_KEY) } else { Base::new(base, variable, !matches!(key, KeySource::None)) };
    let base = base.unwrap_or_else(|problem| {
        options.refuse("baseUrl", &from(variable, problem));
        Base::default()
    });
    Http {
        base,
        key,
        custom_fetch: options.function("fetch"),
        init: init(&headers(options, in_page)),
        on_event: options.function("onEvent"),
        in_page,
        places: Places::default(),
    }
}

/// Refuses to send no key where nothing can add one. After all else, so that a misspelt option is named rather than the
/// key that it left out.
pub fn require_key(options: &Options, http: &Http) {
    if matches!(http.key, KeySource::None) && http.base.is(DEFAULT_BASE) {
        options.refuse(
            "apiKey",
            "is missing: give it, set the variable PLANGREP_API_KEY, or give the baseUrl of a server of yours that adds it",
        );
    }
}

fn key(options: &Options, from_environment: bool, literal_allowed: bool) -> KeySource {
    let (mut value, mut variable) = (options.get("apiKey"), None);
    if value.is_undefined() {
        let set = host::variable(KEY_VARIABLE).filter(|_| from_environment);
        let Some(set) = set else { return KeySource::None };
        (value, variable) = (set.into(), Some(KEY_VARIABLE));
    }
    if value.is_function() {
        return KeySource::Function(value.unchecked_into());
    }
    match Key::new(&value) {
        Err(problem) => options.refuse("apiKey", &from(variable, problem)),
        Ok(key) if literal_allowed => return KeySource::Literal(key),
        Ok(_) => options.refuse(
            "apiKey",
            "can be read by whoever opens the page: let a server of yours add it and give its baseUrl, \
             or set dangerouslyAllowBrowser",
        ),
    }
    KeySource::None
}

/// The base URL, and the variable that it comes from.
fn base(options: &Options) -> (String, Option<&'static str>) {
    if let Some(given) = options.url("baseUrl") {
        return (given, None);
    }
    match host::variable(BASE_VARIABLE) {
        Some(set) => (set, Some(BASE_VARIABLE)),
        None => (DEFAULT_BASE.to_owned(), None),
    }
}

/// Our own headers and the caller's, which win.
fn headers(options: &Options, in_page: bool) -> Vec<(String, String)> {
    let mut headers = options.strings("headers");
    for (name, value) in &headers {
        if !is_header_name(name) || !is_header_value(value) {
            options.refuse("headers", &["has a name or value that cannot be sent: ", name].concat());
        }
        if name.eq_ignore_ascii_case("authorization") {
            options.refuse("headers", "cannot replace Authorization: give apiKey");
        }
    }
    let agent = concat!("plangrep-client/", env!("CARGO_PKG_VERSION"));
    for (own, value) in [("Accept", "application/json"), ("User-Agent", agent)] {
        // A page may not name its user agent.
        let fits = !in_page || own == "Accept";
        if fits && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(own)) {
            headers.push((own.to_owned(), value.to_owned()));
        }
    }
    headers
}

/// The second argument of `fetch`, without what each attempt has of its own.
fn init(headers: &[(String, String)]) -> JsValue {
    let pairs = Array::new();
    for (name, value) in headers {
        pairs.push(&Array::of2(&name.into(), &value.into()));
    }
    host::init(&pairs)
}
