//! How the emulator stands, its clock, its keys, its event log.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::body::Json;
use super::{done, ok};
use crate::clock::Change;
use crate::fault::Glob;
use crate::reply::bad;
use crate::shared::{Keys, Shared};

pub async fn hello(State(shared): State<Arc<Shared>>) -> Response {
    ok(&shared.hello)
}

pub async fn state(State(shared): State<Arc<Shared>>) -> Response {
    let (total, open) = shared.connections.all();
    let (requests, in_flight) = shared.log.totals();
    ok(&json!({
        "mode": shared.hello.mode,
        "upMs": shared.log.now_ms(),
        "clock": shared.clock.reading(),
        "floorMs": shared.floor.ms(),
        "connections": { "total": total, "open": open },
        "requests": { "total": requests, "inFlight": in_flight },
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    #[serde(default)]
    since: u64,
    path: Option<Glob>,
}

pub async fn log(State(shared): State<Arc<Shared>>, which: Query<Which>) -> Response {
    let mut events = shared.log.since(which.since);
    if let Some(path) = &which.path {
        events.retain(|event| path.matches(&event.path));
    }
    ok(&json!({ "events": events, "last": shared.log.totals().0 }))
}

pub async fn clear_log(State(shared): State<Arc<Shared>>) -> Response {
    shared.log.clear();
    done()
}

pub async fn clock(State(shared): State<Arc<Shared>>) -> Response {
    ok(&shared.clock.reading())
}

pub async fn set_clock(State(shared): State<Arc<Shared>>, Json(change): Json<Change>) -> Response {
    match shared.clock.change(&change) {
        Ok(()) => ok(&shared.clock.reading()),
        Err(problem) => bad(&problem),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorChange {
    ms: Option<u64>,
}

pub async fn set_floor(State(shared): State<Arc<Shared>>, Json(change): Json<FloorChange>) -> Response {
    shared.floor.set(change.ms);
    ok(&json!({ "floorMs": shared.floor.ms() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysChange {
    /// With every scope.
    #[serde(default)]
    keys: Vec<String>,
    /// Without `jobs:write`.
    #[serde(default, rename = "readOnly")]
    read_only: Vec<String>,
}

pub async fn set_keys(State(shared): State<Arc<Shared>>, Json(change): Json<KeysChange>) -> Response {
    shared.set_keys(Keys { all_scopes: change.keys, read_only: change.read_only });
    done()
}
