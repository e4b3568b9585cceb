//! What the log and the state tell.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{job_path, start};

#[tokio::test]
async fn the_log_tells_of_every_request_what_it_was_and_what_became_of_it() {
    let subject = start("").await;
    let headers =
        [("authorization", format!("Bearer {}", subject.key)), ("accept", "application/json".into())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let path = format!("{}?q={}", job_path("job_none"), subject.key);
    subject.send(Method::GET, &path, &headers, String::new()).await.unwrap();
    let response = subject.get("/api/second").await;
    let events = subject.settled_log().await;
    assert_eq!(events.len(), 2);
    let event = &events[0];
    assert_eq!((&event["seq"], &event["method"]), (&json!(1), &json!("GET")));
    assert_eq!(event["path"], json!(job_path("job_none")));
    assert_eq!((&event["status"], &event["outcome"]), (&json!(404), &json!("sent")));
    assert_eq!((&event["headers"]["accept"], &event["rule"]), (&json!("application/json"), &Value::Null));
    assert!(event["bytes"].as_u64().unwrap() > 100);
    assert!(event["atMs"].as_f64() < event["endedMs"].as_f64());
    assert!(event["endedMs"].as_f64() <= events[1]["atMs"].as_f64());
    assert_eq!(event["headers"]["authorization"], "Bearer ***");
    assert_eq!(events[1]["requestId"].as_str(), response.header("x-request-id"));
    assert!(!json!(events).to_string().contains(&subject.key));
}

#[tokio::test]
async fn the_log_can_be_read_from_a_number_on_by_path_and_forgotten() {
    let subject = start("").await;
    for path in ["/api/a", "/api/b", "/api/c"] {
        subject.get(path).await;
    }
    let log = subject.admin("GET", "/log?since=2", Value::Null).await;
    assert_eq!((&log["events"][0]["path"], &log["last"]), (&json!("/api/c"), &json!(3)));
    let log = subject.admin("GET", "/log?path=/api/*", Value::Null).await;
    assert_eq!(log["events"].as_array().unwrap().len(), 3);
    let log = subject.admin("GET", "/log?path=/api/b", Value::Null).await;
    assert_eq!(log["events"].as_array().unwrap().len(), 1);
    subject.admin("DELETE", "/log", Value::Null).await;
    assert!(subject.events().await.is_empty());
    subject.get("/api/d").await;
    assert_eq!(subject.events().await[0]["seq"], 4);
    assert_eq!(subject.try_admin("GET", "/log?sinse=2", Value::Null).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_state_tells_what_is_open() {
    let subject = start("--floor 700 --speed 3").await;
    subject.rules(json!({ "send": { "then": "stall" } })).await;
    let stream = subject.raw_get("/api/x").await;
    subject.arrived(1).await;
    let state = subject.admin("GET", "/state", Value::Null).await;
    assert_eq!(state["requests"], json!({ "total": 1, "inFlight": 1 }));
    assert_eq!((&state["floorMs"], &state["clock"]["speed"]), (&json!(700), &json!(3.0)));
    let open = state["connections"]["open"].as_array().unwrap();
    let clients = open.iter().filter(|connection| connection["adminRequests"] == 0).count();
    assert_eq!(clients, 1);
    drop(stream);
    subject.settled_log().await;
    let state = subject.admin("GET", "/state", Value::Null).await;
    assert_eq!(state["requests"]["inFlight"], 0);
}

#[tokio::test]
async fn the_first_line_is_also_an_answer() {
    let subject = start("--seed 5").await;
    let hello = subject.admin("GET", "/", Value::Null).await;
    assert_eq!(hello, serde_json::to_value(subject.emulator.hello()).unwrap());
    assert_eq!((&hello["mode"], &hello["seed"]), (&json!("emulator"), &json!(5)));
    assert!(hello["apiKey"].as_str().unwrap().starts_with("pgk_live_"));
    assert!(hello["projectId"].as_str().unwrap().starts_with("proj_"));
    assert_eq!(hello["samples"]["jobId"], "job_01hy3m8qtn2e5r7k9p0w4x1def");
    assert_eq!(hello["admin"], json!(format!("{}/_emulator/", subject.url)));
}

#[tokio::test]
async fn a_page_of_another_origin_may_control_it() {
    let subject = start("").await;
    let requested =
        [("access-control-request-method", "PUT"), ("access-control-request-headers", "content-type")];
    let preflight =
        subject.send(Method::OPTIONS, "/_emulator/faults", &requested, String::new()).await.unwrap();
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type"));
    assert!(preflight.header("access-control-allow-methods").unwrap().contains("PUT"));
    let state = subject.try_admin("GET", "/state", Value::Null).await;
    assert_eq!(state.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn the_result_link_leads_to_a_note_and_unknown_admin_paths_nowhere() {
    let subject = start("").await;
    let id = subject.start_job(json!({ "kind": "quick", "ageMs": 60_000 })).await;
    let link = subject.job(&id).await["resultUrl"].as_str().unwrap().to_owned();
    let path = link.strip_prefix(&subject.url).unwrap();
    let response = subject.send(Method::GET, path, &[], String::new()).await.unwrap();
    assert!(response.json()["note"].as_str().unwrap().contains("not Plangrep"));
    assert_eq!(subject.try_admin("GET", "/none", Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        subject.try_admin("PATCH", "/faults", Value::Null).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}
