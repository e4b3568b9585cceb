//! The documented endpoints: Get Job, List Jobs, Resume Job, Cancel Job.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, get, post};
use axum::{Extension, Router};

use crate::reply::{error, json, nothing_here, refused};
use crate::samples;
use crate::shared::{Access, Shared};

/// The endpoints by method and path, each without a body and with an id in the place of `{id}`: what a proxy passes on.
pub const ENDPOINTS: [(MethodFilter, &str); 4] = [
    (MethodFilter::GET, "/api/open/v1/jobs/{id}"),
    (MethodFilter::GET, "/api/open/v1/projects/{id}/jobs"),
    (MethodFilter::POST, "/api/open/v1/jobs/{id}/resume"),
    (MethodFilter::POST, "/api/open/v1/jobs/{id}/cancel"),
];

/// Two emulated Unix times in ms: when the request came, and which one the response shows.
#[derive(Clone, Copy)]
pub struct At {
    pub now_ms: i64,
    /// `now_ms`, unless a rule makes the response stale.
    pub shown_ms: i64,
}

/// The endpoints, behind the bearer check; every other path below `/api/` is 404.
pub fn router(shared: Arc<Shared>) -> Router {
    let not_allowed = async || {
        error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method; see Allow.")
    };
    let writing = Router::new()
        .route("/api/open/v1/jobs/{id}/resume", post(resume_job))
        .route("/api/open/v1/jobs/{id}/cancel", post(cancel_job))
        .route_layer(middleware::from_fn(require_write));
    writing
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
    Extension(at): Extension<At>,
    Path(id): Path<String>,
) -> Response {
    if let Some(body) = samples::get_job(&id) {
        return json(StatusCode::OK, body);
    }
    shown(shared.world.job(&id, at.shown_ms))
}

async fn list_jobs(
    State(shared): State<Arc<Shared>>,
    Extension(at): Extension<At>,
    Path(id): Path<String>,
) -> Response {
    if id == samples::PROJECT {
        return json(StatusCode::OK, samples::LIST_JOBS.into());
    }
    match shared.world.list(&id, at.shown_ms) {
        Some(jobs) => json(StatusCode::OK, format!(r#"{{"jobs":[{}]}}"#, jobs.join(","))),
        None => error(StatusCode::NOT_FOUND, "not_found", "There is no such project."),
    }
}

async fn resume_job(
    State(shared): State<Arc<Shared>>,
    Extension(at): Extension<At>,
    Path(id): Path<String>,
) -> Response {
    refuse_sample(&id).unwrap_or_else(|| match shared.world.resume(&id, at.now_ms) {
        Ok(()) => shown(shared.world.job(&id, at.shown_ms)),
        Err(refusal) => refused(refusal),
    })
}

async fn cancel_job(
    State(shared): State<Arc<Shared>>,
    Extension(at): Extension<At>,
    Path(id): Path<String>,
) -> Response {
    refuse_sample(&id).unwrap_or_else(|| {
        let cancelled = shared.world.cancel(&id, at.now_ms);
        match cancelled.and_then(|()| shared.world.cancelling(&id, at.shown_ms)) {
            Ok(job) => shown(Some(job)),
            Err(refusal) => refused(refusal),
        }
    })
}

/// The jobs of the samples are text that never changes.
fn refuse_sample(id: &str) -> Option<Response> {
    samples::get_job(id)?;
    Some(error(StatusCode::CONFLICT, "sample", "This job is a sample: it stays as it is printed."))
}

fn shown(job: Option<Arc<str>>) -> Response {
    match job {
        Some(job) => json(StatusCode::OK, format!(r#"{{"job":{job}}}"#)),
        None => error(StatusCode::NOT_FOUND, "not_found", "There is no such job."),
    }
}

async fn require_key(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = given.and_then(|value| value.strip_prefix("Bearer "));
    let access = key.map_or(Access::Nothing, |key| shared.access(key));
    if access == Access::Nothing {
        return error(StatusCode::UNAUTHORIZED, "unauthorized", "The API key is missing or invalid.");
    }
    request.extensions_mut().insert(access);
    next.run(request).await
}

async fn require_write(Extension(access): Extension<Access>, request: Request, next: Next) -> Response {
    if access == Access::ReadAndWrite {
        next.run(request).await
    } else {
        error(StatusCode::FORBIDDEN, "insufficient_scope", "The API key lacks the scope jobs:write.")
    }
}

/// A floor is for polls: what changes a job is no poll.
async fn require_floor(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        return next.run(request).await;
    }
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
