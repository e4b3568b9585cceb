//! Jobs that are nearly as documented, described as JavaScript describes them, beside what the contract says of them.

use super::*;
use crate::core::job::random::{fits, nearly_a_job};
use crate::core::job::{FieldType, Job, Model, Shape};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// What values.js makes of a value, written anew.
pub(super) fn kinds_of(value: Option<&Value>, shape: Shape) -> Vec<u8> {
    let fields = match shape {
        Shape::Object(fields) | Shape::List(fields) => Some(fields),
        _ => None,
    };
    let within = |kind: u8, parts: Vec<Vec<u8>>| [vec![kind], parts.concat()].concat();
    match (value, fields) {
        (None, _) => vec![0],
        (Some(Value::Null), _) => vec![1],
        (Some(Value::String(_)), _) => vec![2],
        (Some(Value::Number(_)), _) => vec![3],
        (Some(Value::Bool(_)), _) => vec![6],
        (Some(Value::Object(_)), None) => vec![4],
        (Some(Value::Array(_)), None) => vec![5],
        (Some(value @ Value::Object(_)), Some(fields)) => {
            within(4, fields.iter().map(|field| kinds_of(value.get(field.name), field.shape)).collect())
        }
        (Some(Value::Array(items)), Some(fields)) => {
            let item = |item: &Value| match item {
                Value::Array(_) => vec![5],
                other => kinds_of(Some(other), Shape::Object(fields)),
            };
            within(5, items.iter().map(item).chain([vec![7]]).collect())
        }
    }
}

fn read(bytes: &[u8]) -> Result<Job, ValidationError> {
    let kinds = Kinds::new(bytes);
    let job = Job::deserialize(Reader::new(&kinds));
    assert!(job.is_err() || kinds.at.get() <= bytes.len(), "more was read than there is");
    job
}

proptest! {
    #[test]
    fn a_job_is_read_where_the_contract_allows_it_and_nowhere_else(job in nearly_a_job()) {
        let bytes = kinds_of(Some(&job), Job::SHAPE);
        let read = read(&bytes);
        prop_assert_eq!(read.is_ok(), fits(&job, Job::SHAPE), "{:?} {:?}", bytes, read);
        if let Ok(read) = read {
            let there = |name: &str| job.get(name).is_some_and(|value| !value.is_null());
            prop_assert_eq!(read.limits.is_some(), there("limits"));
            prop_assert_eq!(read.files.map(|files| files.len()), job["files"].as_array().map(Vec::len));
        }
    }

    #[test]
    fn one_job_after_another_each_is_read_to_its_end(jobs in proptest::collection::vec(nearly_a_job(), 0..5)) {
        let jobs: Vec<_> = jobs.into_iter().filter(|job| fits(job, Job::SHAPE)).collect();
        let bytes = jobs.iter().map(|job| kinds_of(Some(job), Job::SHAPE)).collect::<Vec<_>>().concat();
        let kinds = Kinds::new(&bytes);
        for job in &jobs {
            prop_assert!(Job::deserialize(Reader::new(&kinds)).is_ok());
            let absent = Job::FIELDS.iter().filter(|field| job.get(field.name).is_none()).count();
            prop_assert!(kinds.absent() as usize >= absent);
        }
        prop_assert_eq!(kinds.at.get(), bytes.len());
    }

    #[test]
    fn no_bytes_are_read_beyond_their_end_or_for_ever(bytes in proptest::collection::vec(0_u8..9, 0..60)) {
        let _ = read(&bytes);
    }
}
