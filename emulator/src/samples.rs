//! The sample bodies of the API's documentation, served as printed there.

use serde_json::Value;

/// The project of the documentation's samples.
pub const PROJECT: &str = "proj_01hx9z4kqr8e7m3p5n6w2v0abc";

/// The job of the documentation's samples: processing where it is requested by itself, completed in the list.
pub const JOB: &str = "job_01hy3m8qtn2e5r7k9p0w4x1def";

/// The response to Get Job.
pub const GET_JOB: &str = include_str!("../samples/get-job.json");

/// The response to List Jobs.
pub const LIST_JOBS: &str = include_str!("../samples/list-jobs.json");

/// The body that Get Job answers for a job of the samples.
pub fn get_job(id: &str) -> Option<String> {
    if id == JOB {
        return Some(GET_JOB.into());
    }
    let list: Value = serde_json::from_str(LIST_JOBS).ok()?;
    let job = list.get("jobs")?.as_array()?.iter().find(|job| job.get("id").is_some_and(|own| own == id))?;
    Some(serde_json::json!({ "job": job }).to_string())
}
