//! What goes wrong, and for which requests: rules, given as JSON.

mod change;
mod headers;
mod respond;
mod rules;
mod when;

use serde::{Deserialize, Serialize};

pub use change::{Change, apply};
pub use headers::Headers;
pub use respond::Respond;
pub use rules::{Hit, Rules};
pub use when::{Facts, Glob, When};

use crate::delivery::Plan;

/// One rule: for which requests, and then when the response comes, what it is, and how its bytes are delivered.
/// Whatever is left out stays as it would be.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct Rule {
    /// For the log, and to delete it. Default: "rule" and a number.
    pub name: Option<String>,
    pub when: When,
    /// Real milliseconds before the response begins.
    pub delay_ms: u64,
    /// Up to that much more or less than `delayMs`.
    pub jitter_ms: u64,
    /// The response shows how things stood that many emulated milliseconds ago. Scripted jobs are not affected.
    pub stale_ms: u64,
    /// Comes in place of what was requested.
    pub respond: Option<Respond>,
    /// Done to the response's body, in this order.
    pub change: Vec<Change>,
    /// Set on the response, last of all; null takes one away.
    pub headers: Headers,
    pub send: Option<Plan>,
}

/// Rules from the command line: JSON, or a file that holds it.
pub fn read(argument: &str) -> Result<Vec<Rule>, String> {
    let text = if argument.trim_start().starts_with(['[', '{']) {
        argument.to_owned()
    } else {
        std::fs::read_to_string(argument).map_err(|error| format!("{argument}: {error}"))?
    };
    parse(text.as_bytes())
}

/// A list of rules, or a single one.
pub fn parse(text: &[u8]) -> Result<Vec<Rule>, String> {
    let one = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if one { serde_json::from_slice(text).map(|rule| vec![rule]) } else { serde_json::from_slice(text) }
        .map_err(|error| format!("not a list of rules: {error}"))
}
