//! One request, from its arrival to the response that is handed to the socket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::Incoming;
use tower::ServiceExt as _;

use crate::api::At;
use crate::delivery::{Line, Tracked};
use crate::fault::{Change, Facts, Hit, apply};
use crate::log::{Outcome, Record};
use crate::reply::{REQUEST_ID, Refused};
use crate::shared::Shared;
use crate::{admin, cors};

/// Where requests go.
#[derive(Clone)]
pub struct Routes {
    /// The API or the proxy, and the page.
    pub public: Router,
    pub admin: Router,
}

/// Answers one request on that connection.
pub async fn serve(
    shared: Arc<Shared>,
    routes: Routes,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Tracked>, Infallible> {
    let request = request.map(Body::new);
    let is_admin = admin::is_path(request.uri().path());
    shared.connections.count_request(line.number, is_admin);
    if is_admin {
        let response = route(routes.admin, request).await;
        return Ok(dated(response).map(Tracked::untracked));
    }
    let record =
        shared.log.open(line.number, request.method(), request.uri(), request.headers(), &shared.secrets());
    let facts = Facts { method: request.method().as_str(), path: request.uri().path() };
    let hit = shared.rules.pick(facts);
    if let Some(hit) = &hit {
        record.rule(hit.rule.name.clone());
        tokio::time::sleep(hit.delay).await;
    }
    let response = respond(&shared, routes.public, hit.as_ref(), request, &record).await;
    Ok(hand_over(response, hit.as_ref(), record, line))
}

async fn respond(
    shared: &Shared,
    public: Router,
    hit: Option<&Hit>,
    mut request: Request<Body>,
    record: &Record,
) -> Response {
    let stale_ms = hit.map_or(0, |hit| hit.rule.stale_ms);
    let preflight = cors::preflight(request.method(), request.headers()).filter(|_| !shared.is_proxy());
    let mut response = if let Some(respond) = hit.and_then(|hit| hit.rule.respond.as_ref()) {
        respond.response(request.headers())
    } else if let Some(preflight) = preflight {
        preflight
    } else {
        let now_ms = shared.clock.now_ms();
        let shown_ms = now_ms.saturating_sub_unsigned(stale_ms);
        request.extensions_mut().insert(At { now_ms, shown_ms });
        route(public, request).await
    };
    let changes = hit.map_or(&[][..], |hit| &hit.rule.change);
    if !changes.is_empty() {
        response = changed(response, changes).await;
    }
    if !shared.is_proxy() {
        let headers = response.headers_mut();
        cors::open(headers);
        if let Ok(id) = HeaderValue::from_str(&format!("req_{:08}", record.seq())) {
            headers.insert(REQUEST_ID, id);
        }
    }
    let mut response = dated(response);
    if let Some(hit) = hit {
        hit.rule.headers.apply(response.headers_mut());
    }
    response
}

fn hand_over(response: Response, hit: Option<&Hit>, record: Record, line: Arc<Line>) -> Response<Tracked> {
    let request_id = response.headers().get(REQUEST_ID);
    let request_id = request_id.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    record.responded(response.status().as_u16(), request_id);
    if response.extensions().get::<Refused>().is_some() {
        record.outcome(Outcome::Refused);
    }
    let plan = hit.and_then(|hit| hit.rule.send).unwrap_or_default();
    line.begin(record, plan, response.body().size_hint().exact());
    response.map(|body| Tracked::new(body, line))
}

/// Hands a request to a router; it never fails.
async fn route(router: Router, request: Request<Body>) -> Response {
    let Ok(response) = router.oneshot(request).await;
    response
}

async fn changed(response: Response, changes: &[Change]) -> Response {
    let (mut head, body) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    if let Ok(body) = body.collect().await {
        return Response::from_parts(head, apply(changes, &body.to_bytes()));
    }
    head.status = StatusCode::BAD_GATEWAY;
    Response::from_parts(head, Body::empty())
}

/// The real time, whatever the emulated one: it says when the message was made.
fn dated(mut response: Response) -> Response {
    let now = httpdate::fmt_http_date(SystemTime::now());
    if let Ok(now) = HeaderValue::from_str(&now) {
        response.headers_mut().entry(header::DATE).or_insert(now);
    }
    response
}
