//! `bench polling`: what each way to poll costs in requests and finds late, over synthetic jobs on a virtual clock.
//!
//! The lives, the network and the jitter come from fixed seeds, so the figures are the same in every run.

mod distribution;
mod life;
mod policy;

use fastrand::Rng;
use serde_json::{Value, json};

use distribution::{DISTRIBUTIONS, Distribution};
use life::Life;
use policy::{POLICIES, Policy, Wait};

/// Jobs of each kind.
const LIVES: usize = 500;
const SEED: u64 = 1;

/// What one policy did over some lives.
#[derive(Clone, Default)]
struct Outcome {
    requests: usize,
    /// From each job's end to the answer that told of it, in ms.
    lags: Vec<f64>,
}

impl Outcome {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.lags.extend_from_slice(&other.lags);
    }

    fn requests_per_job(&self) -> f64 {
        self.requests as f64 / self.lags.len() as f64
    }

    fn mean_lag(&self) -> f64 {
        self.lags.iter().sum::<f64>() / self.lags.len() as f64
    }

    fn lag_quantile(&self, share: f64) -> f64 {
        let mut sorted = self.lags.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[((sorted.len() - 1) as f64 * share).round() as usize]
    }
}

/// Polls one job to its end: the number of requests, and how late the end was found.
fn poll(life: &Life, policy: Policy, rng: &mut Rng) -> (usize, f64) {
    let mut wait = Wait::new(policy);
    let mut now = life.from;
    for requests in 1.. {
        let latency = 80.0 + 240.0 * rng.f64() * rng.f64();
        let (asked, arrived) = (now + latency / 2.0, now + latency);
        if asked >= life.end() {
            return (requests, arrived - life.end());
        }
        now = arrived + wait.next(&life.observe(asked, arrived), rng);
    }
    unreachable!()
}

/// Each policy's outcome over the same lives.
fn simulate(distribution: &Distribution, lives: usize, seed: u64) -> Vec<Outcome> {
    let mut rng = Rng::with_seed(seed);
    let mut outcomes = vec![Outcome::default(); POLICIES.len()];
    for _ in 0..lives {
        let life = distribution.life(&mut rng);
        let seed = rng.u64(..);
        for (outcome, (_, policy)) in outcomes.iter_mut().zip(POLICIES) {
            let (requests, lag) = poll(&life, policy, &mut Rng::with_seed(seed));
            outcome.requests += requests;
            outcome.lags.push(lag);
        }
    }
    outcomes
}

fn report(name: &str, outcomes: &[Outcome]) -> Value {
    let (five, ten) = (&outcomes[0], &outcomes[1]);
    let rows: Vec<Value> = POLICIES
        .iter()
        .zip(outcomes)
        .map(|((policy, _), outcome)| {
            let against = |base: &Outcome| {
                json!({
                    "requests": outcome.requests_per_job() / base.requests_per_job(),
                    "lag": outcome.mean_lag() / base.mean_lag(),
                })
            };
            json!({
                "policy": policy,
                "requestsPerJob": outcome.requests_per_job(),
                "lagMs": {
                    "mean": outcome.mean_lag(),
                    "p50": outcome.lag_quantile(0.5),
                    "p95": outcome.lag_quantile(0.95),
                },
                "againstFixed10s": against(ten),
                "againstFixed5s": against(five),
            })
        })
        .collect();
    json!({ "jobs": name, "lives": five.lags.len(), "policies": rows })
}

fn print(report: &Value) {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    println!("\n{} ({} lives)", report["jobs"].as_str().unwrap_or(""), report["lives"]);
    println!(
        "{:<20} {:>9} {:>7} {:>7} {:>7}   {:>13} {:>13}",
        "policy", "requests", "lag s", "p50", "p95", "vs fixed 10 s", "vs fixed 5 s"
    );
    for row in report["policies"].as_array().into_iter().flatten() {
        let ratios = |base: &str| {
            let (requests, lag) = (number(&row[base]["requests"]), number(&row[base]["lag"]));
            format!("{:>4.0} % / {lag:>4.2}", 100.0 * requests)
        };
        println!(
            "{:<20} {:>9.1} {:>7.2} {:>7.2} {:>7.2}   {:>13} {:>13}",
            row["policy"].as_str().unwrap_or(""),
            number(&row["requestsPerJob"]),
            number(&row["lagMs"]["mean"]) / 1000.0,
            number(&row["lagMs"]["p50"]) / 1000.0,
            number(&row["lagMs"]["p95"]) / 1000.0,
            ratios("againstFixed10s"),
            ratios("againstFixed5s"),
        );
    }
}

/// Runs the simulation and prints a table for each kind of job and for all, or the same as JSON.
pub fn run(json: bool) -> anyhow::Result<()> {
    let mut all = vec![Outcome::default(); POLICIES.len()];
    let mut reports = Vec::new();
    for (index, distribution) in DISTRIBUTIONS.iter().enumerate() {
        let outcomes = simulate(distribution, LIVES, SEED + index as u64);
        all.iter_mut().zip(&outcomes).for_each(|(sum, outcome)| sum.add(outcome));
        reports.push(report(distribution.name, &outcomes));
    }
    reports.push(report("all", &all));
    if json {
        println!("{}", serde_json::to_string_pretty(&reports)?);
    } else {
        reports.iter().for_each(print);
        println!("\nRatios: requests / mean lag.");
    }
    Ok(())
}
