//! Jobs that are nearly as documented, beside what the contract says of them.

use super::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

pub(crate) fn fits(value: &Value, shape: Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Text => value.is_string(),
        Shape::Number => value.is_number(),
        Shape::Object(fields) => {
            value.is_object()
                && fields.iter().all(|field| match value.get(field.name) {
                    None | Some(Value::Null) => field.nullable,
                    Some(value) => fits(value, field.shape),
                })
        }
        Shape::List(fields) => {
            value.as_array().is_some_and(|items| items.iter().all(|item| fits(item, Shape::Object(fields))))
        }
    }
}

/// Whether a list stands where an object is to be. serde's derive reads a struct from a list too, by position; the
/// shell's reader, which is what reads responses, refuses it.
fn has_list_for_object(value: &Value, shape: Shape) -> bool {
    match shape {
        Shape::Object(fields) => {
            value.is_array()
                || fields.iter().any(|field| {
                    value.get(field.name).is_some_and(|value| has_list_for_object(value, field.shape))
                })
        }
        Shape::List(fields) => value
            .as_array()
            .is_some_and(|items| items.iter().any(|item| has_list_for_object(item, Shape::Object(fields)))),
        Shape::Any | Shape::Text | Shape::Number => false,
    }
}

/// Anything that JSON can hold.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(name(), inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let known =
        ["id", "status", "fileName", "maxFiles", "creditsDebited", "pageCount", "later", "__proto__", ""];
    select(known.to_vec()).prop_map(str::to_owned)
}

/// What is done at one place of a job.
#[derive(Clone, Debug)]
enum Edit {
    Replace(Value),
    /// By another value of the same type.
    Vary(f64, String),
    Remove,
    Add(String, Value),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        2 => any_json().prop_map(Edit::Replace),
        4 => (-1e9..1e9, ".{0,8}").prop_map(|(number, text)| Edit::Vary(number, text)),
        1 => Just(Edit::Remove),
        2 => (name(), any_json()).prop_map(|(name, value)| Edit::Add(name, value)),
    ]
}

fn apply(value: &mut Value, place: &mut impl FnMut(usize) -> usize, edit: Edit) {
    // One of the places within, or this one.
    let within = match value {
        Value::Object(fields) => fields.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if within == 0 || matches!(edit, Edit::Add(..)) && value.is_object() && place(3) == 0 {
        *value = match (edit, value.take()) {
            (Edit::Replace(new), _) => new,
            (Edit::Vary(_, text), Value::String(_)) => text.into(),
            (Edit::Vary(number, _), Value::Number(_)) => number.into(),
            (Edit::Add(name, new), Value::Object(mut fields)) => {
                fields.insert(name, new);
                fields.into()
            }
            (Edit::Remove, _) => Value::Null,
            (_, same) => same,
        };
        return;
    }
    let at = place(within);
    match value {
        Value::Object(fields) => {
            let name = fields.keys().nth(at).cloned().unwrap();
            if matches!(edit, Edit::Remove) && place(2) == 0 {
                fields.remove(&name);
            } else {
                apply(&mut fields[&name], place, edit);
            }
        }
        Value::Array(items) => apply(&mut items[at], place, edit),
        _ => unreachable!("nothing is within"),
    }
}

pub(crate) fn nearly_a_job() -> impl Strategy<Value = Value> {
    let edits = proptest::collection::vec((proptest::collection::vec(any::<Index>(), 8), edit()), 0..4);
    edits.prop_map(|edits| {
        let mut job = json!({
            "id": "job_1", "externalId": "order", "status": "processing", "projectId": "proj_1",
            "limits": { "maxDeclaredBytes": 10_000_000_000_u64, "maxFiles": 100 },
            "pageCount": 204, "successfulPageCount": 87, "billing": { "creditsDebited": 87 },
            "files": [{ "id": "file_1", "fileName": "a.pdf", "status": "processing" },
                      { "id": "", "fileName": "", "status": "" }],
            "resultUrl": null, "error": { "code": "x", "more": [1] },
            "createdAt": "2024-11-02T09:00:00.000Z", "updatedAt": "2024-11-02T09:07:35Z",
            "completedAt": null, "expiresAt": "2024-11-09T09:00:00.000Z",
        });
        for (places, edit) in edits {
            let mut places = places.into_iter();
            apply(&mut job, &mut |size| places.next().map_or(0, |place| place.index(size)), edit);
        }
        job
    })
}

fn instant() -> impl Strategy<Value = String> {
    prop_oneof![3 => (0..4).prop_map(|second| format!("2024-11-02T09:00:0{second}Z")), 1 => ".{0,4}"]
}

fn snapshot() -> impl Strategy<Value = JobSnapshot> {
    let names: Vec<_> =
        super::super::status::STATUSES.iter().map(|row| row.status).chain(["archived"]).collect();
    let pages = || proptest::option::of(any::<f64>());
    (select(names), instant(), pages(), pages())
        .prop_map(|(status, at, pages, done)| JobSnapshot::new(status, &at, pages, done))
}

proptest! {
    #[test]
    fn a_job_is_read_where_the_contract_allows_it_and_nowhere_else(job in nearly_a_job()) {
        let read = serde_json::from_value::<Job>(job.clone());
        let lists = has_list_for_object(&job, Job::SHAPE);
        prop_assert!(read.is_ok() == fits(&job, Job::SHAPE) || lists, "{:?}", read.err());
        if let Ok(read) = read && !lists {
            let there = |name: &str| job.get(name).is_some_and(|value| !value.is_null());
            prop_assert_eq!(read.limits.is_some(), there("limits"));
            prop_assert_eq!(read.error.is_some(), there("error"));
            prop_assert_eq!(read.files.map(|files| files.len()), job["files"].as_array().map(Vec::len));
        }
    }

    #[test]
    fn no_text_is_read_as_a_job_that_the_contract_does_not_allow(
        job in nearly_a_job(), cut: Index, byte: u8,
    ) {
        let mut text = job.to_string().into_bytes();
        let at = cut.index(text.len());
        text[at] = byte;
        let text = String::from_utf8_lossy(&text);
        // A key that is there twice is refused here; in JavaScript, where there is only the last, that one counts.
        if let (Ok(_), Ok(value)) = (serde_json::from_str::<Job>(&text), serde_json::from_str(&text)) {
            prop_assert!(fits(&value, Job::SHAPE) || has_list_for_object(&value, Job::SHAPE), "{text}");
        }
    }

    #[test]
    fn of_two_answers_the_newer_counts_and_an_end_is_final(one in snapshot(), other in snapshot()) {
        prop_assert!(one.supersedes(&one));
        if one.terminal() != other.terminal() {
            prop_assert_eq!(one.supersedes(&other), one.terminal());
        } else if let (Some(new), Some(old)) = (one.updated, other.updated) && new < old {
            prop_assert!(!one.supersedes(&other));
        }
        // Whichever comes last, one of the two is kept.
        prop_assert!(one.supersedes(&other) || other.supersedes(&one));
    }
}
