//! Jobs out of responses: checked in place, completed, and refused with the place of what does not fit.

use crate::support::{js, member, run};
use plangrep_client::core::error::Error;
use plangrep_client::core::job::NULLABLE;
use plangrep_client::shell::exchange::Reply;
use plangrep_client::shell::jobs::{check_list, job_of, list_of};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

const LEAST: &str =
    r#"{"id":"j","status":"s","projectId":"p","createdAt":"2026-01-01T00:00:00Z","updatedAt":"u"}"#;

fn reply(body: &str) -> Reply {
    Reply { status: 200, body: js_sys::JSON::parse(body).unwrap(), bytes: 0.0, retry_after: None, checked: 0 }
}

/// A response to Get Job whose job was changed by some JavaScript.
fn changed(change: &str) -> Reply {
    let body = js_sys::JSON::parse(&[r#"{"job":"#, LEAST, "}"].concat()).unwrap();
    run(&["const { job } = a;", change].concat(), &[&body]);
    Reply { status: 200, body, bytes: 0.0, retry_after: None, checked: 0 }
}

fn place(reply: &Reply) -> String {
    match job_of(reply, "j").map_err(|failure| (failure.error, member(&failure.to_js(), "path"))) {
        Err((Error::InvalidResponse, path)) => path.as_string().unwrap(),
        Err((Error::AnotherJob, _)) => "another".to_owned(),
        other => panic!("{other:?}"),
    }
}

#[wasm_bindgen_test]
fn the_job_is_the_object_that_was_parsed_completed() {
    let reply = reply(&[r#"{"job":"#, LEAST, "}"].concat());
    let job = job_of(&reply, "j").unwrap();
    assert!(job == member(&reply.body, "job"));
    for name in NULLABLE {
        assert!(member(&job, name).is_null(), "{name}");
    }
    assert_eq!(js_sys::Array::from(&member(&job, "files")).length(), 0);
}

#[wasm_bindgen_test]
fn a_list_is_the_array_that_was_parsed() {
    let mut reply = reply(&[r#"{"jobs":["#, LEAST, ",", LEAST, "]}"].concat());
    let jobs = list_of(&reply).unwrap();
    assert!(JsValue::from(jobs.clone()) == member(&reply.body, "jobs"));
    reply.checked = 2;
    assert!(check_list(&reply, &jobs, 0).is_ok());
    assert!(jobs.iter().all(|job| member(&job, "billing").is_null()));
}

#[wasm_bindgen_test]
fn what_does_not_fit_is_told_with_its_place() {
    for (change, path) in [
        ("delete job.id", "job.id"),
        ("job.id = 'other'", "another"),
        ("job.status = null", "job.status"),
        ("job.pageCount = '7'", "job.pageCount"),
        ("job.pageCount = Infinity", "job.pageCount"),
        ("job.limits = { maxFiles: 1 }", "job.limits.maxDeclaredBytes"),
        ("job.billing = []", "job.billing"),
        (
            "job.files = [{ id: 'f', fileName: 'a', status: 's' }, { id: 'f', fileName: 7, status: 's' }]",
            "job.files[1].fileName",
        ),
        (
            "job.files = Array.from({ length: 4001 }, (_, i) => i < 4000 ? { id: 'f', fileName: 'a', status: 's' } : [])",
            "job.files[4000]",
        ),
        ("job.error = 7", "job.error"),
        ("a.job = [job]", "job"),
        ("delete a.job", "job"),
    ] {
        assert_eq!(place(&changed(change)), path, "{change}");
    }
}

#[wasm_bindgen_test]
fn a_bare_string_of_an_error_becomes_an_object_and_an_object_stays() {
    let job = job_of(&changed("job.error = 'no disk'"), "j").unwrap();
    assert_eq!(member(&member(&job, "error"), "message").as_string().as_deref(), Some("no disk"));
    let job = job_of(&changed("job.error = { code: 5, deep: [[]] }"), "j").unwrap();
    assert_eq!(js_sys::JSON::stringify(&member(&job, "error")).unwrap(), r#"{"code":5,"deep":[[]]}"#);
}

#[wasm_bindgen_test]
fn a_value_of_any_depth_is_no_danger() {
    let deep = js("JSON.parse('['.repeat(100000) + ']'.repeat(100000))");
    let reply = changed("job.other = 1");
    run("a.job.other = b", &[&reply.body, &deep]);
    assert!(job_of(&reply, "j").is_ok());
    run("a.job.files = b", &[&reply.body, &deep]);
    assert_eq!(place(&reply), "job.files[0]");
}
