//! Jobs whose responses are given.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::api::assert_documented;
use crate::support::{job_path, start};

#[tokio::test]
async fn answers_are_served_word_for_word_one_after_the_other() {
    let subject = start("--jobs 0").await;
    let responses =
        json!([{ "id": "job_s", "status": "new", "odd": [1.5e300] }, "not a job", null, { "id": "job_s" }]);
    assert_eq!(subject.start_job(json!({ "responses": responses })).await, "job_s");
    assert_eq!(subject.get(&job_path("job_s")).await.json(), json!({ "job": responses[0] }));
    assert_eq!(subject.jobs(&subject.project).await, ["not a job"]);
    assert_eq!(subject.get(&job_path("job_s")).await.status, StatusCode::NOT_FOUND);
    for _ in 0..3 {
        assert_eq!(subject.job("job_s").await, json!({ "id": "job_s" }));
    }
}

#[tokio::test]
async fn null_keeps_a_job_out_of_the_list() {
    let subject = start("--jobs 0").await;
    subject.start_job(json!({ "id": "job_s", "responses": [null] })).await;
    assert!(subject.jobs(&subject.project).await.is_empty());
}

#[tokio::test]
async fn steps_are_laid_over_a_whole_job_and_each_is_younger() {
    let subject = start("").await;
    let steps = json!([{}, { "successfulPageCount": 50 }, { "status": "completed", "updatedAt": "2030-01-01T00:00:00Z" }]);
    let id = subject.start_job(json!({ "steps": steps, "externalId": "mine" })).await;
    let (first, second, third) = (subject.job(&id).await, subject.job(&id).await, subject.job(&id).await);
    assert_documented(&first);
    assert_eq!((&first["status"], &first["externalId"]), (&json!("processing"), &json!("mine")));
    assert_eq!(second["successfulPageCount"], 50);
    assert!(first["updatedAt"].as_str() < second["updatedAt"].as_str());
    assert_eq!(
        (&third["status"], &third["updatedAt"]),
        (&json!("completed"), &json!("2030-01-01T00:00:00Z"))
    );
}

#[tokio::test]
async fn a_job_can_be_frozen_at_an_age() {
    let subject = start("--speed 100000").await;
    let id = subject.start_job(json!({ "atMs": 300_000 })).await;
    let job = subject.job(&id).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(subject.job(&id).await, job);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_reason() {
    let subject = start("").await;
    for (spec, status) in [
        (json!({ "kind": "explodes" }), StatusCode::BAD_REQUEST),
        (json!({ "pgaes": 3 }), StatusCode::BAD_REQUEST),
        (json!({ "pages": -1 }), StatusCode::BAD_REQUEST),
        (json!({ "pages": 4_000_000 }), StatusCode::BAD_REQUEST),
        (json!({ "ageMs": u64::MAX }), StatusCode::BAD_REQUEST),
        (json!({ "responses": [] }), StatusCode::BAD_REQUEST),
        (json!({ "responses": [{}], "steps": [{}] }), StatusCode::BAD_REQUEST),
        (json!({ "projectId": "proj_none" }), StatusCode::NOT_FOUND),
        (json!({ "id": "job_01hy3m8qtn2e5r7k9p0w4x1def" }), StatusCode::CONFLICT),
    ] {
        let response = subject.try_admin("POST", "/jobs", spec.clone()).await;
        assert_eq!(response.status, status, "{spec}");
        assert!(response.json()["error"]["message"].is_string(), "{spec}");
    }
    let response = subject.try_admin("POST", "/jobs/job_none/resume", Value::Null).await;
    assert_eq!(response.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn projects_can_be_added_and_listed() {
    let subject = start("").await;
    let spec = json!({ "id": "proj_own", "name": "Own", "jobs": 5, "active": 1, "seed": 3 });
    assert_eq!(subject.admin("POST", "/projects", spec.clone()).await, json!({ "projectId": "proj_own" }));
    assert_eq!(subject.try_admin("POST", "/projects", spec).await.status, StatusCode::CONFLICT);
    let jobs = subject.jobs("proj_own").await;
    assert_eq!(jobs.iter().filter(|job| job["completedAt"].is_null()).count(), 1);
    let projects = subject.admin("GET", "/projects", Value::Null).await;
    assert_eq!(projects["projects"][2], json!({ "id": "proj_own", "name": "Own", "jobs": 5 }));
    assert_eq!(projects["projects"][0]["id"], json!(subject.project));
}
