//! How the emulator itself is controlled: `/_emulator/…`, which no path of the API lies below.

mod body;
mod faults;
mod jobs;
mod state;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use serde::Serialize;

use crate::reply::{error, json};
use crate::shared::Shared;
use crate::{cors, guard};

const PREFIX: &str = "/_emulator";

pub fn is_path(path: &str) -> bool {
    path.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// All of it, or for a proxy what can only be read, and that by its own page alone.
pub fn router(shared: Arc<Shared>) -> Router {
    let readable = Router::new()
        .route("/", get(state::hello))
        .route("/state", get(state::state))
        .route("/log", get(state::log).delete(state::clear_log));
    let routes = if shared.is_proxy() { readable } else { readable.merge(controls()) };
    let nothing = async || error(StatusCode::NOT_FOUND, "not_found", "See the emulator's README.");
    Router::new()
        .nest(PREFIX, routes.with_state(Arc::clone(&shared)))
        .route("/_emulator/", get(state::hello))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), let_pages_ask))
        .with_state(shared)
}

fn controls() -> Router<Arc<Shared>> {
    Router::new()
        .route("/clock", get(state::clock).put(state::set_clock))
        .route("/floor", put(state::set_floor))
        .route("/keys", put(state::set_keys))
        .route("/projects", get(jobs::projects).post(jobs::add_project))
        .route("/jobs", post(jobs::start))
        .route("/jobs/{id}", get(jobs::about))
        .route("/jobs/{id}/block", post(jobs::block))
        .route("/jobs/{id}/credits", post(jobs::add_credits))
        .route("/jobs/{id}/resume", post(jobs::resume))
        .route("/jobs/{id}/cancel", post(jobs::cancel))
        .route("/results/{id}", get(jobs::result))
        .route("/faults", get(faults::list).put(faults::replace).post(faults::add).delete(faults::clear))
        .route("/faults/{name}", delete(faults::remove))
}

/// Any page may send requests, except to a proxy, which holds a key.
async fn let_pages_ask(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if shared.is_proxy() {
        if !guard::is_own_page(&shared.hello.url, request.headers()) {
            return guard::foreign();
        }
        return next.run(request).await;
    }
    let mut response = match cors::preflight(request.method(), request.headers()) {
        Some(preflight) => preflight,
        None => next.run(request).await,
    };
    cors::open(response.headers_mut());
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

fn ok(value: &impl Serialize) -> Response {
    with_status(StatusCode::OK, value)
}

fn with_status(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => json(status, text),
        Err(problem) => error(StatusCode::INTERNAL_SERVER_ERROR, "internal", &problem.to_string()),
    }
}

fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
