//! One synthetic job: what the API would answer about it at any moment.

use plangrep_client::core::schedule::Observation;
use plangrep_client::core::status::Status;

/// The job from `at` on, until the next change. Times in ms from the job's creation.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    pub at: f64,
    pub status: Status,
    pub pages: Option<f64>,
    pub done: Option<f64>,
}

/// All changes of one job, in order; the last one is its end.
#[derive(Debug)]
pub struct Life {
    pub changes: Vec<Change>,
    /// When the wait begins.
    pub from: f64,
    /// The server's clock minus ours.
    pub skew: f64,
}

impl Life {
    pub fn end(&self) -> f64 {
        self.changes.last().map_or(0.0, |change| change.at)
    }

    /// The job as the server knows it at `time`, seen by us at `arrival`.
    pub fn observe(&self, time: f64, arrival: f64) -> Observation {
        let next = self.changes.partition_point(|change| change.at <= time);
        let current = self.changes[next.saturating_sub(1)];
        Observation {
            at: arrival,
            server: Some(current.at + self.skew),
            status: Some(current.status),
            pages: current.pages,
            done: current.done,
        }
    }
}
