//! Get Job and List Jobs, held to the API's documentation.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{job_path, jobs_path, paused, start};

const GET_JOB: &str = include_str!("../../samples/get-job.json");
const LIST_JOBS: &str = include_str!("../../samples/list-jobs.json");
const SAMPLE_JOB: &str = "job_01hy3m8qtn2e5r7k9p0w4x1def";
const SAMPLE_PROJECT: &str = "proj_01hx9z4kqr8e7m3p5n6w2v0abc";

/// Field, JSON types, and whether it may be absent.
const FIELDS: [(&str, &str, bool); 15] = [
    ("id", "string", false),
    ("externalId", "string null", false),
    ("status", "string", false),
    ("projectId", "string", false),
    ("limits", "object", false),
    ("pageCount", "number null", true),
    ("successfulPageCount", "number null", true),
    ("billing", "object", false),
    ("files", "array", false),
    ("resultUrl", "string null", false),
    ("error", "string object null", false),
    ("createdAt", "string", false),
    ("updatedAt", "string", false),
    ("completedAt", "string null", false),
    ("expiresAt", "string", false),
];

const STATUSES: [(&str, bool, bool); 11] = [
    ("provisioning", false, false),
    ("awaiting_uploads", false, false),
    ("uploading", false, false),
    ("preflighting", false, false),
    ("blocked_insufficient_credits", false, false),
    ("processing", false, false),
    ("completed", true, true),
    ("completed_with_errors", true, true),
    ("failed", true, false),
    ("cancelled", true, false),
    ("expired", true, false),
];

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

pub fn assert_documented(job: &Value) {
    for (field, types, optional) in FIELDS {
        match job.get(field) {
            Some(value) => assert!(types.split(' ').any(|own| own == type_of(value)), "{field}: {job}"),
            None => assert!(optional, "{field} is missing: {job}"),
        }
    }
    assert!(
        job["limits"]["maxDeclaredBytes"] == 10_000_000_000_u64 && job["limits"]["maxFiles"] == 100,
        "{job}"
    );
    assert!(job["billing"]["creditsDebited"].is_u64(), "{job}");
    for file in job["files"].as_array().unwrap() {
        assert!(["id", "fileName", "status"].iter().all(|field| file[field].is_string()), "{job}");
    }
    for stamp in ["createdAt", "updatedAt", "completedAt", "expiresAt"] {
        assert!(job[stamp].is_null() || is_stamp(job[stamp].as_str().unwrap()), "{stamp}: {job}");
    }
    let (_, terminal, result) = STATUSES.into_iter().find(|(status, ..)| job["status"] == *status).unwrap();
    assert_eq!(!job["completedAt"].is_null(), terminal, "{job}");
    assert_eq!(!job["resultUrl"].is_null(), result, "{job}");
    assert_eq!(!job["error"].is_null(), job["status"] == "failed", "{job}");
}

fn is_stamp(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    shape == "0000-00-00T00:00:00Z" || shape == "0000-00-00T00:00:00.000Z"
}

#[tokio::test]
async fn the_samples_are_served_as_the_documentation_prints_them() {
    let subject = start("").await;
    assert_eq!(subject.get(&job_path(SAMPLE_JOB)).await.text(), GET_JOB);
    assert_eq!(subject.get(&jobs_path(SAMPLE_PROJECT)).await.text(), LIST_JOBS);
    let cancelled = subject.job("job_01hx9z5abc2d3e4f5g6h7i8jkl").await;
    assert_eq!(cancelled["status"], "cancelled");
    for sample in [GET_JOB, LIST_JOBS] {
        let sample: Value = serde_json::from_str(sample).unwrap();
        let jobs = sample.get("jobs").and_then(Value::as_array).cloned();
        jobs.unwrap_or_else(|| vec![sample["job"].clone()]).iter().for_each(assert_documented);
    }
}

#[tokio::test]
async fn jobs_of_every_kind_are_as_documented_at_every_age() {
    let subject = paused().await;
    for kind in
        ["completes", "completes_with_errors", "fails", "cancelled", "expires", "blocked", "quick", "stuck"]
    {
        for seed in 0..4 {
            for age in [0, 3_000, 20_000, 60_000, 110_000, 300_000, 900_000, 7_200_000, 700_000_000] {
                let spec = json!({ "kind": kind, "seed": seed, "atMs": age, "id": format!("job_{kind}_{seed}_{age}") });
                let id = subject.start_job(spec).await;
                let job = subject.job(&id).await;
                assert_documented(&job);
                assert_eq!((&job["id"], &job["projectId"]), (&json!(id), &json!(subject.project)));
            }
        }
    }
}

#[tokio::test]
async fn the_list_has_all_jobs_of_the_project_newest_first() {
    let subject = start("--jobs 40").await;
    let newest = subject.start_job(json!({})).await;
    let oldest = subject.start_job(json!({ "ageMs": 86_400_000_u64 * 365 })).await;
    let jobs = subject.jobs(&subject.project).await;
    assert_eq!(jobs.len(), 42);
    assert_eq!((&jobs[0]["id"], &jobs[41]["id"]), (&json!(newest), &json!(oldest)));
    assert!(jobs.is_sorted_by_key(|job| std::cmp::Reverse(job["createdAt"].as_str().unwrap().to_owned())));
    for job in &jobs {
        assert_documented(job);
        assert_eq!(job["projectId"], json!(subject.project));
    }
    let other = subject.admin("POST", "/projects", json!({})).await["projectId"].as_str().unwrap().to_owned();
    assert!(subject.jobs(&other).await.is_empty());
}

