//! Jobs that live, by the emulated clock.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Subject, paused, start};

/// Every state that is seen when looked at once an emulated second, until the job ends.
async fn watch(subject: &Subject, id: &str) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    for _ in 0..20_000 {
        let job = subject.job(id).await;
        let ended = !job["completedAt"].is_null();
        if seen.last() != Some(&job) {
            seen.push(job);
        }
        if ended {
            return seen;
        }
        subject.advance(1_000).await;
    }
    panic!("it does not end: {:?}", seen.last());
}

fn statuses(seen: &[Value]) -> Vec<&str> {
    let mut statuses: Vec<&str> = seen.iter().map(|job| job["status"].as_str().unwrap()).collect();
    statuses.dedup();
    statuses
}

#[tokio::test]
async fn a_job_goes_its_way_and_what_changes_is_dated() {
    let subject = paused().await;
    let id = subject.start_job(json!({ "pages": 30, "externalId": "mine" })).await;
    let seen = watch(&subject, &id).await;
    assert_eq!(
        statuses(&seen),
        ["provisioning", "awaiting_uploads", "uploading", "preflighting", "processing", "completed"]
    );
    for pair in seen.windows(2) {
        assert!(pair[0]["updatedAt"].as_str() < pair[1]["updatedAt"].as_str(), "{pair:?}");
        assert!(
            pair[0]["billing"]["creditsDebited"].as_u64() <= pair[1]["billing"]["creditsDebited"].as_u64()
        );
    }
    let last = seen.last().unwrap();
    assert_eq!((&last["pageCount"], &last["successfulPageCount"]), (&json!(30), &json!(30)));
    assert_eq!(last["externalId"], "mine");
    assert!(last["billing"]["creditsDebited"].as_u64().unwrap() >= 30);
    assert_eq!(last["completedAt"], last["updatedAt"]);
}

