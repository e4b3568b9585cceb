//! What a policy did over many jobs, in numbers and as a table.

use super::policy::{FIXED_5_S, FIXED_10_S, POLICIES};
use crate::bench::table::{Row, Table};

/// What one policy did over some waits.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    requests: f64,
    /// From each job's end to the response that showed it, in ms.
    lags: Vec<f64>,
}

impl Outcome {
    pub fn add(&mut self, requests: u32, lag: f64) {
        self.requests += f64::from(requests);
        self.lags.push(lag);
    }

    pub fn extend(&mut self, other: &Self) {
        self.requests += other.requests;
        self.lags.extend_from_slice(&other.lags);
    }

    /// Requests and mean lag, as parts of another policy's over the same waits.
    pub fn against(&self, base: &Self) -> (f64, f64) {
        (self.requests / base.requests, self.mean_lag() / base.mean_lag())
    }

    /// All requests, and the sum of the lags in whole ms.
    #[cfg(test)]
    pub fn totals(&self) -> (f64, f64) {
        (self.requests, self.lags.iter().sum::<f64>().round())
    }

    fn mean_lag(&self) -> f64 {
        self.lags.iter().sum::<f64>() / self.waits()
    }

    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    fn waits(&self) -> f64 {
        self.lags.len() as f64
    }

    /// The lags at these percents of the waits.
    fn percentiles<const N: usize>(&self, percents: [usize; N]) -> [f64; N] {
        let mut sorted = self.lags.clone();
        sorted.sort_by(f64::total_cmp);
        percents.map(|percent| sorted[(sorted.len() - 1) * percent / 100])
    }
}

/// The outcomes of [`POLICIES`] over the same waits.
pub fn table(jobs: &str, outcomes: &[Outcome]) -> Table {
    let columns = [
        "requests a job",
        "mean lag s",
        "p50",
        "p95",
        "requests / fixed 10 s",
        "lag / fixed 10 s",
        "requests / fixed 5 s",
        "lag / fixed 5 s",
    ];
    let rows = POLICIES.iter().zip(outcomes).map(|((policy, _), outcome)| {
        let [p50, p95] = outcome.percentiles([50, 95]);
        let (requests_10, lag_10) = outcome.against(&outcomes[FIXED_10_S]);
        let (requests_5, lag_5) = outcome.against(&outcomes[FIXED_5_S]);
        let requests = outcome.requests / outcome.waits();
        let lags = [outcome.mean_lag(), p50, p95].map(|ms| ms / 1_000.0);
        Row::new(*policy, [&[requests], &lags[..], &[requests_10, lag_10, requests_5, lag_5]].concat())
    });
    Table {
        title: format!("Polling, simulated: {jobs}, {} waits", outcomes[0].lags.len()),
        columns: columns.map(str::to_owned).into(),
        rows: rows.collect(),
    }
}
