//! `/_emulator/faults`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;

use super::{done, ok};
use crate::fault;
use crate::reply::{bad, refused};
use crate::shared::Shared;
use crate::world::Refusal;

pub async fn list(State(shared): State<Arc<Shared>>) -> Response {
    ok(&json!({ "rules": shared.rules.rows() }))
}

pub async fn replace(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match fault::parse(&body) {
        Ok(rules) => ok(&json!({ "names": shared.rules.replace(rules) })),
        Err(problem) => bad(&problem),
    }
}

pub async fn add(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match fault::parse(&body) {
        Ok(rules) => ok(&json!({ "names": shared.rules.add(rules) })),
        Err(problem) => bad(&problem),
    }
}

pub async fn clear(State(shared): State<Arc<Shared>>) -> Response {
    shared.rules.replace(Vec::new());
    done()
}

pub async fn remove(State(shared): State<Arc<Shared>>, Path(name): Path<String>) -> Response {
    if shared.rules.remove(&name) { done() } else { refused(Refusal::NotFound("rule")) }
}
