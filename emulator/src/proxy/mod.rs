//! The proxy: a page's requests go to a real Plangrep, with a key that the page never sees.

mod mask;
mod upstream;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use hyper::body::Incoming;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use upstream::Upstream;

use crate::guard::{foreign, is_own_page};
use crate::reply::{REQUEST_ID, Refused, error};

/// A client has its own deadline; this one only keeps what it left behind from staying for ever.
const PATIENCE: Duration = Duration::from_mins(2);

/// What of the upstream's headers reaches the page.
const PASSED: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::RETRY_AFTER,
    header::DATE,
    REQUEST_ID,
    HeaderName::from_static("request-id"),
    HeaderName::from_static("cf-ray"),
];

const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is passed on, each with an id in the place of `{id}` and without a body.
const ENDPOINTS: [(MethodFilter, &str); 4] = [
    (MethodFilter::GET, "/api/open/v1/jobs/{id}"),
    (MethodFilter::GET, "/api/open/v1/projects/{id}/jobs"),
    (MethodFilter::POST, "/api/open/v1/jobs/{id}/resume"),
    (MethodFilter::POST, "/api/open/v1/jobs/{id}/cancel"),
];

/// The endpoints, passed on; everything else below `/api/` is refused. `own` is the proxy's own address.
pub fn router(upstream: Upstream, own: String) -> Router {
    let own = Arc::new(own);
    let only_own = move |request: Request, next: Next| {
        let own = Arc::clone(&own);
        async move {
            if is_own_page(&own, request.headers()) { next.run(request).await } else { refused(foreign()) }
        }
    };
    let nothing = async || not_passed_on(StatusCode::NOT_FOUND);
    let not_allowed = async || not_passed_on(StatusCode::METHOD_NOT_ALLOWED);
    ENDPOINTS
        .into_iter()
        .fold(Router::new(), |routes, (method, path)| {
            routes.route(
                path,
                on(method, async move |upstream, id, request| pass_on(upstream, id, path, request).await),
            )
        })
        .route("/api/{*rest}", axum::routing::any(nothing))
        .method_not_allowed_fallback(not_allowed)
        .route_layer(middleware::from_fn(only_own))
        .with_state(upstream)
}

async fn pass_on(
    State(upstream): State<Upstream>,
    Path(id): Path<String>,
    endpoint: &'static str,
    request: Request,
) -> Response {
    let leaves_its_place = matches!(id.as_str(), "." | "..") || id.contains(['/', '\\', '?', '#', '%']);
    if leaves_its_place || id.contains(char::is_control) || request.uri().query().is_some() {
        return refused(error(StatusCode::BAD_REQUEST, "bad_request", "Not an id that can be passed on."));
    }
    let method = request.method().clone();
    // axum answers HEAD with the handlers for GET.
    if method == Method::HEAD {
        return not_passed_on(StatusCode::METHOD_NOT_ALLOWED);
    }
    let path = endpoint.replace("{id}", &utf8_percent_encode(&id, SEGMENT).to_string());
    match tokio::time::timeout(PATIENCE, upstream.send(method, &path)).await {
        Err(_) => error(StatusCode::GATEWAY_TIMEOUT, "gateway_timeout", "The upstream did not answer."),
        Ok(Err(_)) => error(StatusCode::BAD_GATEWAY, "bad_gateway", "The upstream could not be reached."),
        Ok(Ok(response)) => for_the_page(response, &upstream),
    }
}

fn not_passed_on(status: StatusCode) -> Response {
    refused(error(
        status,
        "not_passed_on",
        "Only Get Job, List Jobs, Resume Job and Cancel Job are passed on.",
    ))
}

/// Status and body as they came, with the key masked; of the headers those that a client reads.
fn for_the_page(response: hyper::Response<Incoming>, upstream: &Upstream) -> Response {
    let (head, body) = response.into_parts();
    let encoding = head.headers.get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return error(
            StatusCode::BAD_GATEWAY,
            "bad_gateway",
            "The upstream compressed its response unasked.",
        );
    }
    let mut response = Response::new(Body::new(mask::Masked::new(body, upstream.key())));
    *response.status_mut() = head.status;
    for name in PASSED {
        let value = head.headers.get(&name).filter(|value| !mask::contains(value.as_bytes(), upstream.key()));
        if let Some(value) = value {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refused(mut response: Response) -> Response {
    response.extensions_mut().insert(Refused);
    response
}
