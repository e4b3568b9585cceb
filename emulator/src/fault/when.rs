//! Which requests a rule concerns.

use percent_encoding::percent_decode_str;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};

/// All that is given must hold. Nothing given: every request of the API.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub struct When {
    /// Default: any but OPTIONS.
    pub method: Option<String>,
    /// `*` stands for anything but a slash, `**` for anything. Default: `/api/**`, wherever the base URL puts it.
    pub path: Option<Glob>,
    /// A regular expression, found anywhere in the path.
    pub path_regex: Option<Pattern>,
    /// Get Job for this job.
    pub job: Option<String>,
    /// List Jobs for this project.
    pub project: Option<String>,
    /// Of the requests that concern the rule: the first, the third … Default: all.
    pub nth: Vec<u64>,
    /// The first few are spared.
    pub skip: u64,
    /// Then only each so many-th. Default 1.
    pub every: Option<std::num::NonZeroU64>,
    /// No more often than that.
    pub times: Option<u64>,
    /// 0 to 1, from the emulator's seed. Default 1.
    pub probability: Option<Probability>,
}

/// What is known of a request.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub method: &'a str,
    /// As sent, without the query.
    pub path: &'a str,
}

const API: &str = "/api/";

impl When {
    /// Whether the request concerns the rule, whatever its turn.
    pub fn concerns(&self, facts: Facts) -> bool {
        let method = self.method.as_ref().map_or(facts.method != "OPTIONS", |own| own == facts.method);
        let path = match (&self.path, &self.path_regex) {
            (None, None) => facts.path.contains(API),
            (glob, regex) => {
                glob.as_ref().is_none_or(|glob| glob.0.matches(facts.path))
                    && regex.as_ref().is_none_or(|regex| regex.matches(facts.path))
            }
        };
        let is = |own: &Option<String>, prefix, suffix| {
            own.as_ref().is_none_or(|own| segment(facts.path, prefix, suffix).as_ref() == Some(own))
        };
        method
            && path
            && is(&self.job, "/api/open/v1/jobs/", "")
            && is(&self.project, "/api/open/v1/projects/", "/jobs")
    }

    /// Whether it is the turn of the `nth` request that concerns the rule (from 1), applied `applied` times so far.
    pub fn is_turn(&self, nth: u64, applied: u64) -> bool {
        let every = self.every.map_or(1, std::num::NonZeroU64::get);
        nth.checked_sub(self.skip.saturating_add(1)).is_some_and(|after| after % every == 0)
            && (self.nth.is_empty() || self.nth.contains(&nth))
            && self.times.is_none_or(|times| applied < times)
    }
}

fn segment(path: &str, prefix: &str, suffix: &str) -> Option<String> {
    let (_, rest) = path.split_once(prefix)?;
    let id = rest.strip_suffix(suffix)?;
    Some(percent_decode_str(id).decode_utf8_lossy().into_owned())
}

/// A regular expression with the text that it came from.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    pub fn matches(&self, path: &str) -> bool {
        self.regex.is_match(path)
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let regex = Regex::new(&text).map_err(|error| format!("{text:?}: {error}"))?;
        Ok(Self { text, regex })
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

/// A path in which `*` stands for anything but a slash and `**` for anything.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob(Pattern);

impl Glob {
    pub fn matches(&self, path: &str) -> bool {
        self.0.matches(path)
    }
}

impl TryFrom<String> for Glob {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let inner = regex_lite::escape(&text).replace(r"\*\*", ".*").replace(r"\*", "[^/]*");
        let regex = Regex::new(&format!("^{inner}$")).map_err(|error| format!("{text:?}: {error}"))?;
        Ok(Self(Pattern { text, regex }))
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.0.text
    }
}

/// 0 to 1.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl TryFrom<f64> for Probability {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err("probability: from 0 to 1".into()) }
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concerned(when: &str, method: &str, path: &str) -> bool {
        let when: When = serde_json::from_str(when).unwrap();
        when.concerns(Facts { method, path })
    }

    #[test]
    fn without_conditions_it_concerns_the_api_but_no_preflight() {
        assert!(concerned("{}", "GET", "/api/open/v1/jobs/a"));
        assert!(concerned("{}", "GET", "/prefix/api/open/v1/jobs/a"));
        assert!(!concerned("{}", "GET", "/index.html"));
        assert!(!concerned("{}", "OPTIONS", "/api/open/v1/jobs/a"));
        assert!(concerned(r#"{"method":"OPTIONS"}"#, "OPTIONS", "/api/open/v1/jobs/a"));
    }

    #[test]
    fn a_star_stops_at_a_slash_and_two_do_not() {
        let one = r#"{"path":"/api/open/v1/*/a.b"}"#;
        assert!(concerned(one, "GET", "/api/open/v1/jobs/a.b"));
        assert!(!concerned(one, "GET", "/api/open/v1/jobs/x/a.b"));
        assert!(!concerned(one, "GET", "/api/open/v1/jobs/aXb"));
        assert!(concerned(r#"{"path":"/pkg/**"}"#, "GET", "/pkg/deep/x.wasm"));
        assert!(concerned(r#"{"pathRegex":"jobs/job_[ab]$"}"#, "GET", "/api/open/v1/jobs/job_b"));
    }

    #[test]
    fn a_job_or_a_project_is_found_by_its_id() {
        let job = r#"{"job":"a b"}"#;
        assert!(concerned(job, "GET", "/api/open/v1/jobs/a%20b"));
        assert!(!concerned(job, "GET", "/api/open/v1/projects/a%20b/jobs"));
        assert!(concerned(r#"{"project":"p"}"#, "GET", "/api/open/v1/projects/p/jobs"));
    }

    #[test]
    fn turns_are_counted_from_one() {
        let turns = |when: &str| {
            let when: When = serde_json::from_str(when).unwrap();
            let mut applied = 0;
            (1..=8).filter(|n| when.is_turn(*n, applied).then(|| applied += 1).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(turns("{}"), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(turns(r#"{"nth":[1,3]}"#), [1, 3]);
        assert_eq!(turns(r#"{"times":2}"#), [1, 2]);
        assert_eq!(turns(r#"{"skip":2,"every":3,"times":2}"#), [3, 6]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for when in [r#"{"probability":2}"#, r#"{"pathRegex":"("}"#, r#"{"every":0}"#, r#"{"paht":"/"}"#] {
            assert!(serde_json::from_str::<When>(when).is_err(), "{when}");
        }
    }
}
