//! The responses that several parts give, and the marks that they carry.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::world::Refusal;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Marks a response that the proxy gave without a request to the upstream.
#[derive(Clone, Copy)]
pub struct Refused;

/// An error in the shape that the API uses.
pub fn error(status: StatusCode, code: &str, message: &str) -> Response {
    json(status, json!({ "error": { "code": code, "message": message } }).to_string())
}

/// JSON that is written already.
pub fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The request makes no sense.
pub fn bad(problem: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "bad_request", problem)
}

/// Why the world did not do it.
pub fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::NotFound(what) => {
            error(StatusCode::NOT_FOUND, "not_found", &format!("There is no such {what}."))
        }
        Refusal::Conflict { code, message } => error(StatusCode::CONFLICT, code, &message),
        Refusal::Bad(why) => bad(&why),
    }
}

/// The response for every path that leads nowhere.
pub async fn nothing_here() -> Response {
    error(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
}
