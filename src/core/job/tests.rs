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
fn every_nullable_field_may_be_null_or_absent() {
    for name in NULLABLE.into_iter().chain(["files"]) {
        assert!(read(&with(&format!("/{name}"), &Value::Null)).is_ok(), "{name}");
        let mut job = sample();
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

#[test]
fn every_field_of_a_wrong_type_is_refused() {
    let text = ["/id", "/externalId", "/status", "/projectId", "/resultUrl", "/createdAt", "/updatedAt"];
    let more = ["/completedAt", "/expiresAt", "/files/0/id", "/files/0/fileName", "/files/0/status"];
    for path in text.into_iter().chain(more) {
        for wrong in [json!(1), json!(true), json!([]), json!({})] {
            assert!(read(&with(path, &wrong)).is_err(), "{path} {wrong}");
        }
    }
    for path in ["/pageCount", "/successfulPageCount", "/billing/creditsDebited", "/limits/maxFiles"] {
        for wrong in [json!("1"), json!(true), json!([]), json!({})] {
            assert!(read(&with(path, &wrong)).is_err(), "{path} {wrong}");
        }
    }
    for (path, wrong) in [("/limits", json!("x")), ("/billing", json!(1)), ("/files", json!({}))] {
        assert!(read(&with(path, &wrong)).is_err(), "{path} {wrong}");
    }
}
