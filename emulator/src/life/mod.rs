//! How a job lives: a pure function of its seed, its kind, what was done to it, and how old it is.

mod course;
mod pages;
mod plan;
#[cfg(test)]
mod tests;

pub use plan::{Kind, Life, Spec};
use serde::{Serialize, Serializer};

/// A job that is not terminal by then expires: 7 days after its creation, in ms.
pub const EXPIRES_AFTER_MS: u64 = 7 * 86_400_000;

/// The documented statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Provisioning,
    AwaitingUploads,
    Uploading,
    Preflighting,
    BlockedInsufficientCredits,
    Processing,
    Completed,
    CompletedWithErrors,
    Failed,
    Cancelled,
    Expired,
}

impl Status {
    /// As the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::AwaitingUploads => "awaiting_uploads",
            Self::Uploading => "uploading",
            Self::Preflighting => "preflighting",
            Self::BlockedInsufficientCredits => "blocked_insufficient_credits",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::CompletedWithErrors => "completed_with_errors",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The job is frozen.
    pub fn is_terminal(self) -> bool {
        use Status::{Cancelled, Completed, CompletedWithErrors, Expired, Failed};
        matches!(self, Completed | CompletedWithErrors | Failed | Cancelled | Expired)
    }

    /// A result, whole or partial, can be retrieved.
    pub fn has_result(self) -> bool {
        matches!(self, Status::Completed | Status::CompletedWithErrors)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What was done to a job from outside, each by the job's age in ms when it was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Orders {
    /// Its credits were taken away. It pauses when it next needs some: now, or when preflight checks them.
    pub blocked: Option<u64>,
    /// Credits were added and the job resumed.
    pub resumed: Option<u64>,
    /// The job was asked to stop. It takes a little, but then it has stopped, whatever it would have become.
    pub cancelled: Option<u64>,
    /// How long that takes, in ms; left out, the seed decides.
    pub cancel_takes: Option<u64>,
}

/// How a job stands at one age. Times are the job's age in ms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub status: Status,
    /// All pages; not known before preflight has counted them.
    pub pages: Option<u32>,
    pub successful_pages: u32,
    pub credits: u64,
    /// Empty until uploads begin.
    pub files: Vec<File>,
    pub error: Option<Failure>,
    /// When anything last changed.
    pub updated: u64,
    /// When it ended.
    pub ended: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: &'static str,
    pub status: &'static str,
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: &'static str,
    pub message: &'static str,
}
