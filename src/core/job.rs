//! A job and its parts, as on the wire.
//!
//! The model checks every field that the API documents and keeps none: what JavaScript gets is the object that was
//! checked, so that fields this version does not know survive, and the logic takes the few it needs from there.
//! Source: Plangrep Open API, "Job".

use super::status::Status;
use super::time::parse_iso;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, Visitor};
use std::fmt;

#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

/// The fields that are null when the answer leaves them out.
pub const NULLABLE: [&str; 9] = [
    "externalId",
    "limits",
    "pageCount",
    "successfulPageCount",
    "billing",
    "resultUrl",
    "error",
    "completedAt",
    "expiresAt",
];

/// The shape of a job. What is absent here but nullable on the wire is `None`.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: Text,
    pub external_id: Option<Text>,
    pub status: Text,
    pub project_id: Text,
    pub limits: Option<Limits>,
    pub page_count: Option<Number>,
    pub successful_page_count: Option<Number>,
    pub billing: Option<Billing>,
    pub files: Option<Vec<File>>,
    pub result_url: Option<Text>,
    /// Its fields are not documented; a bare string is expected as well as an object.
    pub error: Option<IgnoredAny>,
    pub created_at: Text,
    pub updated_at: Text,
    pub completed_at: Option<Text>,
    pub expires_at: Option<Text>,
}

/// What may be uploaded to a job.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub max_declared_bytes: Number,
    pub max_files: Number,
}

/// What a job cost so far, in credits.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Billing {
    pub credits_debited: Number,
}

/// A file of a job; the list of its statuses is not documented.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    pub id: Text,
    pub file_name: Text,
    pub status: Text,
}

/// A string that is checked to be one, and not kept.
#[derive(Debug)]
pub struct Text;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl Visitor<'_> for AnyText {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<Text, E> {
                Ok(Text)
            }
        }
        deserializer.deserialize_str(AnyText)
    }
}

/// A finite number, likewise.
#[derive(Debug)]
pub struct Number;

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNumber;
        impl Visitor<'_> for AnyNumber {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Number, E> {
                Ok(Number)
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Number, E> {
                Ok(Number)
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Number, E> {
                Ok(Number)
            }
        }
        deserializer.deserialize_f64(AnyNumber)
    }
}

/// What waiting needs to know of a job: small, so that ten thousand of them cost nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobSnapshot {
    /// `None`: a status that the documentation does not list.
    pub status: Option<Status>,
    /// `updatedAt` in Unix ms; `None` if it cannot be read as an instant.
    pub updated: Option<f64>,
    pub pages: Option<f64>,
    pub done: Option<f64>,
}

impl JobSnapshot {
    /// Out of the fields of a job.
    pub fn new(status: &str, updated_at: &str, pages: Option<f64>, done: Option<f64>) -> Self {
        Self { status: Status::parse(status), updated: parse_iso(updated_at), pages, done }
    }

    /// Whether the job will not change any more.
    pub fn terminal(&self) -> bool {
        self.status.is_some_and(|status| status.info().terminal)
    }

    /// Whether an answer with these snapshot is as new as one with those: answers may overtake each other.
    pub fn supersedes(&self, known: &Self) -> bool {
        let older = matches!((self.updated, known.updated), (Some(new), Some(old)) if new < old);
        !older && (self.terminal() || !known.terminal())
    }
}