#[tokio::test]
async fn five_thousand_jobs_are_no_trouble() {
    let subject = start("--jobs 5000").await;
    let jobs = subject.jobs(&subject.project).await;
    assert_eq!(jobs.len(), 5000);
    let ids: std::collections::HashSet<_> = jobs.iter().map(|job| job["id"].to_string()).collect();
    assert_eq!(ids.len(), 5000);
    let statuses: std::collections::HashSet<_> = jobs.iter().map(|job| job["status"].to_string()).collect();
    assert!(statuses.len() >= 6, "{statuses:?}");
}

#[tokio::test]
async fn list_and_job_tell_the_same() {
    let subject = paused().await;
    for job in subject.jobs(&subject.project).await {
        assert_eq!(subject.job(job["id"].as_str().unwrap()).await, job);
    }
}

#[tokio::test]
async fn without_the_right_key_the_answer_is_401_on_every_path() {
    let subject = start("").await;
    let right = format!("Bearer {}", subject.key);
    let wrong =
        [None, Some("Bearer wrong"), Some(right.trim_start_matches("Bearer ")), Some("Basic abc"), Some("")];
    for path in [job_path(SAMPLE_JOB), jobs_path(SAMPLE_PROJECT), job_path("none"), "/api/other".into()] {
        for authorization in wrong {
            let headers: Vec<_> = authorization.map(|value| ("authorization", value)).into_iter().collect();
            let response = subject.send(Method::GET, &path, &headers, String::new()).await.unwrap();
            assert_eq!(response.status, StatusCode::UNAUTHORIZED, "{path} {authorization:?}");
            assert_eq!(response.json()["error"]["code"], "unauthorized");
            assert!(response.json()["error"]["message"].is_string());
        }
    }
}

#[tokio::test]
async fn keys_can_be_changed_while_it_runs() {
    let subject = start("--api-key pgk_live_mine").await;
    assert_eq!(subject.key, "pgk_live_mine");
    assert_eq!(subject.get(&job_path(SAMPLE_JOB)).await.status, StatusCode::OK);
    subject.admin("PUT", "/keys", json!({ "keys": ["pgk_live_next"] })).await;
    assert_eq!(subject.get(&job_path(SAMPLE_JOB)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_does_not_exist_is_404_and_another_method_is_405() {
    let subject = start("").await;
    for path in
        [job_path("job_none"), jobs_path("proj_none"), "/api/open/v1/jobs/a/b".into(), "/elsewhere".into()]
    {
        let response = subject.get(&path).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(response.json()["error"]["code"], "not_found", "{path}");
    }
    let bearer = format!("Bearer {}", subject.key);
    let headers = [("authorization", bearer.as_str())];
    let response = subject.send(Method::POST, &job_path(SAMPLE_JOB), &headers, String::new()).await.unwrap();
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn every_answer_has_its_own_request_id_and_a_date() {
    let subject = start("").await;
    let mut ids = std::collections::HashSet::new();
    for path in [job_path(SAMPLE_JOB), job_path("none"), jobs_path(SAMPLE_PROJECT)] {
        let response = subject.get(&path).await;
        assert!(httpdate::parse_http_date(response.header("date").unwrap()).is_ok());
        assert!(ids.insert(response.header("x-request-id").unwrap().to_owned()));
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_ask_with_a_key_and_read_the_headers() {
    let subject = start("").await;
    let requested = [
        ("origin", "http://example.test"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization,x-own"),
    ];
    let preflight =
        subject.send(Method::OPTIONS, &job_path(SAMPLE_JOB), &requested, String::new()).await.unwrap();
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization,x-own"));
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("GET"));
    for path in [job_path(SAMPLE_JOB), job_path("none")] {
        let response = subject.get(&path).await;
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
        let exposed = response.header("access-control-expose-headers").unwrap();
        assert!(
            ["x-request-id", "retry-after", "date"].iter().all(|name| exposed.contains(name)),
            "{exposed}"
        );
    }
}

#[tokio::test]
async fn polls_faster_than_the_floor_are_answered_by_429_where_asked_for() {
    let subject = start("--floor 60000").await;
    let (job, list) = (job_path(SAMPLE_JOB), jobs_path(SAMPLE_PROJECT));
    assert_eq!(subject.get(&job).await.status, StatusCode::OK);
    assert_eq!(subject.get(&list).await.status, StatusCode::OK);
    let early = subject.get(&job).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = early.header("retry-after").unwrap().parse().unwrap();
    assert!((30..=60).contains(&seconds), "{seconds}");
    assert_eq!(early.json()["error"]["code"], "rate_limited");
    subject.admin("PUT", "/floor", json!({ "ms": 100 })).await;
    assert_eq!(subject.get(&job).await.status, StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    assert_eq!(subject.get(&job).await.status, StatusCode::OK);
    subject.admin("PUT", "/floor", json!({})).await;
    assert_eq!(subject.get(&job).await.status, StatusCode::OK);
}
