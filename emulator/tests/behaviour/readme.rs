//! The README's examples hold.

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::start;

const README: &str = include_str!("../../README.md");

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let marked = format!("```{language}\n");
    let mut parts = README.split(marked.as_str());
    parts.next();
    parts.map(|part| part.split("```").next().unwrap()).collect()
}

#[tokio::test]
async fn every_example_of_a_rule_is_one() {
    let subject = start("").await;
    let rules = README.lines().filter_map(|line| line.strip_prefix("| ")?.split('`').nth(1));
    let rules: Vec<&str> = rules.filter(|text| text.starts_with('{')).collect();
    assert!(rules.len() > 25, "{}", rules.len());
    for rule in rules {
        let rule: Value = serde_json::from_str(rule).unwrap_or_else(|error| panic!("{error}: {rule}"));
        let response = subject.try_admin("PUT", "/faults", rule.clone()).await;
        assert_eq!(response.status, StatusCode::OK, "{rule}: {}", response.text());
    }
}

#[tokio::test]
async fn every_block_of_json_is_json_and_the_first_is_the_first_line() {
    let subject = start("").await;
    let blocks = blocks("json");
    for block in &blocks {
        assert!(serde_json::from_str::<Value>(block).is_ok(), "{block}");
    }
    let first: Value = serde_json::from_str(blocks[0]).unwrap();
    let hello = serde_json::to_value(subject.emulator.hello()).unwrap();
    for name in hello.as_object().unwrap().keys() {
        assert!(first.get(name).is_some(), "{name}");
        assert!(README.contains(&format!("| `{name}`")), "{name}");
    }
}
