//! What was requested, when, and what became of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::{HeaderMap, Method, Uri, header};
use serde::Serialize;

/// The oldest events are dropped beyond that.
const KEPT: usize = 100_000;

const MASKED: &str = "***";

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The whole response was handed to the operating system.
    Sent,
    /// A rule closed or reset the connection.
    Cut,
    /// A rule lets it hang; `endedMs` is set once the client has left.
    Stalled,
    /// The client left before the response was complete.
    AbortedByClient,
    /// The proxy did not pass it on.
    Refused,
}

/// One request. Times are real milliseconds since the emulator started.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Rises by one, from 1.
    pub seq: u64,
    /// Which connection it came on, from 1.
    pub connection: u64,
    pub at_ms: f64,
    pub ended_ms: Option<f64>,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    /// Lower-case names; a name that came twice has its values joined by ", ". Keys are masked.
    pub headers: BTreeMap<String, String>,
    /// The name of the rule that was applied.
    pub rule: Option<String>,
    pub request_id: Option<String>,
    pub status: Option<u16>,
    /// Of the response, headers included, as handed to the operating system.
    pub bytes: u64,
    /// `null` while it is under way.
    pub outcome: Option<Outcome>,
}

pub struct Log {
    started: Instant,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u64,
    in_flight: usize,
    events: VecDeque<Event>,
}

impl Log {
    pub fn new() -> Self {
        Self { started: Instant::now(), inner: Mutex::default() }
    }

    /// Notes a request that has just come. `secrets` are masked wherever they stand.
    pub fn open(
        self: &Arc<Self>,
        connection: u64,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        secrets: &[String],
    ) -> Record {
        let mask = Mask::new(headers, secrets);
        let mut inner = self.lock();
        inner.last += 1;
        inner.in_flight += 1;
        let seq = inner.last;
        inner.events.push_back(Event {
            seq,
            connection,
            at_ms: self.now_ms(),
            ended_ms: None,
            method: method.to_string(),
            path: mask.text(uri.path()),
            query: uri.query().map(|query| mask.text(query)),
            headers: mask.headers(headers),
            rule: None,
            request_id: None,
            status: None,
            bytes: 0,
            outcome: None,
        });
        if inner.events.len() > KEPT {
            inner.events.pop_front();
        }
        Record { log: Arc::clone(self), seq }
    }

    /// The events after number `since`, oldest first.
    pub fn since(&self, since: u64) -> Vec<Event> {
        let inner = self.lock();
        let first = inner.events.partition_point(|event| event.seq <= since);
        inner.events.range(first..).cloned().collect()
    }

    /// Forgets what was; numbers go on.
    pub fn clear(&self) {
        self.lock().events.clear();
    }

    /// How many requests came, and how many are under way.
    pub fn totals(&self) -> (u64, usize) {
        let inner = self.lock();
        (inner.last, inner.in_flight)
    }

    pub fn now_ms(&self) -> f64 {
        (self.started.elapsed().as_secs_f64() * 1_000_000.0).round() / 1_000.0
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes down what becomes of one request, which ends when this is dropped; without an outcome by then, the client
/// has left.
pub struct Record {
    log: Arc<Log>,
    seq: u64,
}

impl Record {
    /// The request's number.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    pub fn rule(&self, name: Option<String>) {
        self.note(|event| event.rule = name);
    }

    pub fn responded(&self, status: u16, request_id: Option<String>) {
        self.note(|event| {
            event.status = Some(status);
            event.request_id = request_id;
        });
    }

    pub fn bytes(&self, bytes: u64) {
        self.note(|event| event.bytes = bytes);
    }

    /// Sets how it ends, if that is not known yet.
    pub fn outcome(&self, outcome: Outcome) {
        self.note(|event| {
            event.outcome.get_or_insert(outcome);
        });
    }

    fn note(&self, change: impl FnOnce(&mut Event)) {
        let mut inner = self.log.lock();
        let place = inner.events.binary_search_by_key(&self.seq, |event| event.seq);
        if let Some(event) = place.ok().and_then(|place| inner.events.get_mut(place)) {
            change(event);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let now = self.log.now_ms();
        self.note(|event| {
            event.ended_ms = Some(now);
            event.outcome.get_or_insert(Outcome::AbortedByClient);
        });
        self.log.lock().in_flight -= 1;
    }
}

/// The secrets of one request: the keys that are accepted, and whatever it sent as a key.
struct Mask(Vec<String>);

impl Mask {
    fn new(headers: &HeaderMap, secrets: &[String]) -> Self {
        let sent = headers.get_all(header::AUTHORIZATION).iter().filter_map(|value| {
            let value = value.to_str().ok()?;
            Some(value.split_once(' ').map_or(value, |(_, token)| token).trim().to_owned())
        });
        let secrets = secrets.iter().cloned().chain(sent).filter(|secret| secret.len() >= 4);
        Self(secrets.collect())
    }

    fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, MASKED))
    }

    fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in headers {
            let value = if name == header::AUTHORIZATION {
                match value.to_str().unwrap_or_default().split_once(' ') {
                    Some((scheme, _)) => format!("{scheme} {MASKED}"),
                    None => MASKED.into(),
                }
            } else {
                self.text(&String::from_utf8_lossy(value.as_bytes()))
            };
            seen.entry(name.to_string()).and_modify(|all| *all = format!("{all}, {value}")).or_insert(value);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_masked_wherever_it_stands() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("authorization", "Bearer wrong_key"), ("x-echo", "wrong_key right_key")] {
            headers.insert(name, value.parse().unwrap());
        }
        let log = Arc::new(Log::new());
        let uri: Uri = "/api/right_key?x=wrong_key".parse().unwrap();
        drop(log.open(1, &Method::GET, &uri, &headers, &["right_key".into()]));
        let text = serde_json::to_string(&log.since(0)).unwrap();
        assert!(!text.contains("right_key") && !text.contains("wrong_key"), "{text}");
        assert!(text.contains(r#""authorization":"Bearer ***""#), "{text}");
    }

    #[test]
    fn what_is_dropped_early_was_aborted() {
        let log = Arc::new(Log::new());
        let open = || log.open(1, &Method::GET, &Uri::from_static("/"), &HeaderMap::new(), &[]);
        let (first, second) = (open(), open());
        assert_eq!(log.totals(), (2, 2));
        first.outcome(Outcome::Sent);
        drop(first);
        drop(second);
        let outcomes: Vec<_> = log.since(0).iter().map(|event| event.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Sent), Some(Outcome::AbortedByClient)]);
        assert_eq!((log.totals(), log.since(1).len()), ((2, 0), 1));
    }
}
