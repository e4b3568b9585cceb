//! What projects and jobs are made from: the bodies of the admin requests.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::job::{Birth, Cancel, CancelShows, Living};
use super::script::Script;
use super::{Job, Refusal};
use crate::clock::stamp;
use crate::life::{EXPIRES_AFTER_MS, Kind};
use crate::seed;
use crate::wire::Identity;

/// More would only make the emulator slow.
const MAX_PAGES: u32 = 1_000_000;
const MAX_JOBS: u32 = 100_000;

const MAX_AGE_MS: u64 = 100 * 366 * 86_400_000;

/// `POST /_emulator/projects`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct ProjectSpec {
    /// Default: drawn from the seed.
    pub id: Option<String>,
    /// For people.
    pub name: Option<String>,
    /// How many jobs it has from the start. Default 0.
    pub jobs: u32,
    /// How many of these (the newest) are still running. Default 2, at most all.
    pub active: Option<u32>,
    /// Default: the next one of the emulator's seed.
    pub seed: Option<u64>,
}

impl ProjectSpec {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.jobs > MAX_JOBS { Err(Refusal::Bad(format!("jobs: at most {MAX_JOBS}"))) } else { Ok(()) }
    }
}

/// `POST /_emulator/jobs`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct JobSpec {
    /// Default: the first project.
    pub project_id: Option<String>,
    /// Default: drawn from the seed.
    pub id: Option<String>,
    pub external_id: Option<String>,
    /// Default: completes.
    kind: Kind,
    pages: Option<u32>,
    pub seed: Option<u64>,
    /// Created that long before now. Default 0.
    age_ms: u64,
    /// Frozen at that age.
    at_ms: Option<u64>,
    /// From Cancel Job until it is cancelled. Default: drawn from the seed.
    cancel_takes_ms: Option<u64>,
    /// How the response to Cancel Job shows it. Default: cancelled already.
    cancel_shows: CancelShows,
    /// Served word for word, one after the other; the last repeats, null is "no such job".
    responses: Option<Vec<Value>>,
    /// As `responses`, but each is laid over a whole job.
    steps: Option<Vec<Map<String, Value>>>,
}

impl JobSpec {
    pub(super) fn build(mut self, project_id: String, own_seed: u64, now_ms: i64) -> Result<Job, Refusal> {
        if self.pages.is_some_and(|pages| pages > MAX_PAGES) {
            return Err(Refusal::Bad(format!("pages: at most {MAX_PAGES}")));
        }
        if self.age_ms > MAX_AGE_MS {
            return Err(Refusal::Bad("ageMs: at most a hundred years".into()));
        }
        let created_ms = now_ms.saturating_sub_unsigned(self.age_ms);
        if self.cancel_takes_ms.is_some_and(|ms| ms > EXPIRES_AFTER_MS) {
            return Err(Refusal::Bad("cancelTakesMs: at most a job's seven days".into()));
        }
        match (self.responses.take(), self.steps.take()) {
            (None, None) => Ok(Job::Living(Box::new(self.living(project_id, own_seed, created_ms)))),
            (Some(responses), None) => {
                let first =
                    responses.iter().find_map(|response| response.get("id")?.as_str()).map(str::to_owned);
                let id = self.id.or(first).unwrap_or_else(|| seed::id("job_", own_seed));
                scripted(id, project_id, created_ms, responses)
            }
            (None, Some(steps)) => {
                let id = self.id.unwrap_or_else(|| seed::id("job_", own_seed));
                let whole = whole_job(&id, &project_id, self.external_id.as_deref(), created_ms);
                let responses =
                    steps.into_iter().zip(0..).map(|(step, n)| lay_over(&whole, step, created_ms, n));
                scripted(id.clone(), project_id, created_ms, responses.collect())
            }
            (Some(_), Some(_)) => Err(Refusal::Bad("responses and steps exclude each other".into())),
        }
    }

    fn living(self, project_id: String, seed: u64, created_ms: i64) -> Living {
        let id = self.id.unwrap_or_else(|| seed::id("job_", seed));
        let identity = Identity { id, external_id: self.external_id, project_id, created_ms };
        let cancel = Cancel { takes_ms: self.cancel_takes_ms, shows: self.cancel_shows };
        let (kind, pages, frozen_at) = (self.kind, self.pages, self.at_ms);
        Living::new(Birth { identity, kind, seed, pages, frozen_at, cancel })
    }
}

fn scripted(id: String, project_id: String, created_ms: i64, responses: Vec<Value>) -> Result<Job, Refusal> {
    if responses.is_empty() {
        return Err(Refusal::Bad("a script needs at least one response".into()));
    }
    Ok(Job::Scripted(Script::new(id, project_id, created_ms, responses)))
}

/// What the steps of a script are laid over: a job that has just begun to process 100 pages.
fn whole_job(id: &str, project_id: &str, external_id: Option<&str>, created_ms: i64) -> Map<String, Value> {
    let whole = serde_json::json!({
        "id": id,
        "externalId": external_id,
        "status": "processing",
        "projectId": project_id,
        "limits": { "maxDeclaredBytes": 10_000_000_000_u64, "maxFiles": 100 },
        "pageCount": 100,
        "successfulPageCount": 0,
        "billing": { "creditsDebited": 0 },
        "files": [],
        "resultUrl": null,
        "error": null,
        "createdAt": stamp(created_ms, true),
        "updatedAt": stamp(created_ms, true),
        "completedAt": null,
        "expiresAt": stamp(created_ms.saturating_add_unsigned(EXPIRES_AFTER_MS), true),
    });
    if let Value::Object(whole) = whole { whole } else { Map::new() }
}

/// Each step is a second younger than the one before, unless it says otherwise.
fn lay_over(whole: &Map<String, Value>, step: Map<String, Value>, created_ms: i64, number: i64) -> Value {
    let mut job = whole.clone();
    job.insert("updatedAt".into(), stamp(created_ms + 1000 * number, true).into());
    job.extend(step);
    Value::Object(job)
}
