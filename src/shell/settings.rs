//! A client's settings, from its options and the environment.

use super::env;
use super::http::Http;
use super::js;
use super::options::{Options, is_header_name, is_header_value};
use super::secret::{Key, KeySource};
use crate::core::route::{BaseUrl, UrlParts};
use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::Url;

const DEFAULT_BASE: &str = "https://plangrep.com";
const KEY_VARIABLE: &str = "PLANGREP_API_KEY";
const BASE_VARIABLE: &str = "PLANGREP_BASE_URL";

/// What requests depend on.
pub fn http(options: &Options) -> Http {
    let page = env::page();
    let in_page = page.is_some();
    // In this order: the first that is wrong is told.
    let literal_allowed = options.flag("dangerouslyAllowBrowser") || !in_page;
    let key = key(options, literal_allowed);
    let base = base(options, page.as_deref(), !matches!(key, KeySource::None));
    Http {
        base,
        key,
        custom_fetch: options.function("fetch"),
        init: init(&headers(options, in_page)),
        on_event: options.function("onEvent"),
        in_page,
    }
}

/// Says of a value from the environment where it comes from.
fn refuse(options: &Options, argument: &str, variable: Option<&str>, problem: &str) {
    match variable {
        Some(variable) => options.refuse(argument, &["from the variable ", variable, " ", problem].concat()),
        None => options.refuse(argument, problem),
    }
}

fn key(options: &Options, literal_allowed: bool) -> KeySource {
    let (mut value, mut variable) = (options.get("apiKey"), None);
    if value.is_undefined() {
        let Some(set) = env::variable(KEY_VARIABLE) else { return KeySource::None };
        (value, variable) = (set.into(), Some(KEY_VARIABLE));
    }
    if value.is_function() {
        return KeySource::Function(value.unchecked_into());
    }
    match Key::new(&value) {
        Err(problem) => refuse(options, "apiKey", variable, problem),
        Ok(key) if literal_allowed => return KeySource::Literal(key),
        Ok(_) => options.refuse(
            "apiKey",
            "can be read by whoever opens the page: let a server of yours add it and give its baseUrl, \
             or set dangerouslyAllowBrowser",
        ),
    }
    KeySource::None
}

fn base(options: &Options, page: Option<&str>, with_key: bool) -> BaseUrl {
    let (mut given, mut variable) = (options.url("baseUrl"), None);
    if given.is_none() {
        given = env::variable(BASE_VARIABLE);
        variable = given.as_ref().map(|_| BASE_VARIABLE);
    }
    let given = given.as_deref().unwrap_or(DEFAULT_BASE);
    let url = match page {
        Some(page) => Url::new_with_base(given, page),
        None => Url::new(given),
    };
    let base = url.map_err(|_| "is no URL").and_then(|url| {
        let part = |name| js::peek(&url, name).as_string().unwrap_or_default();
        let parts = UrlParts {
            href: &part("href"),
            protocol: &part("protocol"),
            hostname: &part("hostname"),
            username: &part("username"),
            password: &part("password"),
        };
        BaseUrl::new(parts, with_key)
    });
    base.unwrap_or_else(|problem| {
        refuse(options, "baseUrl", variable, problem);
        BaseUrl::default()
    })
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
    // Not one assignment each: a header may be named "__proto__".
    let headers = Object::from_entries(&pairs).unwrap_or_default();
    let init = js::record()
        .with("method", js::intern("GET").clone())
        .with("headers", headers.into())
        // Following a redirect can carry the key away; "error" is refused by workerd.
        .with("redirect", js::intern("manual").clone());
    // Next.js would otherwise answer a poll from its cache for ever.
    let init = if env::knows_cache() { init.with("cache", js::intern("no-store").clone()) } else { init };
    init.into()
}
