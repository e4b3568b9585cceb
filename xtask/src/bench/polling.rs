//! `bench polling`: what each way to poll costs in requests and how late it finds the end, over synthetic jobs on a
//! virtual clock.
//!
//! The lives, the network and the jitter come from fixed seeds, so the figures are the same in every run.

mod distribution;
mod life;
mod outcome;
mod policy;

use fastrand::Rng;

use super::table::Table;
use distribution::{DISTRIBUTIONS, Distribution};
use life::Life;
use outcome::{Outcome, table};
use policy::{POLICIES, Policy, Wait};

/// Jobs of each kind.
const EVERYDAY_LIVES: usize = 1_000;
const UNPLEASANT_LIVES: usize = 400;
/// Waits for each job, from different moments on: so the mean lags are known within about 1 %.
const WAITS: usize = 8;
const SEED: u64 = 1;

/// Polls one job to its end: the number of requests, and how late the end was found, in ms.
fn poll(life: &Life, start: f64, policy: Policy, rng: &mut Rng) -> (u32, f64) {
    let mut wait = Wait::new(policy);
    let mut sent = start;
    let mut requests = 0;
    loop {
        requests += 1;
        // Most responses come soon, a few take three times as long.
        let latency = 80.0 + 240.0 * rng.f64() * rng.f64();
        let (served, arrived) = (sent + latency / 2.0, sent + latency);
        if served >= life.end() {
            return (requests, arrived - life.end());
        }
        sent = arrived + wait.delay(&life.observe(served, arrived), rng);
    }
}

/// Each policy's outcome over the same waits, in the order of [`POLICIES`].
fn simulate(distribution: &Distribution, lives: usize, waits: usize, seed: u64) -> Vec<Outcome> {
    let (mut life_rng, mut wait_rng) = (Rng::with_seed(seed), Rng::with_seed(!seed));
    let mut outcomes = vec![Outcome::default(); POLICIES.len()];
    for _ in 0..lives {
        let life = distribution.life(&mut life_rng);
        for _ in 0..waits {
            let (start, seed) = (life.from + 30_000.0 * wait_rng.f64(), wait_rng.u64(..));
            for (outcome, (_, policy)) in outcomes.iter_mut().zip(POLICIES) {
                let (requests, lag) = poll(&life, start.min(life.end()), policy, &mut Rng::with_seed(seed));
                outcome.add(requests, lag);
            }
        }
    }
    outcomes
}

/// The outcomes for each kind of job, for the everyday kinds together, and for all.
fn simulate_all(waits: usize) -> Vec<(&'static str, Vec<Outcome>)> {
    let none = vec![Outcome::default(); POLICIES.len()];
    let (mut usual, mut all) = (none.clone(), none);
    let mut groups = Vec::new();
    for (distribution, seed) in DISTRIBUTIONS.iter().zip(SEED..) {
        let lives = if distribution.everyday { EVERYDAY_LIVES } else { UNPLEASANT_LIVES };
        let outcomes = simulate(distribution, lives, waits, seed);
        for (index, outcome) in outcomes.iter().enumerate() {
            all[index].extend(outcome);
            if distribution.everyday {
                usual[index].extend(outcome);
            }
        }
        groups.push((distribution.name, outcomes));
    }
    groups.push(("everyday kinds", usual));
    groups.push(("all kinds", all));
    groups
}

/// Runs the simulation: a table for each kind of job, for the everyday kinds together and for all.
pub fn run() -> Vec<Table> {
    simulate_all(WAITS).iter().map(|(jobs, outcomes)| table(jobs, outcomes)).collect()
}

#[cfg(test)]
mod budget;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_adaptive_policy_finds_the_end_as_soon_as_a_fixed_interval_for_a_fraction_of_its_requests() {
        let groups = simulate_all(1);
        let ratios = |group: &str, policy: &str, base: &str| {
            let (_, outcomes) = groups.iter().find(|(name, _)| *name == group).unwrap();
            let find =
                |name: &str| &outcomes[POLICIES.iter().position(|(policy, _)| *policy == name).unwrap()];
            find(policy).against(find(base))
        };
        let check = |group, policy, base, most_requests: f64, most_lag: f64| {
            let (requests, lag) = ratios(group, policy, base);
            assert!(
                requests <= most_requests && lag <= most_lag,
                "{group}: {policy} against {base}: {requests:.3}, {lag:.3}"
            );
        };
        check("everyday kinds", "adaptive 10-30 s", "fixed 10 s", 0.45, 1.06);
        check("everyday kinds", "adaptive 5-30 s", "fixed 5 s", 0.25, 1.15);
        check("all kinds", "adaptive 10-30 s", "fixed 10 s", 0.45, 1.12);
        check("all kinds", "adaptive 5-30 s", "fixed 5 s", 0.25, 1.25);
    }
}
