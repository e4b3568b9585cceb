//! The server behind the proxy.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderValue, Method, Uri, header};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;

/// Where to send requests, and with what key. It follows no redirect.
#[derive(Clone)]
pub struct Upstream {
    client: Client<Connector, Empty<Bytes>>,
    /// Without a trailing slash.
    base: Arc<str>,
    key: Arc<str>,
    bearer: HeaderValue,
}

impl Upstream {
    /// The error says what is wrong with the address or the key, without the key.
    pub fn new(url: &str, key: &str) -> Result<Self, String> {
        let base = base(url)?;
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "PLANGREP_API_KEY must hold the key for --upstream: printable ASCII, no spaces".into()
            );
        }
        let mut bearer = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| "PLANGREP_API_KEY")?;
        bearer.set_sensitive(true);
        let client = Client::builder(TokioExecutor::new()).build(connector(&base)?);
        Ok(Self { client, base: base.into(), key: key.into(), bearer })
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// Sends a request without a body to a path that is made of fixed parts and an encoded id.
    pub async fn send(&self, method: Method, path: &str) -> Result<hyper::Response<Incoming>, String> {
        let request = hyper::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::AUTHORIZATION, self.bearer.clone())
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, concat!("plangrep-emulator/", env!("CARGO_PKG_VERSION")))
            .body(Empty::new())
            .map_err(|problem| problem.to_string())?;
        self.client.request(request).await.map_err(|problem| problem.to_string())
    }
}

/// How connections to `base` are made.
#[cfg(feature = "tls")]
fn connector(_base: &str) -> Result<Connector, String> {
    let roots = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .map_err(|problem| format!("TLS: {problem}"))?;
    Ok(roots.https_or_http().enable_http1().build())
}

/// How connections to `base` are made, where the emulator was compiled without TLS.
#[cfg(not(feature = "tls"))]
fn connector(base: &str) -> Result<Connector, String> {
    if base.starts_with("https:") {
        return Err(
            "--upstream: https needs an emulator with TLS: start it with `cargo xtask emulator`, or \
                    build it with `--features tls`"
                .into(),
        );
    }
    Ok(HttpConnector::new())
}

fn base(url: &str) -> Result<String, String> {
    let refuse = |why: &str| Err(format!("--upstream: {why}"));
    let uri: Uri = url.parse().map_err(|problem| format!("--upstream: {problem}"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return refuse("a whole address such as https://plangrep.com");
    };
    if authority.as_str().contains('@') || uri.query().is_some() || url.contains('#') {
        return refuse("no credentials, query or fragment");
    }
    match scheme {
        "https" => {}
        "http" if is_loopback(uri.host().unwrap_or_default()) => {}
        "http" => return refuse("a key is not sent over plain http, but to loopback"),
        _ => return refuse("https"),
    }
    Ok(format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/')))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_loopback_only() {
        for (url, expected) in [
            ("https://plangrep.com", Some("https://plangrep.com")),
            ("https://plangrep.com/", Some("https://plangrep.com")),
            ("https://example.com:8443/a/b/", Some("https://example.com:8443/a/b")),
            ("http://127.0.0.1:4717", Some("http://127.0.0.1:4717")),
            ("http://localhost:1/", Some("http://localhost:1")),
            ("http://[::1]:1", Some("http://[::1]:1")),
            ("http://plangrep.com", None),
            ("http://127.0.0.1.example.com", None),
            ("http://localhost.example.com", None),
            ("https://user:pass@plangrep.com", None),
            ("http://127.0.0.1@example.com", None),
            ("https://plangrep.com/?a", None),
            ("https://plangrep.com/#a", None),
            ("ftp://plangrep.com", None),
            ("plangrep.com", None),
            ("/relative", None),
        ] {
            assert_eq!(base(url).ok().as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn the_key_must_be_sendable_and_is_not_in_the_error() {
        for key in ["", "with space", "line\nbreak", "ümlaut"] {
            let problem = Upstream::new("https://plangrep.com", key).err().unwrap();
            assert!(key.is_empty() || !problem.contains(key), "{problem}");
        }
    }
}
