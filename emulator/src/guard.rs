//! Keeps other pages in the same browser from using the key through the proxy.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;

use crate::reply::error;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Only requests that name this server as their host (no rebound DNS name) and come from its own page, or from no
/// page at all. `own` is the proxy's base URL.
pub fn is_own_page(own: &str, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(header::HOST).unwrap_or_default();
    let origin_is_own = text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    let site_is_own = text(SEC_FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"));
    is_own_host(own, host) && origin_is_own && site_is_own
}

/// What every other page gets.
pub fn foreign() -> Response {
    error(StatusCode::FORBIDDEN, "foreign_page", "Only the proxy's own page may use it.")
}

fn is_own_host(own: &str, host: &str) -> bool {
    let authority = own.strip_prefix("http://").unwrap_or(own);
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    host == authority || host.strip_prefix("localhost:") == Some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(lines: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.insert(*name, value.parse().unwrap());
        }
        is_own_page("http://127.0.0.1:4717", &headers)
    }

    #[test]
    fn the_own_page_and_programs_may_and_nobody_else() {
        let own = ("host", "127.0.0.1:4717");
        assert!(allowed(&[own]));
        assert!(allowed(&[("host", "localhost:4717"), ("origin", "http://localhost:4717")]));
        assert!(allowed(&[own, ("sec-fetch-site", "same-origin")]));
        assert!(!allowed(&[]));
        assert!(!allowed(&[("host", "evil.example:4717")]));
        assert!(!allowed(&[("host", "localhost:4718")]));
        assert!(!allowed(&[own, ("origin", "http://evil.example")]));
        assert!(!allowed(&[own, ("origin", "http://127.0.0.1:8080")]));
        assert!(!allowed(&[own, ("sec-fetch-site", "same-site")]));
        assert!(!allowed(&[own, ("sec-fetch-site", "cross-site")]));
    }
}
