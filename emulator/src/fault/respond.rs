//! A response in the place of the true one: a status and a body of any shape.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::body::Padded;

/// What is answered. Without a body in it, errors have the shape `errorObject`, and everything else is empty.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Respond {
    #[serde(deserialize_with = "status", serialize_with = "number")]
    status: StatusCode,
    body: Option<Shape>,
    /// The error's `code`. Default: by the status.
    code: Option<String>,
    /// The error's message, or the whole text. Default: by the status.
    message: Option<String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum Shape {
    /// `{"code":…,"message":…}`
    CodeMessage,
    /// `{"error":{"code":…,"message":…}}`
    ErrorObject,
    /// `{"error":"message"}`
    ErrorString,
    /// `{"message":…}`
    Message,
    /// `{"detail":…}`
    Detail,
    /// The message as plain text.
    Text,
    /// A page, as of a captive portal or a proxy.
    Html,
    Empty,
    /// The request's Authorization header, in an `errorObject` and again outside of it: for tests of secrecy.
    Echo,
    /// That many bytes of text, sent in chunks; with its length told beforehand if `declared`.
    Huge {
        bytes: u64,
        #[serde(default)]
        declared: bool,
    },
    /// Any JSON.
    Json(Value),
    /// Any text.
    Raw(String),
}

impl Respond {
    pub fn response(&self, request: &HeaderMap) -> Response {
        let (usual_code, usual_message) = usual(self.status);
        let code = self.code.as_deref().unwrap_or(usual_code);
        let message = self.message.as_deref().unwrap_or(usual_message);
        let is_error = self.status.is_client_error() || self.status.is_server_error();
        let default = if is_error { Shape::ErrorObject } else { Shape::Empty };
        let json = |value: Value| (JSON, Body::from(value.to_string()));
        let (kind, body) = match self.body.as_ref().unwrap_or(&default) {
            Shape::CodeMessage => json(json!({ "code": code, "message": message })),
            Shape::ErrorObject => json(json!({ "error": { "code": code, "message": message } })),
            Shape::ErrorString => json(json!({ "error": message })),
            Shape::Message => json(json!({ "message": message })),
            Shape::Detail => json(json!({ "detail": message })),
            Shape::Text => ("text/plain; charset=utf-8", Body::from(format!("{message}\n"))),
            Shape::Html => ("text/html; charset=utf-8", Body::from(page(message))),
            Shape::Empty => ("", Body::empty()),
            Shape::Echo => json(echo(code, request)),
            Shape::Huge { bytes, declared } => {
                ("text/plain; charset=utf-8", Body::new(Padded::new("", b'x', *bytes, *declared)))
            }
            Shape::Json(value) => json(value.clone()),
            Shape::Raw(text) => ("text/plain; charset=utf-8", Body::from(text.clone())),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        if !kind.is_empty() {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        response
    }
}

const JSON: &str = "application/json";

fn echo(code: &str, request: &HeaderMap) -> Value {
    let given = request.get(header::AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let message = format!("You sent \"Authorization: {}\".", given.as_deref().unwrap_or("nothing"));
    json!({ "error": { "code": code, "message": message }, "authorization": given })
}

fn page(message: &str) -> String {
    format!(
        "<!doctype html>\n<html><head><title>Sign in</title></head><body><h1>{message}</h1></body></html>\n"
    )
}

/// The code and message that an error of that status usually has.
fn usual(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        400 => ("bad_request", "The request is not valid."),
        401 => ("unauthorized", "The API key is missing or invalid."),
        403 => ("forbidden", "The API key lacks the scope jobs:read."),
        404 => ("not_found", "There is no such thing."),
        408 => ("request_timeout", "The request took too long."),
        425 => ("too_early", "Try again later."),
        429 => ("rate_limited", "Too many requests."),
        500 => ("internal_error", "Something went wrong."),
        502 => ("bad_gateway", "A server behind this one did not answer."),
        503 => ("unavailable", "The service is not available."),
        504 => ("gateway_timeout", "A server behind this one did not answer in time."),
        _ => ("error", "The request was not answered as asked."),
    }
}

fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<StatusCode, D::Error> {
    let number = u16::deserialize(deserializer)?;
    let status = StatusCode::from_u16(number).ok().filter(|status| !status.is_informational());
    status.ok_or_else(|| serde::de::Error::custom("status: from 200 to 999"))
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
