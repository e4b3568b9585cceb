//! The proxy, with a second emulator as upstream.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Received, Subject, job_path, jobs_path, start, start_with_key};

/// An emulator, and a proxy before it.
async fn both() -> (Subject, Subject) {
    let upstream = start("").await;
    let proxy = start_with_key(&format!("--upstream {}", upstream.url), &upstream.key).await;
    (upstream, proxy)
}

async fn get(proxy: &Subject, path: &str) -> Received {
    proxy.send(Method::GET, path, &[], String::new()).await.unwrap()
}

#[tokio::test]
async fn jobs_and_lists_are_passed_on_with_the_key_that_the_page_never_sees() {
    let (upstream, proxy) = both().await;
    assert_eq!(proxy.key, "");
    let id = upstream.start_job(json!({ "atMs": 200_000 })).await;
    for path in [job_path(&id), jobs_path(&upstream.project)] {
        let (through, direct) = (get(&proxy, &path).await, upstream.get(&path).await);
        assert_eq!(through.status, StatusCode::OK);
        assert_eq!(through.json()["job"], direct.json()["job"]);
        assert!(!format!("{:?}{}", through.headers, through.text()).contains(&upstream.key));
    }
    let event = upstream.settled_log().await.remove(0);
    assert_eq!(event["headers"]["accept"], "application/json");
    let hello = proxy.admin("GET", "/", Value::Null).await;
    assert_eq!((&hello["mode"], hello.get("apiKey"), hello.get("projectId")), (&json!("proxy"), None, None));
    for path in ["/", "/state", "/log"] {
        assert!(!proxy.admin("GET", path, Value::Null).await.to_string().contains(&upstream.key), "{path}");
    }
}

#[tokio::test]
async fn resume_and_cancel_are_passed_on_without_a_body() {
    let (upstream, proxy) = both().await;
    let id = upstream.start_job(json!({ "kind": "blocked", "ageMs": 3_600_000 })).await;
    upstream.admin("POST", &format!("/jobs/{id}/credits"), Value::Null).await;
    for (what, statuses) in [("resume", &["preflighting", "processing"][..]), ("cancel", &["cancelled"])] {
        let path = format!("{}/{what}", job_path(&id));
        let response = proxy.send(Method::POST, &path, &[], "not passed on".into()).await.unwrap();
        assert_eq!(response.status, StatusCode::OK, "{what}");
        assert!(
            statuses.contains(&response.json()["job"]["status"].as_str().unwrap()),
            "{}",
            response.text()
        );
    }
    for event in upstream.settled_log().await {
        assert_eq!(event["method"], "POST");
        let length = event["headers"].get("content-length");
        assert!(length.is_none_or(|length| length == "0"), "{event}");
        assert!(event["headers"].get("transfer-encoding").is_none(), "{event}");
    }
}

#[tokio::test]
async fn what_the_page_sends_along_goes_no_further() {
    let (upstream, proxy) = both().await;
    let headers = [("authorization", "Bearer of_the_page"), ("cookie", "a=b"), ("x-own", "c")];
    let response = proxy.send(Method::GET, &job_path("job_x"), &headers, String::new()).await.unwrap();
    assert_eq!(response.status, StatusCode::NOT_FOUND);
    let event = upstream.settled_log().await.remove(0);
    assert_eq!((event["headers"].get("cookie"), event["headers"].get("x-own")), (None, None));
}

#[tokio::test]
async fn status_body_retry_after_and_request_id_come_through() {
    let (upstream, proxy) = both().await;
    let headers = json!({ "retry-after": "17", "x-request-id": null, "cf-ray": "ray", "set-cookie": "a=b", "x-other": "c" });
    upstream
        .rules(
            json!({ "respond": { "status": 429, "body": "codeMessage", "code": "slow" }, "headers": headers }),
        )
        .await;
    let response = get(&proxy, &job_path("job_x")).await;
    assert_eq!(
        (response.status, response.json()["code"].as_str()),
        (StatusCode::TOO_MANY_REQUESTS, Some("slow"))
    );
    assert_eq!((response.header("retry-after"), response.header("cf-ray")), (Some("17"), Some("ray")));
    for gone in ["x-request-id", "set-cookie", "x-other", "access-control-allow-origin"] {
        assert_eq!(response.header(gone), None, "{gone}");
    }
}

#[tokio::test]
async fn a_redirect_is_passed_on_and_not_followed() {
    let (upstream, proxy) = both().await;
    let elsewhere = start("").await;
    let rule = json!({ "respond": { "status": 302 }, "headers": { "location": format!("{}/api/x", elsewhere.url) } });
    upstream.rules(rule).await;
    let response = get(&proxy, &job_path("job_x")).await;
    assert_eq!((response.status, response.header("location")), (StatusCode::FOUND, None));
    assert!(elsewhere.settled_log().await.is_empty());
    assert_eq!(upstream.settled_log().await.len(), 1);
}

