//! Responses that reach the client in part, slowly, or not.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::{Subject, is_silent, job_path, paused, read, read_response, read_to_end};

/// A connection on which Get Job was requested under this plan.
async fn under(send: Value) -> (Subject, TcpStream) {
    let subject = paused().await;
    subject.start_job(json!({ "id": "job_x", "atMs": 200_000 })).await;
    subject.rules(json!({ "name": "the plan", "send": send })).await;
    let stream = subject.raw_get(&job_path("job_x")).await;
    (subject, stream)
}

fn head_length(response: &[u8]) -> usize {
    response.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4
}

/// The whole response, to compare with.
async fn whole() -> Vec<u8> {
    let (_subject, mut stream) = under(json!({})).await;
    let response = read_response(&mut stream).await;
    assert!(is_silent(&mut stream).await, "the connection stays open");
    response
}

#[tokio::test]
async fn it_is_cut_at_any_byte() {
    let whole = whole().await;
    let head = head_length(&whole);
    for (plan, expected) in [
        (json!({ "then": "cut" }), 0),
        (json!({ "then": "cut", "after": 1 }), 1),
        (json!({ "then": "cut", "after": 40 }), 40),
        (json!({ "then": "cut", "of": "body" }), head),
        (json!({ "then": "cut", "of": "body", "after": 100 }), head + 100),
        (json!({ "then": "cut", "after": -1 }), whole.len() - 1),
    ] {
        let (subject, mut stream) = under(plan.clone()).await;
        let (bytes, end) = read_to_end(&mut stream).await;
        assert!(end.is_ok(), "{plan}");
        assert_eq!(bytes.len(), expected, "{plan}");
        let event = subject.settled_log().await.remove(0);
        assert_eq!((&event["outcome"], &event["bytes"]), (&json!("cut"), &json!(expected)), "{plan}");
        assert_eq!((&event["rule"], &event["status"]), (&json!("the plan"), &json!(200)));
    }
}

#[tokio::test]
async fn a_place_past_the_end_is_never_reached() {
    let whole = whole().await;
    let (subject, mut stream) = under(json!({ "then": "cut", "after": 100_000 })).await;
    assert_eq!(read_response(&mut stream).await.len(), whole.len());
    assert!(is_silent(&mut stream).await);
    assert_eq!(subject.settled_log().await[0]["outcome"], "sent");
}

#[tokio::test]
async fn it_is_reset() {
    for (plan, expected) in
        [(json!({ "then": "reset" }), 0), (json!({ "then": "reset", "of": "body", "after": 10 }), 1)]
    {
        let (subject, mut stream) = under(plan.clone()).await;
        let (bytes, end) = read_to_end(&mut stream).await;
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset, "{plan}");
        assert_eq!(usize::from(!bytes.is_empty()), expected, "{plan}");
        assert_eq!(subject.settled_log().await[0]["outcome"], "cut");
    }
}

#[tokio::test]
async fn it_stalls_before_the_headers_within_them_and_in_the_body_until_the_client_leaves() {
    let head = head_length(&whole().await);
    for (plan, expected) in [
        (json!({ "then": "stall" }), 0),
        (json!({ "then": "stall", "after": 30 }), 30),
        (json!({ "then": "stall", "of": "body", "after": 50 }), head + 50),
    ] {
        let (subject, mut stream) = under(plan.clone()).await;
        assert_eq!(read(&mut stream, expected).await.0.len(), expected, "{plan}");
        subject.arrived(1).await;
        assert!(is_silent(&mut stream).await, "{plan}");
        let event = subject.events().await.remove(0);
        assert_eq!((&event["outcome"], &event["endedMs"]), (&json!("stalled"), &Value::Null), "{plan}");
        assert_eq!(subject.admin("GET", "/state", Value::Null).await["requests"]["inFlight"], 1);
        drop(stream);
        let event = subject.settled_log().await.remove(0);
        assert_eq!((&event["outcome"], &event["bytes"]), (&json!("stalled"), &json!(expected)), "{plan}");
    }
}

#[tokio::test]
async fn a_stall_can_end() {
    let whole = whole().await;
    let sent = Instant::now();
    let (subject, mut stream) =
        under(json!({ "then": "stall", "of": "body", "after": 9, "forMs": 300 })).await;
    let begun = head_length(&whole) + 9;
    assert_eq!(read(&mut stream, begun).await.0.len(), begun);
    let (rest, end) = read(&mut stream, whole.len() - begun).await;
    assert!(end.is_ok() && begun + rest.len() == whole.len());
    assert!(sent.elapsed() >= Duration::from_millis(300));
    assert_eq!(subject.settled_log().await[0]["outcome"], "sent");
}

#[tokio::test]
async fn it_drips() {
    let whole = whole().await;
    let sent = Instant::now();
    let (subject, mut stream) = under(json!({ "drip": { "bytes": 100, "everyMs": 40 } })).await;
    assert_eq!(read_response(&mut stream).await.len(), whole.len());
    let portions = u32::try_from(whole.len().div_ceil(100)).unwrap();
    assert!(sent.elapsed() >= Duration::from_millis(40) * (portions - 1));
    assert_eq!(subject.settled_log().await[0]["outcome"], "sent");
}

#[tokio::test]
async fn a_connection_is_used_again_after_a_whole_answer_and_a_plan_is_for_one_answer() {
    let (subject, mut stream) = under(json!({ "drip": { "bytes": 200, "everyMs": 1 } })).await;
    read_response(&mut stream).await;
    subject.rules(json!([])).await;
    let request = format!("GET /api/x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", subject.key);
    stream.write_all(request.as_bytes()).await.unwrap();
    assert!(read_response(&mut stream).await.starts_with(b"HTTP/1.1 404"));
    let log = subject.settled_log().await;
    assert_eq!(log[0]["connection"], log[1]["connection"]);
    assert_eq!((&log[1]["outcome"], &log[1]["rule"]), (&json!("sent"), &Value::Null));
}

#[tokio::test]
async fn the_log_tells_when_the_client_leaves_first() {
    let (subject, _) = under(json!({})).await;
    subject.rules(json!({ "delayMs": 60_000 })).await;
    subject.admin("DELETE", "/log", Value::Null).await;
    let stream = subject.raw_get(&job_path("job_x")).await;
    subject.arrived(1).await;
    assert_eq!(subject.events().await[0]["outcome"], Value::Null);
    drop(stream);
    let event = subject.settled_log().await.remove(0);
    assert_eq!((&event["outcome"], &event["status"]), (&json!("aborted_by_client"), &Value::Null));
    // And in the middle of a body that fills every buffer on the way.
    subject
        .rules(json!({ "respond": { "status": 200, "body": { "huge": { "bytes": 1_000_000_000 } } } }))
        .await;
    let mut stream = subject.raw_get(&job_path("job_x")).await;
    assert_eq!(read(&mut stream, 1_000).await.0.len(), 1_000);
    drop(stream);
    let event = subject.settled_log().await.remove(1);
    assert_eq!((&event["outcome"], &event["status"]), (&json!("aborted_by_client"), &json!(200)));
}
