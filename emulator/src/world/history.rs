//! A project that has been in use: jobs of every kind, the older the further down.

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

use super::job::{Birth, Cancel, Living};
use crate::life::{EXPIRES_AFTER_MS, Kind};
use crate::seed;
use crate::wire::Identity;

const MINUTE_MS: u64 = 60_000;

/// Older than any life that ends by itself.
const OVER_MS: u64 = 3 * 60 * MINUTE_MS;

const NAMES: [&str; 6] = [
    "Harbour Street 12, floor plans",
    "Library extension",
    "North station, platforms",
    "Town hall, archive",
    "School on the hill",
    "Riverside housing, phase 2",
];

pub fn project_name(own_seed: u64) -> &'static str {
    let index = seed::rng(own_seed, "name").random_range(0..6_u8);
    NAMES.get(usize::from(index)).copied().unwrap_or("Project")
}

/// `count` jobs, of which the newest `active` are still running, one in three of these blocked.
pub fn jobs(project_id: &str, own_seed: u64, count: u32, active: Option<u32>, now_ms: i64) -> Vec<Living> {
    let mut rng = seed::rng(own_seed, "history");
    let active = active.unwrap_or(2).min(count);
    let mut age = OVER_MS;
    let mut jobs = Vec::new();
    for number in 0..count {
        let running = number < active;
        age += rng.random_range(5 * MINUTE_MS..=90 * MINUTE_MS);
        let (kind, age_ms) = match (running, number % 3) {
            (true, 1) => (Kind::Blocked, 30 * MINUTE_MS + u64::from(number) * 1_000),
            (true, _) => (Kind::Completes, 3 * MINUTE_MS + u64::from(number) * 1_000),
            (false, _) => (past_kind(age, &mut rng), age),
        };
        let seed = seed::mix(own_seed, &format!("job {number}"));
        let identity = Identity {
            id: seed::id("job_", seed),
            external_id: rng.random_ratio(2, 3).then(|| format!("order-{}", 10_000 + count - number)),
            project_id: project_id.into(),
            created_ms: now_ms.saturating_sub_unsigned(age_ms),
        };
        jobs.push(Living::new(Birth {
            identity,
            kind,
            seed,
            pages: None,
            frozen_at: None,
            cancel: Cancel::default(),
        }));
    }
    jobs
}

fn past_kind(age: u64, rng: &mut ChaCha8Rng) -> Kind {
    match rng.random_range(0..100_u8) {
        0..10 => Kind::CompletesWithErrors,
        10..18 => Kind::Fails,
        18..26 => Kind::Cancelled,
        26..32 if age > EXPIRES_AFTER_MS => Kind::Expires,
        32..38 => Kind::Quick,
        _ => Kind::Completes,
    }
}
