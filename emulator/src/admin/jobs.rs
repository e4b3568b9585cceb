//! `/_emulator/projects` and `/_emulator/jobs`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::body::Json;
use super::{ok, with_status};
use crate::reply::refused;
use crate::shared::Shared;
use crate::world::{JobSpec, ProjectSpec, Refusal};

pub async fn projects(State(shared): State<Arc<Shared>>) -> Response {
    ok(&json!({ "projects": shared.world.projects() }))
}

pub async fn add_project(State(shared): State<Arc<Shared>>, Json(spec): Json<ProjectSpec>) -> Response {
    match shared.world.add_project(spec, shared.clock.now_ms()) {
        Ok(id) => with_status(StatusCode::CREATED, &json!({ "projectId": id })),
        Err(refusal) => refused(refusal),
    }
}

pub async fn start(State(shared): State<Arc<Shared>>, Json(spec): Json<JobSpec>) -> Response {
    let started = shared.world.start_job(spec, shared.clock.now_ms());
    let about = started.and_then(|id| {
        let about = shared.world.about(&id, shared.clock.now_ms())?;
        Ok(json!({ "jobId": id, "about": about }))
    });
    match about {
        Ok(about) => with_status(StatusCode::CREATED, &about),
        Err(refusal) => refused(refusal),
    }
}

pub async fn about(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    match shared.world.about(&id, shared.clock.now_ms()) {
        Ok(about) => ok(&json!({ "jobId": id, "about": about })),
        Err(refusal) => refused(refusal),
    }
}

pub async fn block(state: State<Arc<Shared>>, id: Path<String>) -> Response {
    let blocked = state.world.block(&id, state.clock.now_ms());
    acted(blocked, state, id).await
}

pub async fn add_credits(state: State<Arc<Shared>>, id: Path<String>) -> Response {
    let added = state.world.add_credits(&id, state.clock.now_ms());
    acted(added, state, id).await
}

/// What a person does in the dashboard and then by Resume Job, in one.
pub async fn resume(state: State<Arc<Shared>>, id: Path<String>) -> Response {
    let now_ms = state.clock.now_ms();
    let resumed = state.world.add_credits(&id, now_ms).and_then(|()| state.world.resume(&id, now_ms));
    acted(resumed, state, id).await
}

pub async fn cancel(state: State<Arc<Shared>>, id: Path<String>) -> Response {
    let cancelled = state.world.cancel(&id, state.clock.now_ms());
    acted(cancelled, state, id).await
}

async fn acted(outcome: Result<(), Refusal>, state: State<Arc<Shared>>, id: Path<String>) -> Response {
    match outcome {
        Ok(()) => about(state, id).await,
        Err(refusal) => refused(refusal),
    }
}

/// Where the result links of emulated jobs lead.
pub async fn result(Path(id): Path<String>) -> Response {
    let note = "This is the emulator, not Plangrep: no document was processed, so there is no result.";
    ok(&json!({ "jobId": id, "note": note }))
}
