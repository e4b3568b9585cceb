//! What can be done to the body of a response.

use axum::body::Body;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::body::Padded;

/// One change. "Each job" is the job of Get Job, or every job of List Jobs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// The value at a JSON pointer (RFC 6901) is replaced, or added to its object.
    Set { at: String, to: Value },
    /// The value at a JSON pointer is taken out.
    Remove(String),
    /// Each job gets this status.
    Status(String),
    /// Each job gets these fields.
    Fields(Map<String, Value>),
    /// Each job keeps only `id`, `status`, `projectId`, `createdAt` and `updatedAt`.
    Abridged,
    /// Each job keeps only `id` and `status`.
    Bare,
    /// Each job gets this id.
    OtherId(String),
    /// The list lacks these jobs.
    Missing(Vec<String>),
    /// The list is upside down.
    Reverse,
    /// `job` or `jobs` is called `data`.
    WrongEnvelope,
    /// The job or the list stands alone, without envelope.
    NoEnvelope,
    /// Each job has its `id` twice, the right one last.
    DuplicateKeys,
    /// The first colon becomes an equals sign.
    InvalidJson,
    /// A byte that is not UTF-8 stands in the first string.
    InvalidUtf8,
    /// A byte order mark stands in front.
    Bom,
    /// Only the first bytes are left, and `content-length` agrees; below 0: so many are missing at the end.
    Truncate(i64),
    /// So many spaces follow, sent in chunks: a huge body that is still valid JSON.
    Pad(u64),
}

/// The body with all changes made.
pub fn apply(changes: &[Change], body: &[u8]) -> Body {
    let mut content = Content { json: None, bytes: body.to_vec(), padding: 0 };
    for change in changes {
        content.make(change);
    }
    let padding = content.padding;
    let bytes = content.into_bytes();
    if padding > 0 { Body::new(Padded::new(bytes, b' ', padding, false)) } else { Body::from(bytes) }
}

/// A body that is JSON while that is what the changes need.
struct Content {
    json: Option<Value>,
    bytes: Vec<u8>,
    padding: u64,
}

impl Content {
    fn make(&mut self, change: &Change) {
        match change {
            Change::Pad(spaces) => self.padding = self.padding.saturating_add(*spaces),
            Change::DuplicateKeys => self.duplicate_ids(),
            Change::InvalidJson => self.bytes(|bytes| replace_first(bytes, b':', b'=')),
            Change::InvalidUtf8 => self.bytes(|bytes| {
                if let Some(quote) = bytes.iter().position(|byte| *byte == b'"') {
                    bytes.insert(quote + 1, 0xff);
                }
            }),
            Change::Bom => self.bytes(|bytes| drop(bytes.splice(..0, *b"\xef\xbb\xbf"))),
            Change::Truncate(keep) => self.bytes(|bytes| {
                let cut = usize::try_from(keep.unsigned_abs()).unwrap_or(usize::MAX);
                bytes.truncate(if *keep < 0 { bytes.len().saturating_sub(cut) } else { cut });
            }),
            _ => {
                if let Some(json) = self.json() {
                    edit(json, change);
                }
            }
        }
    }

    /// The body as JSON; `None` where it is none, and then nothing is changed.
    fn json(&mut self) -> Option<&mut Value> {
        if self.json.is_none() {
            self.json = serde_json::from_slice(&self.bytes).ok();
        }
        self.json.as_mut()
    }

    fn bytes(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(json) = self.json.take() {
            self.bytes = json.to_string().into_bytes();
        }
        change(&mut self.bytes);
    }

    fn into_bytes(mut self) -> Vec<u8> {
        self.bytes(|_| {});
        self.bytes
    }

