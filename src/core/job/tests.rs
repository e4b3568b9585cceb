use super::*;
use serde_json::{Value, json};

fn sample() -> Value {
    json!({
        "id": "job_1", "externalId": "order-7890", "status": "processing", "projectId": "proj_1",
        "limits": { "maxDeclaredBytes": 10_000_000_000u64, "maxFiles": 100 },
        "pageCount": 204, "successfulPageCount": 87, "billing": { "creditsDebited": 87 },
        "files": [{ "id": "file_1", "fileName": "a.pdf", "status": "processing" }],
        "resultUrl": null, "error": null,
        "createdAt": "2024-11-02T09:00:00.000Z", "updatedAt": "2024-11-02T09:07:35Z",
        "completedAt": null, "expiresAt": "2024-11-09T09:00:00.000Z",
    })
}

fn read(value: &Value) -> Result<Job, serde_json::Error> {
    serde_json::from_value(value.clone())
}

fn with(path: &str, value: &Value) -> Value {
    let mut job = sample();
    *job.pointer_mut(path).unwrap() = value.clone();
    job
}

#[test]
fn the_documented_sample_is_read() {
    let job = read(&sample()).unwrap();
    assert!(job.limits.is_some() && job.files.is_some_and(|files| files.len() == 1) && job.error.is_none());
}

#[test]
fn facts_are_the_status_the_instant_and_the_pages() {
    assert_eq!(
        JobSnapshot::new("processing", "2024-11-02T09:07:35Z", Some(204.0), Some(87.0)),
        JobSnapshot {
            status: Some(Status::Processing),
            updated: parse_iso("2024-11-02T09:07:35.000Z"),
            pages: Some(204.0),
            done: Some(87.0),
        }
    );
}

#[test]
fn an_abridged_job_needs_only_what_the_contract_names() {
    let required = ["id", "status", "projectId", "createdAt", "updatedAt"];
    let mut job = sample();
    job.as_object_mut().unwrap().retain(|name, _| required.contains(&name.as_str()));
    assert!(read(&job).is_ok());
    for name in required {
        let mut lacking = job.clone();
        lacking.as_object_mut().unwrap().remove(name);
        assert!(read(&lacking).is_err(), "{name}");
        lacking[name] = Value::Null;
        assert!(read(&lacking).is_err(), "{name}");
    }
}

#[test]
fn what_is_null_when_it_is_left_out_is_every_nullable_field_but_the_list() {
    let nullable = Job::FIELDS.iter().filter(|field| field.nullable && field.name != "files");
    assert_eq!(NULLABLE.to_vec(), nullable.map(|field| field.name).collect::<Vec<_>>());
    assert!(NULLABLE.contains(&"limits") && NULLABLE.contains(&"expiresAt") && !NULLABLE.contains(&"id"));
}

#[test]
fn every_nullable_field_may_be_null_or_absent() {
    for name in NULLABLE.into_iter().chain(["files"]) {
        let mut job = whole(Job::FIELDS);
        job[name] = Value::Null;
        assert!(read(&job).is_ok(), "{name}");
        job.as_object_mut().unwrap().remove(name);
        assert!(read(&job).is_ok(), "{name}");
    }
}

#[test]
fn unknown_fields_and_statuses_are_taken() {
    let mut job = with("/status", &json!("archived"));
    job["priority"] = json!({ "deep": [1, 2] });
    assert!(read(&job).is_ok());
    assert_eq!(JobSnapshot::new("archived", "", None, None).status, None);
}

/// An object that has every one of these fields.
fn whole(fields: &[Field]) -> Value {
    let value = |shape: Shape| match shape {
        Shape::Text => json!("text"),
        Shape::Number => json!(1),
        Shape::Any => json!({ "code": "x" }),
        Shape::Object(fields) => whole(fields),
        Shape::List(fields) => json!([whole(fields)]),
    };
    fields.iter().map(|field| (field.name.to_owned(), value(field.shape))).collect()
}

/// The pointer to every field of these and of what is within.
fn places(fields: &[Field], before: &str) -> Vec<(String, Shape)> {
    let mut all = Vec::new();
    for field in fields {
        let at = format!("{before}/{}", field.name);
        match field.shape {
            Shape::Object(inner) => all.extend(places(inner, &at)),
            Shape::List(inner) => all.extend(places(inner, &format!("{at}/0"))),
            _ => {}
        }
        all.push((at, field.shape));
    }
    all
}

#[test]
fn every_field_of_a_wrong_type_is_refused() {
    let job = whole(Job::FIELDS);
    assert!(read(&job).is_ok());
    for (path, shape) in places(Job::FIELDS, "") {
        let wrong = match shape {
            Shape::Text => vec![json!(1), json!(true), json!([]), json!({})],
            Shape::Number => vec![json!("1"), json!(true), json!([]), json!({})],
            Shape::Object(_) => vec![json!(1), json!("x"), json!(true)],
            Shape::List(_) => vec![json!(1), json!("x"), json!(true), json!({}), json!([1]), json!([null])],
            Shape::Any => vec![],
        };
        for wrong in wrong {
            let mut job = job.clone();
            *job.pointer_mut(&path).unwrap() = wrong.clone();
            assert!(read(&job).is_err(), "{path} {wrong}");
        }
    }
}

#[test]
fn the_schema_has_every_field_by_its_name_and_what_is_within() {
    fn schema(fields: &[Field]) -> Value {
        let within = |shape| match shape {
            Shape::Object(inner) | Shape::List(inner) => schema(inner),
            _ => json!(0),
        };
        fields.iter().flat_map(|field| [json!(field.name), within(field.shape)]).collect()
    }
    assert_eq!(serde_json::from_str::<Value>(SCHEMA).unwrap(), schema(Job::FIELDS));
}

#[test]
fn serde_reads_a_struct_from_a_list_which_the_shell_never_gives_it() {
    assert!(read(&with("/billing", &json!([1.5]))).is_ok());
}