#[tokio::test]
async fn a_terminal_job_is_frozen() {
    let subject = paused().await;
    let id = subject.start_job(json!({ "kind": "quick" })).await;
    let ended = watch(&subject, &id).await.pop().unwrap();
    subject.advance(400 * 86_400_000).await;
    assert_eq!(subject.job(&id).await, ended);
    for act in ["resume", "cancel", "block"] {
        let response = subject.try_admin("POST", &format!("/jobs/{id}/{act}"), Value::Null).await;
        assert_eq!(response.status, StatusCode::CONFLICT, "{act}");
    }
    assert_eq!(subject.job(&id).await, ended);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_life_and_the_same_world() {
    let time = "--seed 7 --now 2026-01-31T09:00:00Z --speed 0.000001";
    let (one, two, other) = (start(time).await, start(time).await, start("--seed 8").await);
    assert_eq!((&one.key, &one.project), (&two.key, &two.project));
    assert_ne!((&one.key, &one.project), (&other.key, &other.project));
    let text = |subject: &Subject, jobs: Vec<Value>| format!("{jobs:?}").replace(&subject.url, "");
    assert_eq!(text(&one, one.jobs(&one.project).await), text(&two, two.jobs(&two.project).await));
    for age in [10_000, 100_000, 1_000_000] {
        let spec = json!({ "seed": 99, "atMs": age, "id": format!("job_{age}") });
        let (a, b) = (one.start_job(spec.clone()).await, two.start_job(spec).await);
        assert_eq!(text(&one, vec![one.job(&a).await]), text(&two, vec![two.job(&b).await]));
    }
}

#[tokio::test]
async fn a_blocked_job_waits_to_be_resumed() {
    let subject = paused().await;
    let id = subject.start_job(json!({ "kind": "blocked", "pages": 5 })).await;
    subject.advance(3_600_000).await;
    assert_eq!(subject.job(&id).await["status"], "blocked_insufficient_credits");
    subject.advance(86_400_000).await;
    assert_eq!(subject.job(&id).await["status"], "blocked_insufficient_credits");
    subject.admin("POST", &format!("/jobs/{id}/resume"), Value::Null).await;
    let again = subject.try_admin("POST", &format!("/jobs/{id}/resume"), Value::Null).await;
    let after = subject.job(&id).await;
    assert!(["preflighting", "processing"].contains(&after["status"].as_str().unwrap()), "{after}");
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(watch(&subject, &id).await.last().unwrap()["status"], "completed");
}

#[tokio::test]
async fn credits_can_be_taken_away_from_a_job_at_work() {
    let subject = paused().await;
    let id = subject.start_job(json!({ "pages": 100 })).await;
    subject.advance(200_000).await;
    let before = subject.job(&id).await;
    assert_eq!(before["status"], "processing");
    subject.admin("POST", &format!("/jobs/{id}/block"), Value::Null).await;
    subject.advance(3_600_000).await;
    let blocked = subject.job(&id).await;
    assert_eq!(blocked["status"], "blocked_insufficient_credits");
    assert_eq!(blocked["successfulPageCount"], before["successfulPageCount"]);
    subject.admin("POST", &format!("/jobs/{id}/resume"), Value::Null).await;
    assert_eq!(watch(&subject, &id).await.last().unwrap()["successfulPageCount"], 100);
}

#[tokio::test]
async fn a_cancel_takes_a_little_to_show() {
    let subject = paused().await;
    let id = subject.start_job(json!({})).await;
    subject.advance(1_000).await;
    subject.admin("POST", &format!("/jobs/{id}/cancel"), Value::Null).await;
    assert_ne!(subject.job(&id).await["status"], "cancelled");
    subject.advance(20_000).await;
    let job = subject.job(&id).await;
    assert_eq!((&job["status"], &job["resultUrl"]), (&json!("cancelled"), &Value::Null));
}

#[tokio::test]
async fn what_never_ends_expires_after_seven_days() {
    let subject = paused().await;
    for kind in ["expires", "stuck", "blocked"] {
        let id = subject.start_job(json!({ "kind": kind })).await;
        subject.advance(7 * 86_400_000 - 1).await;
        assert!(subject.job(&id).await["completedAt"].is_null());
        subject.advance(1_001).await;
        let job = subject.job(&id).await;
        assert_eq!((&job["status"], &job["completedAt"]), (&json!("expired"), &job["expiresAt"]));
    }
}

#[tokio::test]
async fn the_readings_that_the_documentation_leaves_open_all_occur() {
    let subject = start("").await;
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..30 {
        let id = subject.start_job(json!({ "seed": seed, "atMs": 3_000 })).await;
        let job = subject.job(&id).await;
        seen.insert(match job.get("pageCount") {
            None => "absent",
            Some(Value::Null) => "null",
            Some(_) => "zero",
        });
        seen.insert(if job["createdAt"].as_str().unwrap().contains('.') { "with ms" } else { "without ms" });
        let failed =
            json!({ "seed": seed, "kind": "fails", "ageMs": 86_400_000, "id": format!("job_{seed}") });
        let job = subject.job(&subject.start_job(failed).await).await;
        seen.insert(if job["error"].is_string() { "bare error" } else { "error with code" });
    }
    let all = ["absent", "bare error", "error with code", "null", "with ms", "without ms", "zero"];
    assert!(seen.into_iter().eq(all));
}

#[tokio::test]
async fn the_clock_can_be_made_faster() {
    let subject = start("--speed 60").await;
    let before = subject.admin("GET", "/clock", Value::Null).await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let after = subject.admin("GET", "/clock", Value::Null).await;
    let passed = after["nowMs"].as_i64().unwrap() - before["nowMs"].as_i64().unwrap();
    assert!((6_000..3_600_000).contains(&passed), "{passed}");
    for bad in
        [json!({ "speed": 0 }), json!({ "speed": -1 }), json!({ "sped": 1 }), json!({ "advanceMs": -1 })]
    {
        assert_eq!(subject.try_admin("PUT", "/clock", bad).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn the_largest_numbers_do_no_harm() {
    let subject = paused().await;
    let max = u64::MAX;
    let id = subject.start_job(json!({ "atMs": max })).await;
    let other = subject.start_job(json!({ "ageMs": 100 * 365 * 86_400_000_u64 })).await;
    subject.rules(json!({ "when": { "skip": max }, "delayMs": max, "jitterMs": max })).await;
    assert_eq!(subject.job(&id).await["status"], "completed");
    subject
        .rules(json!({ "staleMs": max, "change": [{ "truncate": i64::MIN }], "send": { "after": i64::MIN } }))
        .await;
    assert_eq!(subject.get(&crate::support::job_path(&other)).await.text(), "");
    subject.rules(json!([])).await;
    subject.admin("PUT", "/floor", json!({ "ms": max })).await;
    for _ in 0..3 {
        subject.advance(100 * 365 * 86_400_000).await;
    }
    assert_eq!(subject.job(&other).await["status"], "completed");
    let many = subject.try_admin("POST", "/projects", json!({ "jobs": 100_001 })).await;
    assert_eq!(many.status, StatusCode::BAD_REQUEST);
}