    fn duplicate_ids(&mut self) {
        let Some(json) = self.json() else { return };
        let ids: Vec<String> = jobs(json).filter_map(|job| Some(job.get("id")?.to_string())).collect();
        self.bytes(|bytes| {
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            for id in ids {
                let own = format!(r#""id":{id}"#);
                text = text.replacen(&own, &format!(r#""id":"job_duplicate",{own}"#), 1);
            }
            *bytes = text.into_bytes();
        });
    }
}

fn edit(json: &mut Value, change: &Change) {
    match change {
        Change::Set { at, to } => set(json, at, to),
        Change::Remove(at) => remove(json, at),
        Change::Status(status) => each(json, |job| drop(job.insert("status".into(), status.clone().into()))),
        Change::OtherId(id) => each(json, |job| drop(job.insert("id".into(), id.clone().into()))),
        Change::Fields(fields) => each(json, |job| job.extend(fields.clone())),
        Change::Abridged => keep(json, &["id", "status", "projectId", "createdAt", "updatedAt"]),
        Change::Bare => keep(json, &["id", "status"]),
        Change::Missing(ids) => {
            if let Some(list) = list(json) {
                list.retain(|job| !ids.iter().any(|id| job.get("id").is_some_and(|own| own == id.as_str())));
            }
        }
        Change::Reverse => {
            if let Some(list) = list(json) {
                list.reverse();
            }
        }
        Change::WrongEnvelope => *json = serde_json::json!({ "data": take_envelope(json) }),
        Change::NoEnvelope => *json = take_envelope(json),
        _ => {}
    }
}

fn jobs(json: &mut Value) -> Box<dyn Iterator<Item = &mut Map<String, Value>> + '_> {
    match json {
        Value::Object(envelope) => Box::new(
            envelope
                .values_mut()
                .flat_map(|inside| match inside {
                    Value::Array(list) => list.as_mut_slice(),
                    job => std::slice::from_mut(job),
                })
                .filter_map(Value::as_object_mut),
        ),
        _ => Box::new(std::iter::empty()),
    }
}

fn each(json: &mut Value, change: impl Fn(&mut Map<String, Value>)) {
    jobs(json).for_each(change);
}

fn keep(json: &mut Value, names: &[&str]) {
    each(json, |job| job.retain(|name, _| names.contains(&name.as_str())));
}

fn list(json: &mut Value) -> Option<&mut Vec<Value>> {
    json.get_mut("jobs")?.as_array_mut()
}

fn take_envelope(json: &mut Value) -> Value {
    let inside = json.as_object_mut().and_then(|envelope| envelope.values_mut().next());
    inside.map_or(Value::Null, Value::take)
}

fn set(json: &mut Value, at: &str, to: &Value) {
    if let Some(place) = json.pointer_mut(at) {
        *place = to.clone();
    } else if let Some((parent, name)) = at.rsplit_once('/')
        && let Some(Value::Object(object)) = json.pointer_mut(parent)
    {
        object.insert(unescape(name), to.clone());
    }
}

fn remove(json: &mut Value, at: &str) {
    let Some((parent, name)) = at.rsplit_once('/') else { return };
    match json.pointer_mut(parent) {
        Some(Value::Object(object)) => drop(object.shift_remove(&unescape(name))),
        Some(Value::Array(list)) => {
            if let Some(index) = name.parse().ok().filter(|index| *index < list.len()) {
                list.remove(index);
            }
        }
        _ => {}
    }
}

fn unescape(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

fn replace_first(bytes: &mut [u8], old: u8, new: u8) {
    if let Some(byte) = bytes.iter_mut().find(|byte| **byte == old) {
        *byte = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: &str = r#"{"job":{"id":"a","status":"processing","projectId":"p","pageCount":3}}"#;
    const LIST: &str = r#"{"jobs":[{"id":"a","status":"s"},{"id":"b","status":"s"}]}"#;

    fn changed(changes: &str, body: &str) -> Vec<u8> {
        let changes: Vec<Change> = serde_json::from_str(changes).unwrap();
        let mut content = Content { json: None, bytes: body.as_bytes().to_vec(), padding: 0 };
        for change in &changes {
            content.make(change);
        }
        content.into_bytes()
    }

    #[test]
    fn each_change_does_what_it_says_to_a_job_and_to_a_list() {
        for (changes, body, expected) in [
            (
                r#"[{"set":{"at":"/job/pageCount","to":"3"}},"bare",{"fields":{"x":1}}]"#,
                JOB,
                r#"{"job":{"id":"a","status":"processing","x":1}}"#,
            ),
            (
                r#"[{"set":{"at":"/job/a~1b","to":[]}},{"remove":"/job/id"},{"remove":"/job/pageCount"},{"remove":"/job/none"}]"#,
                JOB,
                r#"{"job":{"status":"processing","projectId":"p","a/b":[]}}"#,
            ),
            (r#"["abridged"]"#, JOB, r#"{"job":{"id":"a","status":"processing","projectId":"p"}}"#),
            (
                r#"[{"status":"archived"},{"otherId":"z"}]"#,
                LIST,
                r#"{"jobs":[{"id":"z","status":"archived"},{"id":"z","status":"archived"}]}"#,
            ),
            (r#"[{"missing":["a"]}]"#, LIST, r#"{"jobs":[{"id":"b","status":"s"}]}"#),
            (r#"["reverse",{"remove":"/jobs/1"}]"#, LIST, r#"{"jobs":[{"id":"b","status":"s"}]}"#),
            (r#"["bare","wrongEnvelope"]"#, JOB, r#"{"data":{"id":"a","status":"processing"}}"#),
            (r#"["bare","noEnvelope"]"#, LIST, r#"[{"id":"a","status":"s"},{"id":"b","status":"s"}]"#),
            (
                r#"["duplicateKeys"]"#,
                LIST,
                r#"{"jobs":[{"id":"job_duplicate","id":"a","status":"s"},{"id":"job_duplicate","id":"b","status":"s"}]}"#,
            ),
            (r#"["invalidJson"]"#, LIST, r#"{"jobs"=[{"id":"a","status":"s"},{"id":"b","status":"s"}]}"#),
            (r#"[{"truncate":8}]"#, LIST, r#"{"jobs":"#),
            (r#"[{"truncate":-1}]"#, LIST, LIST.strip_suffix('}').unwrap()),
            (r#"["bom"]"#, "{}", "\u{feff}{}"),
        ] {
            assert_eq!(String::from_utf8(changed(changes, body)).unwrap(), expected, "{changes}");
        }
    }

    #[test]
    fn an_answer_can_stop_being_utf8() {
        assert_eq!(changed(r#"["invalidUtf8"]"#, r#"{"a":1}"#), b"{\"\xffa\":1}");
    }

    #[test]
    fn a_body_that_is_no_json_is_left_alone() {
        assert_eq!(changed(r#"["bare",{"status":"x"},"duplicateKeys",{"remove":""}]"#, "oops"), b"oops");
    }
}
