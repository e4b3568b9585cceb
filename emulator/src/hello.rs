//! The line that says where the emulator is.

use serde::Serialize;

use crate::samples;

/// Printed when it listens, and answered at `/_emulator/`. More fields may be added.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// "emulator", or "proxy" with `--upstream`.
    pub mode: &'static str,
    /// The base URL for a client, without a trailing slash.
    pub url: String,
    /// The key to use; a proxy needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// The project that jobs are started in, unless another one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// Where the page is, with `--www`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Where the emulator itself is controlled.
    pub admin: String,
    pub seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples: Option<Samples>,
}

/// The documentation's sample bodies.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Samples {
    project_id: &'static str,
    job_id: &'static str,
}

impl Samples {
    pub const ALL: Self = Self { project_id: samples::PROJECT, job_id: samples::JOB };
}
