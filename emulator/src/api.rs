//! The two documented endpoints.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::json;

use crate::samples;
use crate::shared::Shared;

/// The emulated Unix time in ms that an answer shows.
#[derive(Clone, Copy)]
pub struct AsOf(pub i64);

/// Get Job and List Jobs, behind the bearer check; every other path below `/api/` is 404.
pub fn router(shared: Arc<Shared>) -> Router {
    let not_allowed = async || error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Only GET is.");
    Router::new()
        .route("/api/open/v1/jobs/{id}", get(get_job))
        .route("/api/open/v1/projects/{id}/jobs", get(list_jobs))
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .method_not_allowed_fallback(not_allowed)
        .route_layer(middleware::from_fn_with_state(Arc::clone(&shared), require_floor))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&shared), require_key))
        .with_state(shared)
}

async fn get_job(
    State(shared): State<Arc<Shared>>,
    Extension(AsOf(at)): Extension<AsOf>,
    Path(id): Path<String>,
) -> Response {
    if let Some(body) = samples::get_job(&id) {
        return json(StatusCode::OK, body);
    }
    match shared.world.job(&id, at) {
        Some(job) => json(StatusCode::OK, format!(r#"{{"job":{job}}}"#)),
        None => error(StatusCode::NOT_FOUND, "not_found", "There is no such job."),
    }
}

async fn list_jobs(
    State(shared): State<Arc<Shared>>,
    Extension(AsOf(at)): Extension<AsOf>,
    Path(id): Path<String>,
) -> Response {
    if id == samples::PROJECT {
        return json(StatusCode::OK, samples::LIST_JOBS.into());
    }
    match shared.world.list(&id, at) {
        Some(jobs) => json(StatusCode::OK, format!(r#"{{"jobs":[{}]}}"#, jobs.join(","))),
        None => error(StatusCode::NOT_FOUND, "not_found", "There is no such project."),
    }
}

async fn require_key(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|key| shared.accepts(key)) {
        next.run(request).await
    } else {
        error(StatusCode::UNAUTHORIZED, "unauthorized", "The API key is missing or invalid.")
    }
}

async fn require_floor(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let Err(wait) = shared.floor.check(request.uri().path(), Instant::now()) else {
        return next.run(request).await;
    };
    let mut response = error(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Polled faster than allowed.");
    let seconds = wait.as_millis().div_ceil(1000);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX)));
    response
}

/// The answer for every path that leads nowhere.
pub async fn nothing_here() -> Response {
    error(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
}

/// An error in the shape that the API uses.
pub fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, json!({ "error": { "code": code, "message": message } }).to_string())
}

/// JSON that is written already.
pub fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
