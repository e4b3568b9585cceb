//! Jobs out of answers: the object that `JSON.parse` made, checked against the model and completed.

use super::exchange::Reply;
use super::failure::Failure;
use super::js;
use super::reader::{Misfit, Reader};
use crate::core::error::Error;
use crate::core::job::{Facts, Job, NULLABLE};
use js_sys::Array;
use serde::Deserialize;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A job that was checked: what the logic needs of it, and the object that the caller gets.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: Rc<str>,
    pub project: Rc<str>,
    pub facts: Facts,
    pub value: JsValue,
}

impl Seen {
    /// Whether there is a result.
    pub fn has_result(&self) -> bool {
        self.facts.status.is_some_and(|status| status.info().has_result)
    }
}

/// The job of an answer to Get Job.
pub fn job_of(reply: &Reply, id: &str) -> Result<Seen, Failure> {
    let read = || {
        let value = member(reply, "job")?;
        let seen = read_job(value).map_err(|misfit| misfit.in_field("job"))?;
        if &*seen.id == id {
            Ok(seen)
        } else {
            Err(Misfit::expected("the id that was asked for").in_field("id").in_field("job"))
        }
    };
    read().map_err(|misfit| invalid(reply, &misfit))
}

/// The jobs of an answer to List Jobs: the array, and each of it as `each` makes it.
pub fn jobs_of<T>(reply: &Reply, mut each: impl FnMut(Seen) -> T) -> Result<(Array, Vec<T>), Failure> {
    let mut read = || {
        let list = member(reply, "jobs")?;
        let list = list.dyn_into::<Array>().map_err(|_| Misfit::expected("an array").in_field("jobs"))?;
        let mut jobs = Vec::with_capacity(list.length() as usize);
        for (index, value) in (0..).zip(list.iter()) {
            let seen = read_job(value).map_err(|misfit| misfit.in_item(index).in_field("jobs"))?;
            jobs.push(each(seen));
        }
        Ok((list, jobs))
    };
    read().map_err(|misfit| invalid(reply, &misfit))
}

fn member(reply: &Reply, name: &'static str) -> Result<JsValue, Misfit> {
    if reply.body.is_object() && !Array::is_array(&reply.body) {
        let value = js::peek(&reply.body, name);
        if value.is_undefined() { Err(Misfit::expected("there").in_field(name)) } else { Ok(value) }
    } else {
        Err(Misfit::expected("an object"))
    }
}

fn invalid(reply: &Reply, misfit: &Misfit) -> Failure {
    Error::InvalidResponse { path: misfit.path(), status: reply.status, problem: misfit.problem() }.into()
}

fn read_job(value: JsValue) -> Result<Seen, Misfit> {
    let absent = Cell::new(0);
    let job = Job::deserialize(Reader::new(&value, &absent))?;
    if absent.get() > 0 || job.files.is_none() {
        for name in NULLABLE {
            if js::peek(&value, name).is_undefined() {
                js::set(&value, name, &JsValue::NULL);
            }
        }
        if job.files.is_none() {
            js::set(&value, "files", &Array::new());
        }
    }
    if job.error.is_some() {
        let error = js::peek(&value, "error");
        if error.is_string() {
            js::set(&value, "error", &js::object(&[("message", error)]));
        } else if !error.is_object() || Array::is_array(&error) {
            return Err(Misfit::expected("an object or a string").in_field("error"));
        }
    }
    let facts = job.facts();
    Ok(Seen { id: job.id.into(), project: job.project_id.into(), facts, value })
}
