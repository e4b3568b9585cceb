//! Rules: responses in the place of the true one, changes to it, and whose turn it is.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Received, Subject, job_path, jobs_path, paused, start};

/// An emulator with one job, `job_x`, and the response to Get Job under this rule.
async fn under(rule: Value) -> (Subject, Received) {
    let subject = paused().await;
    subject.start_job(json!({ "id": "job_x", "atMs": 200_000 })).await;
    subject.rules(rule).await;
    let response = subject.get(&job_path("job_x")).await;
    (subject, response)
}

#[tokio::test]
async fn a_status_can_have_a_body_of_any_usual_shape() {
    let shapes = [
        ("codeMessage", json!({ "code": "c", "message": "m" })),
        ("errorObject", json!({ "error": { "code": "c", "message": "m" } })),
        ("errorString", json!({ "error": "m" })),
        ("message", json!({ "message": "m" })),
        ("detail", json!({ "detail": "m" })),
    ];
    for (shape, expected) in shapes {
        let response = json!({ "status": 403, "body": shape, "code": "c", "message": "m" });
        let (_, response) = under(json!([{ "respond": response }])).await;
        assert_eq!((response.status, response.json()), (StatusCode::FORBIDDEN, expected));
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    }
    let (_, text) = under(json!({ "respond": { "status": 500, "body": "text", "message": "oops" } })).await;
    assert_eq!(
        (text.text().as_str(), text.header("content-type")),
        ("oops\n", Some("text/plain; charset=utf-8"))
    );
    let (_, html) = under(json!({ "respond": { "status": 502, "body": "html" } })).await;
    assert!(
        html.text().starts_with("<!doctype html>") && html.header("content-type").unwrap().contains("html")
    );
    let (_, empty) = under(json!({ "respond": { "status": 503, "body": "empty" } })).await;
    assert_eq!((empty.status, empty.body.len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
}

#[tokio::test]
async fn every_status_has_a_usual_error() {
    for status in [400, 401, 403, 404, 408, 418, 425, 429, 500, 502, 503, 504] {
        let (_, response) = under(json!({ "respond": { "status": status } })).await;
        assert_eq!(response.status, status);
        assert!(
            response.json()["error"]["code"].is_string() && response.json()["error"]["message"].is_string()
        );
    }
}

#[tokio::test]
async fn a_captive_portal_answers_200_with_a_page() {
    let (_, response) = under(json!({ "respond": { "status": 200, "body": "html" } })).await;
    assert_eq!(response.status, StatusCode::OK);
    assert!(response.header("content-type").unwrap().starts_with("text/html"));
}

#[tokio::test]
async fn the_key_can_be_echoed() {
    let (subject, response) = under(json!({ "respond": { "status": 401, "body": "echo" } })).await;
    assert_eq!(response.text().matches(&subject.key).count(), 2);
}

#[tokio::test]
async fn retry_after_and_date_are_sent_as_they_are_given() {
    for retry_after in
        ["7", "0", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"]
    {
        let headers = json!({ "Retry-After": retry_after, "Date": "Sun, 06 Nov 1994 08:49:30 GMT" });
        let (_, response) = under(json!({ "respond": { "status": 429 }, "headers": headers })).await;
        assert_eq!(response.header("retry-after"), Some(retry_after));
        assert_eq!(response.header("date"), Some("Sun, 06 Nov 1994 08:49:30 GMT"));
    }
    let gone =
        json!({ "Date": null, "access-control-allow-origin": null, "x-request-id": null, "cf-ray": "r" });
    let (_, response) = under(json!({ "headers": gone })).await;
    assert_eq!(response.status, StatusCode::OK);
    let names = ["date", "access-control-allow-origin", "x-request-id"];
    assert!(names.iter().all(|name| response.header(name).is_none()), "{:?}", response.headers);
    assert_eq!(response.header("cf-ray"), Some("r"));
}

#[tokio::test]
async fn every_redirect_can_be_sent_anywhere() {
    for status in [301, 302, 303, 307, 308] {
        let headers = json!({ "location": "http://127.0.0.2:1/elsewhere" });
        let (_, response) = under(json!({ "respond": { "status": status }, "headers": headers })).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (status, 0));
        assert_eq!(response.header("location"), Some("http://127.0.0.2:1/elsewhere"));
    }
}

#[tokio::test]
async fn a_body_can_be_huge() {
    let huge = json!({ "huge": { "bytes": 70_000_000 } });
    let (_, response) = under(json!({ "respond": { "status": 500, "body": huge } })).await;
    assert_eq!((response.body.len(), response.header("content-length")), (70_000_000, None));
    let huge = json!({ "huge": { "bytes": 1_000_000, "declared": true } });
    let (_, response) = under(json!({ "respond": { "status": 200, "body": huge } })).await;
    assert_eq!((response.body.len(), response.header("content-length")), (1_000_000, Some("1000000")));
    let (_, response) = under(json!({ "change": [{ "pad": 5_000_000 }] })).await;
    assert!(response.body.len() > 5_000_000 && response.header("content-length").is_none());
    assert_eq!(response.json()["job"]["id"], "job_x");
}

#[tokio::test]
async fn changes_show_in_the_answer_and_its_length_agrees() {
    let (_, response) =
        under(json!({ "change": [{ "set": { "at": "/job/pageCount", "to": "many" } }] })).await;
    assert_eq!(response.json()["job"]["pageCount"], "many");
    let (_, response) =
        under(json!({ "change": [{ "status": "archived" }, { "fields": { "later": { "x": [1] } } }] })).await;
    assert_eq!(response.json()["job"]["status"], "archived");
    assert_eq!(response.json()["job"]["later"], json!({ "x": [1] }));
    let (_, response) = under(json!({ "change": ["bare"] })).await;
    assert_eq!(response.json(), json!({ "job": { "id": "job_x", "status": "processing" } }));
    let (_, response) = under(json!({ "change": [{ "otherId": "job_y" }] })).await;
    assert_eq!(response.json()["job"]["id"], "job_y");
    let (_, response) = under(json!({ "change": ["wrongEnvelope"] })).await;
    assert_eq!(response.json()["data"]["id"], "job_x");
    let (_, response) = under(json!({ "change": [{ "truncate": -10 }] })).await;
    assert_eq!(response.header("content-length"), Some(response.body.len().to_string().as_str()));
    for change in
        [json!({ "truncate": -10 }), json!("invalidJson"), json!("invalidUtf8"), json!({ "truncate": 0 })]
    {
        let (_, response) = under(json!({ "change": [change] })).await;
        assert_eq!(response.status, StatusCode::OK);
        assert!(serde_json::from_slice::<Value>(&response.body).is_err(), "{change}");
    }
    let (_, response) = under(json!({ "change": ["bom"] })).await;
    assert!(response.body.starts_with(b"\xef\xbb\xbf{"));
    let (_, response) = under(json!({ "change": ["duplicateKeys"] })).await;
    assert!(response.text().contains(r#"{"id":"job_duplicate","id":"job_x""#));
}

#[tokio::test]
async fn the_list_can_lack_a_job_and_be_upside_down() {
    let (subject, _) = under(json!([])).await;
    let all = subject.jobs(&subject.project).await;
    subject.rules(json!([{ "change": [{ "missing": ["job_x"] }, "reverse"] }])).await;
    let mut changed = subject.jobs(&subject.project).await;
    changed.reverse();
    assert_eq!(changed, all[1..]);
}

#[tokio::test]
async fn an_answer_can_be_older_than_the_one_before() {
    let subject = paused().await;
    subject.start_job(json!({ "id": "job_x", "seed": 4 })).await;
    subject.advance(150_000).await;
    let earlier = subject.job("job_x").await;
    subject.advance(60_000).await;
    let now = subject.job("job_x").await;
    assert!(earlier["updatedAt"].as_str() < now["updatedAt"].as_str());
    subject.rules(json!({ "when": { "times": 1 }, "staleMs": 60_000 })).await;
    assert_eq!(subject.job("job_x").await, earlier);
    assert_eq!(subject.job("job_x").await, now);
}

#[tokio::test]
async fn a_rule_concerns_what_it_says_and_no_more_often() {
    let (subject, first) = under(json!([
        { "name": "second and third", "when": { "job": "job_x", "skip": 1, "times": 2 }, "respond": { "status": 503 } },
        { "name": "the list", "when": { "path": "/api/open/v1/projects/*/jobs" }, "respond": { "status": 404 } },
    ]))
    .await;
    let mut seen = vec![first.status.as_u16()];
    for _ in 0..3 {
        seen.push(subject.get(&job_path("job_x")).await.status.as_u16());
    }
    assert_eq!(seen, [200, 503, 503, 200]);
    assert_eq!(subject.get(&jobs_path(&subject.project)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(subject.get(&job_path("job_01hy3m8qtn2e5r7k9p0w4x1def")).await.status, StatusCode::OK);
    let rows = subject.admin("GET", "/faults", Value::Null).await;
    let counts: Vec<_> =
        rows["rules"].as_array().unwrap().iter().map(|row| (&row["matched"], &row["applied"])).collect();
    assert_eq!(counts, [(&json!(4), &json!(2)), (&json!(1), &json!(1))]);
}

#[tokio::test]
async fn a_preflight_is_only_hit_by_a_rule_for_it() {
    let (subject, _) = under(json!({ "respond": { "status": 500 } })).await;
    let requested = [("access-control-request-method", "GET")];
    let preflight = || subject.send(Method::OPTIONS, "/api/open/v1/jobs/job_x", &requested, String::new());
    assert_eq!(preflight().await.unwrap().status, StatusCode::NO_CONTENT);
    subject.rules(json!({ "when": { "method": "OPTIONS" }, "respond": { "status": 500 } })).await;
    assert_eq!(preflight().await.unwrap().status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn rules_are_added_replaced_and_taken_away_while_it_runs() {
    let (subject, _) = under(json!([])).await;
    let status = || async { subject.get(&job_path("job_x")).await.status.as_u16() };
    let added = subject.admin("POST", "/faults", json!({ "name": "a", "respond": { "status": 500 } })).await;
    assert_eq!((added, status().await), (json!({ "names": ["a"] }), 500));
    subject.admin("POST", "/faults", json!({ "name": "a", "respond": { "status": 502 } })).await;
    assert_eq!(status().await, 502);
    subject.admin("DELETE", "/faults/a", Value::Null).await;
    assert_eq!(status().await, 200);
    assert_eq!(subject.try_admin("DELETE", "/faults/a", Value::Null).await.status, StatusCode::NOT_FOUND);
    subject.rules(json!([{ "respond": { "status": 500 } }])).await;
    subject.admin("DELETE", "/faults", Value::Null).await;
    assert_eq!(status().await, 200);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let (subject, _) = under(json!({ "respond": { "status": 500 } })).await;
    for bad in [
        json!({ "answr": {} }),
        json!({ "respond": { "status": 99 } }),
        json!({ "respond": { "status": 101 } }),
        json!({ "respond": { "status": 200, "body": "jpeg" } }),
        json!({ "headers": { "a b": "c" } }),
        json!({ "headers": { "a": "b\r\nc: d" } }),
        json!({ "headers": { "content-length": "3" } }),
        json!({ "send": { "then": "explode" } }),
        json!({ "send": { "drip": { "bytes": 0, "everyMs": 1 } } }),
        json!({ "change": ["everything"] }),
        json!("rule"),
    ] {
        let response = subject.try_admin("PUT", "/faults", bad.clone()).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(subject.get(&job_path("job_x")).await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn rules_can_be_given_at_start_as_json_or_as_a_file() {
    let subject = start(r#"--faults [{"respond":{"status":503}}]"#).await;
    assert_eq!(subject.get("/api/x").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let file = std::env::temp_dir().join(format!("plangrep-emulator-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"respond":{"status":504}}"#).unwrap();
    let subject = start(&format!("--faults {}", file.display())).await;
    std::fs::remove_file(&file).unwrap();
    assert_eq!(subject.get("/api/x").await.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn an_answer_can_be_late() {
    let (subject, _) = under(json!([])).await;
    subject.rules(json!({ "delayMs": 150, "jitterMs": 50 })).await;
    let sent = Instant::now();
    assert_eq!(subject.get(&job_path("job_x")).await.status, StatusCode::OK);
    let took = sent.elapsed();
    assert!(took >= Duration::from_millis(100), "{took:?}");
}
