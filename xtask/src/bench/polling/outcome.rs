//! What a policy did over many jobs, in numbers, JSON and as a table.

use serde_json::{Value, json};

use super::policy::{FIXED_5_S, FIXED_10_S, POLICIES};

/// What one policy did over some waits.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    requests: f64,
    /// From each job's end to the answer that told of it, in ms.
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
pub fn report(jobs: &str, outcomes: &[Outcome]) -> Value {
    let rows: Vec<Value> = POLICIES
        .iter()
        .zip(outcomes)
        .map(|((policy, _), outcome)| {
            let against = |base: usize| {
                let (requests, lag) = outcome.against(&outcomes[base]);
                json!({ "requests": requests, "lag": lag })
            };
            let [p50, p95] = outcome.percentiles([50, 95]);
            json!({
                "policy": policy,
                "requestsPerJob": outcome.requests / outcome.waits(),
                "lagMs": { "mean": outcome.mean_lag(), "p50": p50, "p95": p95 },
                "againstFixed10s": against(FIXED_10_S),
                "againstFixed5s": against(FIXED_5_S),
            })
        })
        .collect();
    json!({ "jobs": jobs, "waits": outcomes[0].lags.len(), "policies": rows })
}

/// Prints a report as a table; times in seconds.
pub fn print(report: &Value) {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    println!("\n{} ({} waits)", report["jobs"].as_str().unwrap_or_default(), report["waits"]);
    println!(
        "{:<20} {:>8} {:>6} {:>6} {:>6} {:>15} {:>15}",
        "policy", "requests", "lag s", "p50", "p95", "to fixed 10 s", "to fixed 5 s"
    );
    for row in report["policies"].as_array().into_iter().flatten() {
        let ratios = |base: &str| {
            let base = &row[base];
            format!("{:.1} % / {:.2}", 100.0 * number(&base["requests"]), number(&base["lag"]))
        };
        let lag = |what: &str| number(&row["lagMs"][what]) / 1_000.0;
        println!(
            "{:<20} {:>8.1} {:>6.2} {:>6.2} {:>6.2} {:>15} {:>15}",
            row["policy"].as_str().unwrap_or_default(),
            number(&row["requestsPerJob"]),
            lag("mean"),
            lag("p50"),
            lag("p95"),
            ratios("againstFixed10s"),
            ratios("againstFixed5s"),
        );
    }
}
