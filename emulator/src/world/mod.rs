//! The projects and their jobs.

mod history;
mod job;
mod script;
mod spec;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

pub use job::Living;
pub use spec::{JobSpec, ProjectSpec};

use crate::seed;
use script::Script;

/// Everything that exists, behind one lock.
pub struct World {
    seed: u64,
    /// Where results are said to lie.
    base: String,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    projects: Vec<Project>,
    jobs: HashMap<String, Job>,
    /// Ids made so far: what the next one is drawn from.
    made: u64,
}

struct Project {
    id: String,
    name: String,
    /// Newest first.
    jobs: Vec<String>,
}

enum Job {
    Living(Box<Living>),
    Scripted(Script),
}

/// Why something was not done.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing.
    NotFound(&'static str),
    /// Not in the state that it is in: for programs, and for people.
    Conflict { code: &'static str, message: String },
    /// What was asked makes no sense.
    Bad(String),
}

impl Refusal {
    fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }
}

/// One row of `GET /_emulator/projects`.
#[derive(Debug, Serialize)]
pub struct ProjectSummary {
    pub id: String,
    pub name: String,
    pub jobs: usize,
}

impl World {
    pub fn new(seed: u64, base: String) -> Self {
        Self { seed, base, inner: Mutex::default() }
    }

    /// Makes a project with as many jobs as the spec says, and gives its id.
    pub fn add_project(&self, spec: ProjectSpec, now_ms: i64) -> Result<String, Refusal> {
        spec.check()?;
        let mut inner = self.lock();
        let own_seed = spec.seed.unwrap_or_else(|| inner.next_seed(self.seed));
        let id = spec.id.unwrap_or_else(|| seed::id("proj_", own_seed));
        if inner.project(&id).is_some() {
            return Err(Refusal::conflict("taken", format!("There is already a project {id:?}.")));
        }
        let name = spec.name.unwrap_or_else(|| history::project_name(own_seed).into());
        inner.projects.push(Project { id: id.clone(), name, jobs: Vec::new() });
        for job in history::jobs(&id, own_seed, spec.jobs, spec.active, now_ms) {
            inner.insert(Job::Living(Box::new(job)))?;
        }
        Ok(id)
    }

    pub fn projects(&self) -> Vec<ProjectSummary> {
        let summary = |project: &Project| ProjectSummary {
            id: project.id.clone(),
            name: project.name.clone(),
            jobs: project.jobs.len(),
        };
        self.lock().projects.iter().map(summary).collect()
    }

    /// Starts a job and gives its id. Without a project in the spec it is the first one's.
    pub fn start_job(&self, spec: JobSpec, now_ms: i64) -> Result<String, Refusal> {
        let mut inner = self.lock();
        let project = match &spec.project_id {
            Some(id) => inner.project(id),
            None => inner.projects.first(),
        };
        let project = project.ok_or(Refusal::NotFound("project"))?.id.clone();
        let own_seed = spec.seed.unwrap_or_else(|| inner.next_seed(self.seed));
        let job = spec.build(project, own_seed, now_ms)?;
        inner.insert(job)
    }

    /// The job as Get Job shows it, as JSON; a scripted one moves on.
    pub fn job(&self, id: &str, at_ms: i64) -> Option<Arc<str>> {
        self.lock().jobs.get_mut(id)?.show(at_ms, &self.base)
    }

    /// The jobs as List Jobs shows them, each as JSON, newest first; scripted ones move on.
    pub fn list(&self, project: &str, at_ms: i64) -> Option<Vec<Arc<str>>> {
        let mut inner = self.lock();
        let Inner { projects, jobs, .. } = &mut *inner;
        let project = projects.iter().find(|own| own.id == project)?;
        let show = |id: &String| jobs.get_mut(id)?.show(at_ms, &self.base);
        Some(project.jobs.iter().filter_map(show).collect())
    }

    /// Takes the credits of a job that is not terminal away, once.
    pub fn block(&self, id: &str, now_ms: i64) -> Result<(), Refusal> {
        self.living(id, |job| job.block(now_ms))
    }

    /// Adds credits to a blocked job, which it needs to be resumed.
    pub fn add_credits(&self, id: &str, now_ms: i64) -> Result<(), Refusal> {
        self.living(id, |job| job.add_credits(now_ms))
    }

    /// Resumes a blocked job to which credits were added.
    pub fn resume(&self, id: &str, now_ms: i64) -> Result<(), Refusal> {
        self.living(id, |job| job.resume(now_ms))
    }

    /// Asks a job that is not terminal to stop.
    pub fn cancel(&self, id: &str, now_ms: i64) -> Result<(), Refusal> {
        self.living(id, |job| job.cancel(now_ms))
    }

    /// The job as Cancel Job shows it, as JSON.
    pub fn cancelling(&self, id: &str, at_ms: i64) -> Result<Arc<str>, Refusal> {
        self.living(id, |job| Ok(job.show_cancelling(at_ms, &self.base)))
    }

    /// What the emulator knows of a job beyond what the API shows.
    pub fn about(&self, id: &str, now_ms: i64) -> Result<Value, Refusal> {
        match self.lock().jobs.get(id).ok_or(Refusal::NotFound("job"))? {
            Job::Living(job) => Ok(job.about(now_ms, &self.base)),
            Job::Scripted(script) => Ok(json!({ "id": id, "script": script.about() })),
        }
    }

    fn living<T>(&self, id: &str, act: impl FnOnce(&mut Living) -> Result<T, Refusal>) -> Result<T, Refusal> {
        match self.lock().jobs.get_mut(id).ok_or(Refusal::NotFound("job"))? {
            Job::Living(job) => act(job),
            Job::Scripted(_) => {
                Err(Refusal::conflict("scripted", "The job is scripted and has no life of its own."))
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn project(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    fn next_seed(&mut self, seed: u64) -> u64 {
        self.made += 1;
        seed::mix(seed, &self.made.to_string())
    }

    fn insert(&mut self, job: Job) -> Result<String, Refusal> {
        let id = job.id().to_owned();
        if self.jobs.contains_key(&id) || crate::samples::get_job(&id).is_some() {
            return Err(Refusal::conflict("taken", format!("There is already a job {id:?}.")));
        }
        let Self { projects, jobs, .. } = self;
        let created = job.created_ms();
        let project = projects.iter_mut().find(|own| own.id == job.project_id());
        let list = &mut project.ok_or(Refusal::NotFound("project"))?.jobs;
        let older = |own: &String| jobs.get(own).is_none_or(|own| own.created_ms() > created);
        let place = list.partition_point(older);
        list.insert(place, id.clone());
        jobs.insert(id.clone(), job);
        Ok(id)
    }
}

impl Job {
    fn show(&mut self, at_ms: i64, base: &str) -> Option<Arc<str>> {
        match self {
            Self::Living(job) => Some(job.show(at_ms, base)),
            Self::Scripted(script) => script.show(),
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Living(job) => &job.identity.id,
            Self::Scripted(script) => &script.id,
        }
    }

    fn project_id(&self) -> &str {
        match self {
            Self::Living(job) => &job.identity.project_id,
            Self::Scripted(script) => &script.project_id,
        }
    }

    fn created_ms(&self) -> i64 {
        match self {
            Self::Living(job) => job.identity.created_ms,
            Self::Scripted(script) => script.created_ms,
        }
    }
}
