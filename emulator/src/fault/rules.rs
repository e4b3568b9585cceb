//! The rules in force, and whose turn it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;
use serde::Serialize;

use super::{Facts, Rule};
use crate::seed;

/// The first rule that applies has its way; the ones after it only count the request.
pub struct Rules(Mutex<Inner>);

struct Inner {
    seed: u64,
    rng: ChaCha8Rng,
    made: u64,
    active: Vec<Active>,
}

struct Active {
    rule: Arc<Rule>,
    matched: u64,
    applied: u64,
}

/// One row of `GET /_emulator/faults`.
#[derive(Serialize)]
pub struct Row {
    rule: Rule,
    /// Requests that concerned it.
    matched: u64,
    /// Requests that it was applied to.
    applied: u64,
}

/// What is to be done to a request.
pub struct Hit {
    pub rule: Arc<Rule>,
    pub delay: Duration,
}

impl Rules {
    pub fn new(seed: u64, rules: Vec<Rule>) -> Self {
        let rng = seed::rng(seed, "faults");
        let this = Self(Mutex::new(Inner { seed, rng, made: 0, active: Vec::new() }));
        this.add(rules);
        this
    }

    /// Puts these in the place of all there are; chance begins anew.
    pub fn replace(&self, rules: Vec<Rule>) -> Vec<String> {
        let mut inner = self.lock();
        inner.active.clear();
        inner.rng = seed::rng(inner.seed, "faults");
        drop(inner);
        self.add(rules)
    }

    /// Adds these behind the others and gives their names; one that bears a name already taken takes its place.
    pub fn add(&self, rules: Vec<Rule>) -> Vec<String> {
        let mut inner = self.lock();
        rules.into_iter().map(|rule| inner.add(rule)).collect()
    }

    /// Whether there was one of that name.
    pub fn remove(&self, name: &str) -> bool {
        let mut inner = self.lock();
        let before = inner.active.len();
        inner.active.retain(|active| active.rule.name.as_deref() != Some(name));
        inner.active.len() < before
    }

    pub fn rows(&self) -> Vec<Row> {
        let row = |active: &Active| Row {
            rule: Rule::clone(&active.rule),
            matched: active.matched,
            applied: active.applied,
        };
        self.lock().active.iter().map(row).collect()
    }

    /// Counts the request and says what is to be done to it.
    pub fn pick(&self, facts: Facts) -> Option<Hit> {
        let mut inner = self.lock();
        let Inner { rng, active, .. } = &mut *inner;
        let mut hit = None;
        for active in active.iter_mut().filter(|active| active.rule.when.concerns(facts)) {
            active.matched += 1;
            let when = &active.rule.when;
            if hit.is_none()
                && when.is_turn(active.matched, active.applied)
                && when.probability.is_none_or(|chance| rng.random_bool(chance.into()))
            {
                active.applied += 1;
                hit = Some(Hit { rule: Arc::clone(&active.rule), delay: delay(&active.rule, rng) });
            }
        }
        hit
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn add(&mut self, mut rule: Rule) -> String {
        self.made += 1;
        let name = rule.name.get_or_insert_with(|| format!("rule {}", self.made)).clone();
        let fresh = Active { rule: Arc::new(rule), matched: 0, applied: 0 };
        match self.active.iter_mut().find(|active| active.rule.name.as_deref() == Some(&name)) {
            Some(active) => *active = fresh,
            None => self.active.push(fresh),
        }
        name
    }
}

fn delay(rule: &Rule, rng: &mut ChaCha8Rng) -> Duration {
    let Rule { delay_ms, jitter_ms, .. } = *rule;
    let range = delay_ms.saturating_sub(jitter_ms)..=delay_ms.saturating_add(jitter_ms);
    Duration::from_millis(if jitter_ms == 0 { delay_ms } else { rng.random_range(range) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(seed: u64, text: &str) -> Rules {
        Rules::new(seed, super::super::parse(text.as_bytes()).unwrap())
    }

    fn names(rules: &Rules, requests: usize) -> Vec<Option<String>> {
        let facts = Facts { method: "GET", path: "/api/x" };
        (0..requests).map(|_| rules.pick(facts).and_then(|hit| hit.rule.name.clone())).collect()
    }

    #[test]
    fn rules_for_one_time_each_follow_one_another() {
        let rules = rules(1, r#"[{"name":"a","when":{"times":1}},{"name":"b","when":{"times":1}}]"#);
        assert_eq!(names(&rules, 3), [Some("a".into()), Some("b".into()), None]);
    }

    #[test]
    fn chance_repeats_with_the_seed() {
        let text = r#"{"name":"a","when":{"probability":0.5}}"#;
        let drawn = names(&rules(1, text), 40);
        assert_eq!(drawn, names(&rules(1, text), 40));
        assert_ne!(drawn, names(&rules(2, text), 40));
        assert!((10..30).contains(&drawn.iter().flatten().count()));
    }

    #[test]
    fn a_name_is_replaced_and_removed() {
        let rules = rules(1, r#"[{"name":"a"},{}]"#);
        assert_eq!(rules.add(super::super::parse(br#"{"name":"a","delayMs":5}"#).unwrap()), ["a"]);
        assert_eq!(rules.rows().len(), 2);
        assert!(rules.remove("a") && !rules.remove("a"));
        assert_eq!(rules.rows().len(), 1);
    }

    #[test]
    fn jitter_stays_in_its_band() {
        let rules = rules(1, r#"{"delayMs":100,"jitterMs":50}"#);
        let facts = Facts { method: "GET", path: "/api/x" };
        let drawn: Vec<u128> =
            (0..100).filter_map(|_| rules.pick(facts)).map(|hit| hit.delay.as_millis()).collect();
        assert!(drawn.iter().all(|ms| (50..=150).contains(ms)));
        assert!(drawn.iter().any(|ms| *ms < 90) && drawn.iter().any(|ms| *ms > 110));
    }
}
