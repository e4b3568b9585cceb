//! Resume Job and Cancel Job, by the emulated clock.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Received, Subject, job_path, paused, start};

const SAMPLE_JOB: &str = "job_01hy3m8qtn2e5r7k9p0w4x1def";
const HOUR_MS: u64 = 3_600_000;

/// POST without a body, with the key.
async fn post(subject: &Subject, path: &str) -> Received {
    let bearer = format!("Bearer {}", subject.key);
    subject.send(Method::POST, path, &[("authorization", &bearer)], String::new()).await.unwrap()
}

async fn act(subject: &Subject, id: &str, what: &str) -> Received {
    post(subject, &format!("{}/{what}", job_path(id))).await
}

/// Status, code and message of a refusal.
fn refusal(response: &Received) -> (StatusCode, String, String) {
    let error = &response.json()["error"];
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    (response.status, text("code"), text("message"))
}

/// A job that has run out of credits.
async fn blocked(subject: &Subject, seed: u64) -> String {
    let id = subject.start_job(json!({ "kind": "blocked", "seed": seed })).await;
    subject.advance(HOUR_MS).await;
    assert_eq!(subject.job(&id).await["status"], "blocked_insufficient_credits");
    id
}

#[tokio::test]
async fn a_blocked_job_is_resumed_once_it_has_credits_and_goes_on_at_once() {
    let subject = paused().await;
    let mut seen = std::collections::HashSet::new();
    for seed in 0..12 {
        let id = blocked(&subject, seed).await;
        let before = subject.job(&id).await;
        let poor = act(&subject, &id, "resume").await;
        let message = "The job still lacks credits. Add some, then resume it.";
        assert_eq!(
            refusal(&poor),
            (StatusCode::CONFLICT, "insufficient_credits".into(), message.into()),
            "seed {seed}"
        );
        assert_eq!(subject.job(&id).await, before);
        subject.admin("POST", &format!("/jobs/{id}/credits"), Value::Null).await;
        assert_eq!(subject.job(&id).await, before, "credits alone change nothing");
        let resumed = act(&subject, &id, "resume").await;
        assert_eq!(resumed.status, StatusCode::OK);
        let job = resumed.json()["job"].take();
        assert_eq!(subject.job(&id).await, job, "a poll shows what the response showed");
        assert!(job["updatedAt"].as_str() > before["updatedAt"].as_str());
        seen.insert(job["status"].as_str().unwrap().to_owned());
        subject.advance(HOUR_MS).await;
        assert_eq!(subject.job(&id).await["status"], "completed", "seed {seed}");
    }
    assert_eq!(seen, ["preflighting", "processing"].map(String::from).into());
}

#[tokio::test]
async fn what_is_not_blocked_is_not_resumed_and_the_response_says_how_it_stands() {
    let subject = paused().await;
    let young = subject.start_job(json!({})).await;
    let ended = subject.start_job(json!({ "kind": "quick", "ageMs": HOUR_MS })).await;
    for (id, status) in [(young, "provisioning"), (ended, "completed")] {
        let message = format!("Only a job that is blocked can be resumed; it is {status}.");
        let expected = (StatusCode::CONFLICT, "job_not_blocked".into(), message);
        assert_eq!(refusal(&act(&subject, &id, "resume").await), expected);
        let path = format!("/jobs/{id}/credits");
        assert_eq!(refusal(&subject.try_admin("POST", &path, Value::Null).await), expected);
    }
}

#[tokio::test]
async fn a_cancel_is_shown_by_its_response_and_some_seconds_later_by_polls() {
    let subject = paused().await;
    for seed in 0..12 {
        let id = subject.start_job(json!({ "seed": seed, "pages": 900, "ageMs": 300_000 })).await;
        let before = subject.job(&id).await;
        let response = act(&subject, &id, "cancel").await;
        assert_eq!(response.status, StatusCode::OK);
        let job = response.json()["job"].take();
        assert_eq!(job["status"], "cancelled", "seed {seed}");
        assert_eq!(job["completedAt"], job["updatedAt"]);
        assert_eq!((&job["resultUrl"], &job["error"]), (&Value::Null, &Value::Null));
        // Equal where both fall into one second of a job whose timestamps have no milliseconds.
        assert!(job["updatedAt"].as_str() >= before["updatedAt"].as_str());
        assert_eq!(subject.job(&id).await, before, "a poll does not show it yet");
        assert_eq!(act(&subject, &id, "cancel").await.json()["job"], job, "asked twice, it is the same");
        subject.advance(10_000).await;
        let ended = subject.job(&id).await;
        assert_eq!(ended["status"], "cancelled", "seed {seed}");
        assert!(ended["updatedAt"].as_str() > job["updatedAt"].as_str());
        let (code, message) = ("job_ended".into(), "The job has ended already; it is cancelled.".into());
        assert_eq!(refusal(&act(&subject, &id, "cancel").await), (StatusCode::CONFLICT, code, message));
    }
}

