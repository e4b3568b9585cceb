//! Jobs out of responses: the object that `JSON.parse` made, checked against the model and completed.

use super::exchange::Reply;
use super::failure::Failure;
use super::js;
use super::objects;
use crate::core::coordinator::ListedJob;
use crate::core::error::Error;
use crate::core::history::Newest;
use crate::core::job::{Job, JobSnapshot, NULLABLE, SCHEMA};
use crate::core::reader::{Kinds, Reader, ValidationError};
use crate::core::state::hash_job;
use js_sys::Array;
use serde::Deserialize;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A job that was checked: what the logic needs of it, and the object that the caller gets.
#[derive(Clone, Debug)]
pub struct CheckedJob {
    /// The job's id.
    pub id: Rc<str>,
    /// What the core needs of it.
    pub snapshot: JobSnapshot,
    /// The object that `JSON.parse` made, completed in place.
    pub value: JsValue,
    /// Its hash, once somebody asked for it.
    hash: Cell<Option<u32>>,
    /// When it was made, once somebody asked for that.
    created: Cell<Option<f64>>,
}

impl CheckedJob {
    /// What the logic needs of a job that was checked.
    pub fn new(value: JsValue) -> Self {
        let text = |name| js::peek(&value, name).as_string().unwrap_or_default();
        let number = |name| js::peek(&value, name).as_f64();
        let snapshot = JobSnapshot::new(
            &text("status"),
            &text("updatedAt"),
            number("pageCount"),
            number("successfulPageCount"),
        );
        Self { id: text("id").into(), snapshot, value, hash: Cell::default(), created: Cell::default() }
    }

    /// The id of its project. Not kept: of many jobs in one list it is the same, and known.
    pub fn project(&self) -> Rc<str> {
        js::peek(&self.value, "projectId").as_string().unwrap_or_default().into()
    }

    /// When it was made, as the search for the newest job takes it.
    pub fn created(&self) -> f64 {
        let created = self.created.get();
        let read = || Newest::instant(&js::peek(&self.value, "createdAt").as_string().unwrap_or_default());
        let created = created.unwrap_or_else(read);
        self.created.set(Some(created));
        created
    }

    /// Whether there is a result.
    pub fn has_result(&self) -> bool {
        self.snapshot.status.is_some_and(|status| status.info().has_result)
    }
}

impl ListedJob for CheckedJob {
    fn id(&self) -> &Rc<str> {
        &self.id
    }

    fn snapshot(&self) -> &JobSnapshot {
        &self.snapshot
    }

    fn hash(&self) -> u32 {
        let hash = self.hash.get();
        let hash = hash.unwrap_or_else(|| hash_job(&self.snapshot, &|| js::canonical(&self.value)));
        self.hash.set(Some(hash));
        hash
    }
}

/// The job of a response to Get Job.
pub fn job_of(reply: &Reply, id: &str) -> Result<JsValue, Failure> {
    let read = || {
        let value = member(reply, "job")?;
        check_some(&Array::of1(&value), 0, 1).map_err(|(_, error)| error.in_field("job"))?;
        Ok(value)
    };
    let value = read().map_err(|error| invalid(reply, &error))?;
    if js::peek(&value, "id") == JsValue::from_str(id) {
        Ok(value)
    } else {
        let facts = objects::invalid_response("job.id", reply.status);
        Err(Failure::new(Error::AnotherJob, facts, "is not the id that was asked for"))
    }
}

/// The list of a response to List Jobs; its jobs are to be checked by [`check_list`].
pub fn list_of(reply: &Reply) -> Result<Array, Failure> {
    let read = || {
        let list = member(reply, "jobs")?;
        list.dyn_into::<Array>().map_err(|_| ValidationError::expected("an array").in_field("jobs"))
    };
    read().map_err(|error| invalid(reply, &error))
}

/// Checks the jobs of a list from one place up to [`Reply::checked`].
pub fn check_list(reply: &Reply, list: &Array, from: u32) -> Result<(), Failure> {
    check_some(list, from, reply.checked)
        .map_err(|(index, error)| invalid(reply, &error.in_item(index).in_field("jobs")))
}

/// The jobs of a list that was checked, for the logic.
pub fn checked(list: &Array) -> Vec<CheckedJob> {
    let length = list.length();
    let mut all = Vec::with_capacity(length as usize);
    for index in 0..length {
        all.push(CheckedJob::new(list.get(index)));
    }
    all
}

fn member(reply: &Reply, name: &'static str) -> Result<JsValue, ValidationError> {
    if reply.body.is_object() && !Array::is_array(&reply.body) {
        let value = js::peek(&reply.body, name);
        if value.is_undefined() { Err(ValidationError::expected("there").in_field(name)) } else { Ok(value) }
    } else {
        Err(ValidationError::expected("an object"))
    }
}

fn invalid(reply: &Reply, error: &ValidationError) -> Failure {
    let facts = objects::invalid_response(&error.path(), reply.status);
    Failure::new(Error::InvalidResponse, facts, &error.problem())
}

/// Checks jobs against the model and completes them. Of the first that does not fit, its place.
fn check_some(list: &Array, from: u32, to: u32) -> Result<(), (u32, ValidationError)> {
    let bytes = js::kinds(list, from, to, js::intern(SCHEMA));
    let kinds = Kinds::new(&bytes);
    for index in from..to {
        check(list, index, &kinds).map_err(|error| (index, error))?;
    }
    Ok(())
}

/// Checks a job against the model and completes it.
fn check(list: &Array, index: u32, kinds: &Kinds) -> Result<(), ValidationError> {
    let job = Job::deserialize(Reader::new(kinds))?;
    let complete = kinds.absent() == 0 && job.files.is_some() && job.error.is_none();
    if complete || objects::complete(&list.get(index), js::intern_all(&NULLABLE)) {
        Ok(())
    } else {
        Err(ValidationError::expected("an object or a string").in_field("error"))
    }
}

/// Whether two jobs are the same in all fields, known or not, whatever their order.
pub fn same(one: &CheckedJob, other: &CheckedJob) -> bool {
    // A terminal job is frozen; only its pre-signed URL may be signed anew at each response.
    one.snapshot == other.snapshot && (one.snapshot.terminal() || js::same(&one.value, &other.value))
}
