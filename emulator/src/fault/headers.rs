//! Header lines that a rule sets or takes away.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::{Deserialize, Serialize};

/// Names with values; null takes the header away. Values are sent as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(try_from = "BTreeMap<String, Option<String>>", into = "BTreeMap<String, Option<String>>")]
pub struct Headers(Vec<(HeaderName, Option<HeaderValue>)>);

impl Headers {
    pub fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.0 {
            match value {
                Some(value) => drop(headers.insert(name, value.clone())),
                None => drop(headers.remove(name)),
            }
        }
    }
}

impl TryFrom<BTreeMap<String, Option<String>>> for Headers {
    type Error = String;

    fn try_from(map: BTreeMap<String, Option<String>>) -> Result<Self, String> {
        map.into_iter().map(|(name, value)| line(&name, value)).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Headers> for BTreeMap<String, Option<String>> {
    fn from(headers: Headers) -> Self {
        let text = |value: HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.0.into_iter().map(|(name, value)| (name.to_string(), value.map(text))).collect()
    }
}

fn line(name: &str, value: Option<String>) -> Result<(HeaderName, Option<HeaderValue>), String> {
    let name = HeaderName::try_from(name).map_err(|_| format!("headers: {name:?} is not a header name"))?;
    if [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(&name) {
        return Err(format!(
            "headers: {name} follows from the body; see \"send\" for responses that break off"
        ));
    }
    let value = value.map(|value| HeaderValue::from_bytes(value.as_bytes())).transpose();
    Ok((name.clone(), value.map_err(|_| format!("headers: the value of {name} cannot be sent"))?))
}
