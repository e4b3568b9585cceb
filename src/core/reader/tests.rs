use super::random::kinds_of;
use super::*;
use crate::core::job::{FieldType, Job};
use serde::Deserialize;
use serde_json::{Value, json};

fn sample() -> Value {
    let file = json!({ "id": "file_1", "fileName": "a.pdf", "status": "processing" });
    json!({
        "id": "job_1", "externalId": null, "status": "processing", "projectId": "proj_1",
        "limits": { "maxDeclaredBytes": 1, "maxFiles": 100 }, "pageCount": 204, "successfulPageCount": 87,
        "billing": { "creditsDebited": 87 }, "files": [file, file, file], "resultUrl": null, "error": null,
        "createdAt": "2024-11-02T09:00:00Z", "updatedAt": "2024-11-02T09:07:35Z", "completedAt": null, "expiresAt": null,
    })
}

fn read(job: &Value) -> Result<Job, ValidationError> {
    Job::deserialize(Reader::new(&Kinds::new(&kinds_of(Some(job), Job::SHAPE))))
}

#[test]
fn what_does_not_fit_is_named_by_where_it_is_and_what_it_is_not() {
    assert!(read(&sample()).is_ok());
    for (pointer, wrong, path, expected) in [
        ("", Value::Null, "", "an object"),
        ("", json!([1]), "", "an object"),
        ("/id", json!(1), "id", "a string"),
        ("/externalId", json!(true), "externalId", "a string"),
        ("/pageCount", json!("204"), "pageCount", "a number"),
        ("/limits", json!([]), "limits", "an object"),
        ("/limits/maxFiles", Value::Null, "limits.maxFiles", "a number"),
        ("/limits", json!({ "maxFiles": 1 }), "limits.maxDeclaredBytes", "there"),
        ("/files", json!({}), "files", "an array"),
        ("/files/1", Value::Null, "files[1]", "an object"),
        ("/files/2", json!({}), "files[2].id", "there"),
        ("/files/2/fileName", json!({}), "files[2].fileName", "a string"),
    ] {
        let mut job = sample();
        *job.pointer_mut(pointer).unwrap() = wrong;
        let error = read(&job).unwrap_err();
        assert_eq!(
            (error.path(), error.problem(), error.to_string()),
            (path.to_owned(), format!("is not {expected}"), expected.to_owned()),
            "{job}"
        );
        let inside = if path.is_empty() { "jobs[10]".to_owned() } else { format!("jobs[10].{path}") };
        assert_eq!(error.in_item(10).in_field("jobs").path(), inside);
    }
}

#[test]
fn fields_that_are_absent_are_counted_until_they_are_asked_for() {
    let mut job = sample();
    for name in ["externalId", "files", "expiresAt"] {
        job.as_object_mut().unwrap().remove(name);
    }
    let bytes = [kinds_of(Some(&job), Job::SHAPE), kinds_of(Some(&sample()), Job::SHAPE)].concat();
    let kinds = Kinds::new(&bytes);
    assert!(Job::deserialize(Reader::new(&kinds)).is_ok());
    assert_eq!((kinds.absent(), kinds.absent()), (3, 0));
    assert!(Job::deserialize(Reader::new(&kinds)).is_ok());
    assert_eq!(kinds.absent(), 0);
}