#[tokio::test]
async fn a_key_that_the_upstream_echoes_is_masked() {
    let (upstream, proxy) = both().await;
    let headers = json!({ "x-request-id": upstream.key, "retry-after": "3" });
    upstream.rules(json!({ "respond": { "status": 401, "body": "echo" }, "headers": headers, "send": { "drip": { "bytes": 7, "everyMs": 1 } } })).await;
    let response = get(&proxy, &job_path("job_x")).await;
    assert_eq!(response.json()["authorization"], "Bearer ***");
    assert_eq!((response.header("retry-after"), response.header("x-request-id")), (Some("3"), None));
    assert!(!response.text().contains(&upstream.key));
}

#[tokio::test]
async fn nothing_else_is_passed_on() {
    let (upstream, proxy) = both().await;
    for (method, path) in [
        (Method::GET, "/api/open/v1/jobs/job_x/result"),
        (Method::GET, "/api/open/v1/projects"),
        (Method::GET, "/api/open/v1/jobs/.."),
        (Method::GET, "/api/open/v1/jobs/%2e%2e"),
        (Method::GET, "/api/open/v1/jobs/a%2Fb"),
        (Method::GET, "/api/open/v1/jobs/a%3Fb"),
        (Method::GET, "/api/open/v1/jobs/a%0d%0ab"),
        (Method::GET, "/api/open/v1/projects/%2e/jobs"),
        (Method::GET, "/api/open/v1/jobs/job_x?key=value"),
        (Method::POST, "/api/open/v1/jobs/job_x"),
        (Method::HEAD, "/api/open/v1/jobs/job_x"),
        (Method::DELETE, "/api/open/v1/jobs/job_x"),
        (Method::GET, "/api/open/v1/jobs/job_x/cancel"),
        (Method::POST, "/api/open/v1/jobs/../cancel"),
        (Method::POST, "/api/open/v1/jobs/a%2Fb/resume"),
        (Method::POST, "/api/open/v1/jobs/job_x/result"),
        (Method::POST, "/api/open/v1/projects/proj_x/jobs"),
        (Method::GET, "/elsewhere"),
    ] {
        let response = proxy.send(method.clone(), path, &[], String::new()).await.unwrap();
        assert!(response.status.is_client_error(), "{method} {path} {}", response.status);
    }
    let log = proxy.settled_log().await;
    assert!(log[..17].iter().all(|event| event["outcome"] == "refused"), "{log:?}");
    assert!(upstream.settled_log().await.is_empty());
    for (method, path) in [("PUT", "/faults"), ("POST", "/jobs"), ("PUT", "/keys"), ("GET", "/projects")] {
        assert_eq!(proxy.try_admin(method, path, json!({})).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_id_is_encoded_again() {
    let (upstream, proxy) = both().await;
    upstream.start_job(json!({ "responses": [{ "id": "a b ü" }] })).await;
    let response = get(&proxy, &job_path("a%20b%20%C3%BC")).await;
    assert_eq!(response.json(), json!({ "job": { "id": "a b ü" } }));
    assert_eq!(upstream.settled_log().await[0]["path"], "/api/open/v1/jobs/a%20b%20%C3%BC");
}

#[tokio::test]
async fn another_page_cannot_use_the_key() {
    let (upstream, proxy) = both().await;
    for foreign in
        [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site"), ("host", "evil.example")]
    {
        for path in [job_path("job_x"), "/_emulator/log".into()] {
            let response = proxy.send(Method::GET, &path, &[foreign], String::new()).await.unwrap();
            assert_eq!(response.status, StatusCode::FORBIDDEN, "{foreign:?} {path}");
            assert_eq!(response.header("access-control-allow-origin"), None);
        }
    }
    assert!(upstream.settled_log().await.is_empty());
}

#[tokio::test]
async fn an_upstream_that_breaks_off_or_is_not_there_is_told_apart() {
    let (upstream, proxy) = both().await;
    upstream.rules(json!({ "send": { "then": "cut", "of": "body", "after": 20 } })).await;
    assert!(proxy.send(Method::GET, &job_path("job_x"), &[], String::new()).await.is_err());
    assert_eq!(proxy.settled_log().await[0]["outcome"], "cut");
    upstream.rules(json!({ "send": { "then": "reset" } })).await;
    let response = get(&proxy, &job_path("job_x")).await;
    assert_eq!(
        (response.status, &response.json()["error"]["code"]),
        (StatusCode::BAD_GATEWAY, &json!("bad_gateway"))
    );
    assert!(!response.text().contains(&upstream.key));
}

#[tokio::test]
async fn a_client_that_leaves_takes_the_request_to_the_upstream_with_it() {
    let (upstream, proxy) = both().await;
    upstream.rules(json!({ "delayMs": 60_000 })).await;
    let stream = proxy.raw_get(&job_path("job_x")).await;
    upstream.arrived(1).await;
    drop(stream);
    assert_eq!(upstream.settled_log().await[0]["outcome"], "aborted_by_client");
    assert_eq!(proxy.settled_log().await[0]["outcome"], "aborted_by_client");
}
