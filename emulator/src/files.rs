//! The page and the package, served as files under a strict policy.

use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use tower_http::services::ServeDir;

use crate::Options;

/// Adds `/`, `/pkg/` and `/lib/NAME/` to the routes where the options name folders for them.
pub fn serve(routes: Router, options: &Options) -> Router {
    let policy = policy(&options.connect_src);
    let files = |folder| {
        let files = Router::new().fallback_service(ServeDir::new(folder));
        let policy = policy.clone();
        files.layer(axum::middleware::map_response(move |response: Response| {
            let policy = policy.clone();
            async move { guarded(response, policy) }
        }))
    };
    let mut routes = routes;
    for (name, folder) in &options.lib {
        routes = routes.nest_service(&format!("/lib/{name}"), files(folder));
    }
    let routes = match &options.pkg {
        Some(folder) => routes.nest_service("/pkg", files(folder)),
        None => routes,
    };
    match &options.www {
        Some(folder) => routes.fallback_service(files(folder)),
        None => routes,
    }
}

/// Only this server's own scripts, styles and responses; WebAssembly may be compiled; nothing inline.
fn policy(connect_src: &[String]) -> HeaderValue {
    let mut connect = String::from("'self'");
    for origin in connect_src {
        connect.push(' ');
        connect.push_str(origin);
    }
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src {connect}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

fn guarded(mut response: Response, policy: HeaderValue) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    // The registered name (RFC 9239); modules are known by another one to the list of types.
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/javascript") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript"));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

const FIXED: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // The files change with every build.
    (header::CACHE_CONTROL, "no-cache"),
];
