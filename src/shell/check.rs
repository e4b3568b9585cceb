//! One poll of a wait that lives in a text. What it means is decided in `core::check`; here is the request.

use super::exchange::Reply;
use super::failure::{Failure, StopReason};
use super::host;
use super::http::subject;
use super::jobs::{self, CheckedJob};
use super::objects;
use super::status;
use crate::core::check::{Check, Verdict};
use crate::core::coordinator::WatchTarget;
use crate::core::error::Error;
use crate::core::route::Operation;
use crate::core::wait::WaitConfig;
use js_sys::{Array, Date, JsString, Math};
use wasm_bindgen::prelude::*;

/// Above the state of a project with as many active jobs as a list can hold, in UTF-16 units.
const LONGEST_STATE: u32 = 1 << 24;

/// A state: a string. Nothing else about it can be wrong, as what cannot be read starts anew.
pub fn state(value: &JsValue) -> Result<Option<String>, Failure> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let text: &JsString =
        value.dyn_ref().ok_or_else(|| Failure::invalid("state", "must be a string, null or undefined"))?;
    Ok(if text.length() > LONGEST_STATE { None } else { Some(String::from(text)) })
}

/// A check under way.
pub struct CheckCall {
    check: Check,
    about: WatchTarget,
    /// When the first of its chain was called, by the monotonic clock: it reads the date only after its request. Where a
    /// framework renders in advance (Next.js), a page must not depend on it.
    began: Option<f64>,
    /// How long it is still too early to poll, in ms; `None`: a poll may be made.
    left: Option<f64>,
}

impl CheckCall {
    /// Takes up the wait. `stop_when_idle`: of a project, whether it is over once no job is active.
    pub fn new(
        operation: &Operation,
        id: &str,
        state: Option<&str>,
        config: WaitConfig,
        stop_when_idle: bool,
    ) -> Self {
        let began = state.is_none().then(host::now);
        let now = if began.is_some() { 0.0 } else { Date::now() };
        let check = if operation.lists {
            Check::project(id, state, config, stop_when_idle, now)
        } else {
            Check::job(id, state, config, now)
        };
        Self { left: check.too_early(now), check, about: subject(operation, id), began }
    }

    /// Whether there is to be a poll.
    pub fn is_due(&self) -> bool {
        self.left.is_none()
    }

    /// Gives what the caller gets, of what the poll came to, or of none.
    pub fn done(self, reply: Result<Option<Reply>, StopReason>) -> Result<JsValue, StopReason> {
        let Self { mut check, about, began, left } = self;
        let (now, unit) = (Date::now(), Math::random());
        if let Some(began) = began {
            check.begins(now - (host::now() - began).floor());
        }
        let mut seen = Seen::default();
        let mut ends = false;
        match reply {
            Err(StopReason::Failed(failure)) if failure.error != Error::ClientClosed => {
                ends = check.failed(&failure.error, unit, now);
                seen.error = failure.to_js();
            }
            Err(stop) => return Err(stop),
            Ok(None) => return Ok(seen.update(&check, left, false, now)),
            Ok(Some(reply)) if check.is_project() => {
                let list = jobs::checked(reply.body.unchecked_ref());
                seen.jobs = reply.body;
                for place in check.list_received(&list, reply.retry_after, unit, now) {
                    if let Some(job) = list.get(place) {
                        seen.differing.push(&job.value);
                    }
                }
            }
            Ok(Some(reply)) => {
                let job = CheckedJob::new(reply.body);
                let (fresh, changed) = check.job_received(&job, reply.retry_after, unit, now);
                // An older response is not reported, and what is known instead is not here: a state holds no job.
                if fresh {
                    seen.terminal = job.snapshot.terminal();
                    seen.job = job.value;
                }
                seen.changed = changed;
            }
        }
        let verdict = check.verdict(now);
        if verdict == Verdict::Expired && !ends {
            let (polls, elapsed) = (check.polls(), check.elapsed(now));
            let facts = objects::expired(&seen.job, &seen.error, polls, elapsed, &check.state(now));
            seen.error = Failure::new(Error::WaitTimeout, facts, "").ends(&about).to_js();
        }
        let next = match verdict {
            Verdict::Next(ms) if !ends => Some(ms),
            _ => None,
        };
        Ok(seen.update(&check, next, true, now))
    }
}

/// What a poll had.
struct Seen {
    /// Null: none.
    job: JsValue,
    terminal: bool,
    changed: bool,
    /// Of a project: all its jobs; null: none.
    jobs: JsValue,
    /// Those that changed.
    differing: Array,
    /// Null: none.
    error: JsValue,
}

impl Default for Seen {
    fn default() -> Self {
        let [job, jobs, error] = [const { JsValue::NULL }; 3];
        Self { job, terminal: false, changed: false, jobs, differing: Array::new(), error }
    }
}

impl Seen {
    /// What the caller gets.
    fn update(&self, check: &Check, next: Option<f64>, polled: bool, now: f64) -> JsValue {
        let about = if check.is_project() {
            let current = status::current_job(&self.jobs).unwrap_or(JsValue::NULL);
            objects::project(&current, &self.jobs, &self.differing)
        } else {
            let (progress, eta) = (check.progress(), check.eta(now));
            objects::job(&self.job, &JsValue::UNDEFINED, self.changed, self.terminal, progress, eta)
        };
        let update = objects::update(&about, check.polls(), check.elapsed(now), next, &check.state(now));
        objects::check(&update, polled, &self.error)
    }
}
