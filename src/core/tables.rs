//! The core's tables as JSON, for whatever is checked against them and is not Rust: `tests/support/tables.json`.

use super::error::Error;
use super::job::{Field, Job, Model as _, Shape};
use super::retry::FailureKind;
use super::route::{BaseUrl, OPERATIONS, Operation};
use super::status::STATUSES;
use super::wait::{DEFAULT_BOUNDS, DEFAULT_POLL_FLOOR};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const TABLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/tables.json");

fn fields(fields: &[Field]) -> Value {
    let row = |field: &Field| {
        let (shape, within) = match field.shape {
            Shape::Text => ("text", None),
            Shape::Number => ("number", None),
            Shape::Any => ("any", None),
            Shape::Object(inner) => ("object", Some(inner)),
            Shape::List(inner) => ("list", Some(inner)),
        };
        let mut row = json!({ "name": field.name, "shape": shape, "nullable": field.nullable });
        if let Some(inner) = within {
            row["fields"] = self::fields(inner);
        }
        row
    };
    fields.iter().map(row).collect()
}

/// The codes that `Error::code` gives, out of its source: the compiler sees to it that it has one for every error.
fn codes() -> Vec<&'static str> {
    let source = include_str!("error.rs");
    let (_, rest) = source.split_once("pub fn code(self)").expect("error.rs has Error::code");
    let (body, _) = rest.split_once("\n    }\n").expect("Error::code ends");
    let mut codes: Vec<_> = body.split('"').skip(1).step_by(2).collect();
    codes.sort_unstable();
    codes
}

/// The codes of the statuses below 500 that have one of their own, and the one of all others from there on.
fn codes_by_status() -> BTreeMap<String, &'static str> {
    let code = |status| Error::Api { status, retry_after: None }.code();
    assert!((500..600).all(|status| code(status) == code(500)), "the statuses from 500 on have one code");
    let own = (300..500).filter(|status| code(*status) != code(300));
    own.map(|status| (status.to_string(), code(status))).chain([("5xx".to_owned(), code(500))]).collect()
}

fn tables() -> Value {
    let retried = |status: &u16| FailureKind::Status { status: *status, retry_after: None }.is_transient();
    let statuses = STATUSES.map(|row| {
        json!({
            "status": row.status,
            "terminal": row.terminal,
            "hasResult": row.has_result,
            "description": row.description,
        })
    });
    json!({
        "about": "Made from src/core by its test `the_tables_are_as_the_core_has_them`: change them there.",
        "jobFields": fields(Job::FIELDS),
        "statuses": statuses,
        "errorCodes": codes(),
        "errorCodeByStatus": codes_by_status(),
        "operations": operations(),
        "pollFloorMs": DEFAULT_POLL_FLOOR,
        "minIntervalMs": DEFAULT_BOUNDS.min,
        "maxIntervalMs": DEFAULT_BOUNDS.max,
        "retriedStatuses": (100..600).filter(retried).collect::<Vec<_>>(),
    })
}

fn operations() -> Value {
    let declared = include_str!("route.rs").matches("\npub static ").count();
    assert_eq!(declared, OPERATIONS.len(), "OPERATIONS of src/core/route.rs lists its statics");
    let href = "https://plangrep.com";
    let base = BaseUrl::new(href, true).unwrap();
    let row = |(name, operation): &(&str, &Operation)| {
        let url = operation.url(&base, "ID");
        let path = url.strip_prefix(href).unwrap().replace("ID", "{id}");
        let Operation { method, argument, lists, repeatable, .. } = operation;
        json!({
            "name": name, "method": method, "path": path, "argument": argument,
            "envelope": if *lists { "jobs" } else { "job" }, "repeatable": repeatable,
        })
    };
    OPERATIONS.iter().map(row).collect()
}

/// With the keys in alphabetical order, whether or not a crate of the build makes serde_json keep another.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> =
                fields.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[test]
fn the_tables_are_as_the_core_has_them() {
    let text = serde_json::to_string_pretty(&sorted(tables())).unwrap() + "\n";
    if std::fs::read_to_string(TABLES).is_ok_and(|known| known == text) {
        return;
    }
    std::fs::write(Path::new(TABLES), text).unwrap();
    panic!(
        "tests/support/tables.json was not as src/core has it, and is now: look at the difference, commit it, and \
         run `node --test tests/tables.test.js`, which names each place to change next"
    );
}
