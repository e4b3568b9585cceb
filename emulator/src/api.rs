//! The two documented endpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const GET_JOB: &str = include_str!("../samples/get-job.json");
const LIST_JOBS: &str = include_str!("../samples/list-jobs.json");

/// Everything that the emulator answers.
pub fn router() -> Router {
    let requests = Arc::new(AtomicU64::new(1));
    Router::new()
        .route("/api/open/v1/jobs/{id}", get(get_job))
        .route("/api/open/v1/projects/{id}/jobs", get(list_jobs))
        .fallback(async || error(StatusCode::NOT_FOUND, "not_found", "There is nothing here."))
        .layer(middleware::from_fn(require_key))
        .layer(middleware::from_fn_with_state(requests, number))
        .layer(middleware::from_fn(crate::cors::allow))
}

async fn get_job(Path(id): Path<String>) -> Response {
    if id == crate::SAMPLE_JOB {
        json(StatusCode::OK, GET_JOB.into())
    } else {
        error(StatusCode::NOT_FOUND, "not_found", "There is no such job.")
    }
}

async fn list_jobs(Path(id): Path<String>) -> Response {
    if id == crate::SAMPLE_PROJECT {
        json(StatusCode::OK, LIST_JOBS.into())
    } else {
        error(StatusCode::NOT_FOUND, "not_found", "There is no such project.")
    }
}

async fn require_key(request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) == Some(crate::API_KEY) {
        next.run(request).await
    } else {
        error(StatusCode::UNAUTHORIZED, "unauthorized", "The API key is missing or invalid.")
    }
}

async fn number(State(requests): State<Arc<AtomicU64>>, request: Request, next: Next) -> Response {
    let id = format!("req_{:08}", requests.fetch_add(1, Ordering::Relaxed));
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, serde_json::json!({ "error": { "code": code, "message": message } }).to_string())
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