#[tokio::test]
async fn how_long_a_cancel_takes_and_what_its_response_shows_can_be_chosen() {
    let subject = paused().await;
    let spec = json!({ "ageMs": 300_000, "cancelTakesMs": 60_000, "cancelShows": "unchanged" });
    let id = subject.start_job(spec).await;
    let before = subject.job(&id).await;
    assert_eq!(act(&subject, &id, "cancel").await.json()["job"], before);
    subject.advance(58_000).await;
    assert_eq!(subject.job(&id).await["status"], before["status"]);
    subject.advance(2_000).await;
    assert_eq!(subject.job(&id).await["status"], "cancelled");

    let at_once = subject.start_job(json!({ "ageMs": 300_000, "cancelTakesMs": 0 })).await;
    let job = act(&subject, &at_once, "cancel").await.json()["job"].take();
    assert_eq!((&job["status"], &subject.job(&at_once).await), (&json!("cancelled"), &job));
}

#[tokio::test]
async fn a_job_that_would_have_ended_before_its_cancel_shows_is_cancelled_all_the_same() {
    let subject = paused().await;
    let id = subject.start_job(json!({ "kind": "quick", "cancelTakesMs": HOUR_MS })).await;
    assert_eq!(act(&subject, &id, "cancel").await.json()["job"]["status"], "cancelled");
    subject.advance(HOUR_MS - 1_000).await;
    assert_ne!(subject.job(&id).await["status"], "completed");
    subject.advance(1_000).await;
    assert_eq!(subject.job(&id).await["status"], "cancelled");
}

#[tokio::test]
async fn a_key_without_the_scope_reads_and_does_nothing_else() {
    let subject = paused().await;
    let id = subject.start_job(json!({})).await;
    let before = subject.job(&id).await;
    subject.admin("PUT", "/keys", json!({ "readOnly": [subject.key] })).await;
    for what in ["resume", "cancel"] {
        let response = act(&subject, &id, what).await;
        let message = "The API key lacks the scope jobs:write.".into();
        assert_eq!(refusal(&response), (StatusCode::FORBIDDEN, "insufficient_scope".into(), message));
    }
    assert_eq!(subject.job(&id).await, before);
}

#[tokio::test]
async fn without_a_key_with_another_method_or_for_no_job_nothing_is_done() {
    let subject = paused().await;
    let id = subject.start_job(json!({})).await;
    let scripted = subject.start_job(json!({ "steps": [{}] })).await;
    for what in ["resume", "cancel"] {
        let path = format!("{}/{what}", job_path(&id));
        let none = subject.send(Method::POST, &path, &[], String::new()).await.unwrap();
        assert_eq!(
            (none.status, &none.json()["error"]["code"]),
            (StatusCode::UNAUTHORIZED, &json!("unauthorized"))
        );
        let read = subject.get(&path).await;
        assert_eq!((read.status, read.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("POST")));
        assert_eq!(act(&subject, "job_none", what).await.status, StatusCode::NOT_FOUND);
        assert_eq!(refusal(&act(&subject, SAMPLE_JOB, what).await).1, "sample");
        assert_eq!(refusal(&act(&subject, &scripted, what).await).1, "scripted");
    }
    assert_eq!(subject.job(&id).await["status"], "provisioning");
}

#[tokio::test]
async fn a_page_of_another_origin_may_act_and_a_floor_for_polls_does_not_hold_it_up() {
    let subject = start("--floor 60000").await;
    let id = subject.start_job(json!({})).await;
    let path = format!("{}/cancel", job_path(&id));
    let requested = [
        ("origin", "http://example.test"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    let preflight = subject.send(Method::OPTIONS, &path, &requested, String::new()).await.unwrap();
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("POST"));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization"));
    for _ in 0..2 {
        let response = post(&subject, &path).await;
        assert_eq!(response.status, StatusCode::OK);
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    }
}

#[tokio::test]
async fn a_response_can_show_how_things_stood_before() {
    let subject = paused().await;
    let id = subject.start_job(json!({ "ageMs": 300_000 })).await;
    subject.rules(json!({ "when": { "method": "POST" }, "staleMs": 1_000 })).await;
    let job = act(&subject, &id, "cancel").await.json()["job"].take();
    assert_ne!(job["status"], "cancelled");
    subject.advance(10_000).await;
    assert_eq!(subject.job(&id).await["status"], "cancelled");
}
