//! A job as the API shows it.

use rand::RngExt as _;
use serde_json::{Map, Value, json};

use crate::clock::stamp;
use crate::life::{EXPIRES_AFTER_MS, State};
use crate::seed;

/// What of a job never changes.
#[derive(Clone, Debug)]
pub struct Identity {
    pub id: String,
    pub external_id: Option<String>,
    pub project_id: String,
    /// Unix ms.
    pub created_ms: i64,
}

/// Where the documentation leaves room, each job takes one of the readings.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Timestamps have milliseconds.
    pub millis: bool,
    uncounted: Uncounted,
    bare_error: bool,
    shows_reserved: bool,
}

/// What the page counts are before preflight.
#[derive(Clone, Copy, Debug)]
enum Uncounted {
    Zero,
    Null,
    Absent,
}

impl Style {
    pub fn new(seed: u64) -> Self {
        let mut rng = seed::rng(seed, "style");
        Self {
            millis: rng.random(),
            uncounted: match rng.random_range(0..3_u8) {
                0 => Uncounted::Zero,
                1 => Uncounted::Null,
                _ => Uncounted::Absent,
            },
            bare_error: rng.random_ratio(1, 4),
            shows_reserved: rng.random(),
        }
    }
}

/// The job in the field order of the documentation. `base` is where results are said to lie.
pub fn job(identity: &Identity, style: Style, state: &State, base: &str) -> Value {
    let at = |age: u64| stamp(identity.created_ms.saturating_add_unsigned(age), style.millis);
    let mut job = Map::new();
    let mut put = |name: &str, value: Value| job.insert(name.into(), value);
    put("id", json!(identity.id));
    put("externalId", json!(identity.external_id));
    put("status", json!(state.status));
    put("projectId", json!(identity.project_id));
    put("limits", json!({ "maxDeclaredBytes": 10_000_000_000_u64, "maxFiles": 100 }));
    match (state.pages, style.uncounted) {
        (None, Uncounted::Absent) => {}
        (None, Uncounted::Null) => {
            put("pageCount", Value::Null);
            put("successfulPageCount", Value::Null);
        }
        (pages, _) => {
            put("pageCount", json!(pages.unwrap_or(0)));
            put("successfulPageCount", json!(state.successful_pages));
        }
    }
    put("billing", billing(style, state));
    put("files", files(&identity.id, state));
    put("resultUrl", result_url(&identity.id, state, base));
    put("error", error(style, state));
    put("createdAt", json!(at(0)));
    put("updatedAt", json!(at(state.updated)));
    put("completedAt", json!(state.ended.map(at)));
    put("expiresAt", json!(at(EXPIRES_AFTER_MS)));
    Value::Object(job)
}

fn billing(style: Style, state: &State) -> Value {
    let reserved = u64::from(state.pages.unwrap_or(0).saturating_sub(state.successful_pages));
    if style.shows_reserved && state.ended.is_none() {
        json!({ "creditsDebited": state.credits, "creditsReserved": reserved })
    } else {
        json!({ "creditsDebited": state.credits })
    }
}

fn files(job_id: &str, state: &State) -> Value {
    let file = |(index, file): (usize, &crate::life::File)| {
        let suffix = job_id.strip_prefix("job_").unwrap_or(job_id);
        json!({ "id": format!("file_{suffix}_{}", index + 1), "fileName": file.name, "status": file.status })
    };
    state.files.iter().enumerate().map(file).collect()
}

fn result_url(job_id: &str, state: &State, base: &str) -> Value {
    if !state.status.has_result() {
        return Value::Null;
    }
    let token = seed::id("", seed::mix(0, job_id));
    json!(format!("{base}/_emulator/results/{job_id}?token={token}"))
}

fn error(style: Style, state: &State) -> Value {
    match state.error {
        None => Value::Null,
        Some(failure) if style.bare_error => json!(failure.message),
        Some(failure) => json!({ "code": failure.code, "message": failure.message }),
    }
}
