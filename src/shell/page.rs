//! The page's life, as far as waits depend on it: in the foreground again, woken, online, offline.
//! Outside a page and its workers there is nothing to listen to.

use super::abort::Listener;
use super::env;
use super::js::peek;

/// What tells that a poll may be overdue, and whom to ask.
const EVENTS: [(&str, bool); 5] = [
    ("visibilitychange", true),
    ("prerenderingchange", true),
    ("pageshow", false),
    ("online", false),
    ("offline", false),
];

/// Listens until dropped.
pub fn listen(then: impl Fn() + Clone + 'static) -> Vec<Listener> {
    if !env::in_page() {
        return Vec::new();
    }
    let global = env::global();
    let document = peek(&global, "document");
    let mut listeners = Vec::new();
    for (event, of_document) in EVENTS {
        let target = if of_document { &document } else { &global };
        if peek(target, "addEventListener").is_function() {
            let then = then.clone();
            listeners.push(Listener::new(target, event, Box::new(then)));
        }
    }
    listeners
}

/// Whether the browser knows that there is no network.
pub fn is_offline() -> bool {
    env::in_page() && peek(&peek(&env::global(), "navigator"), "onLine").as_bool() == Some(false)
}

/// Whether the browser prepares the page without showing it. It may never be shown, so nothing is polled yet.
pub fn is_prerendering() -> bool {
    peek(&peek(&env::global(), "document"), "prerendering").is_truthy()
}
