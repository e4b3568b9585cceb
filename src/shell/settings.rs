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
const ACCEPT: &str = "Accept";
const USER_AGENT: &str = "User-Agent";

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
        init: host::init(&headers(options, in_page)),
        on_event: options.function("onEvent"),
        in_page,
        places: Places::new(in_page),
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

/// Our own headers and the caller's, which win: pairs of name and value.
fn headers(options: &Options, in_page: bool) -> Array {
    let headers = options.strings("headers");
    let agent = concat!("plangrep-client/", env!("CARGO_PKG_VERSION"));
    // A page may not name its user agent.
    let (mut accepts, mut names_agent) = (false, in_page);
    for index in 0..headers.length() {
        let pair: Array = headers.get(index).unchecked_into();
        let text = |at| pair.get(at).as_string().unwrap_or_default();
        let name = text(0);
        if !is_header_name(&name) || !is_header_value(&text(1)) {
            options.refuse("headers", &["has a name or value that cannot be sent: ", &name].concat());
        }
        if name.eq_ignore_ascii_case("authorization") {
            options.refuse("headers", "cannot replace Authorization: give apiKey");
        }
        accepts |= name.eq_ignore_ascii_case(ACCEPT);
        names_agent |= name.eq_ignore_ascii_case(USER_AGENT);
    }
    for (given, own, value) in [(accepts, ACCEPT, "application/json"), (names_agent, USER_AGENT, agent)] {
        if !given {
            headers.push(&Array::of2(&own.into(), &value.into()));
        }
    }
    headers
}
