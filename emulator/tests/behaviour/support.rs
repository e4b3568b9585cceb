//! An emulator to test, and a client that hides nothing.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use clap::Parser as _;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use plangrep_emulator::{Emulator, Options};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub struct Subject {
    pub emulator: Emulator,
    client: Client<HttpConnector, Full<Bytes>>,
    pub url: String,
    pub key: String,
    pub project: String,
}

pub struct Received {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// An emulator whose clock stands still.
pub async fn paused() -> Subject {
    let subject = start("").await;
    subject.admin("PUT", "/clock", json!({ "paused": true })).await;
    subject
}

/// An emulator with these arguments, on a free port.
pub async fn start(arguments: &str) -> Subject {
    start_with_key(arguments, "").await
}

pub async fn start_with_key(arguments: &str, upstream_key: &str) -> Subject {
    let arguments = ["emulator", "--port", "0"].into_iter().chain(arguments.split_whitespace());
    let emulator = Emulator::start(&Options::parse_from(arguments), upstream_key).await.unwrap();
    let hello = emulator.hello().clone();
    Subject {
        client: Client::builder(TokioExecutor::new()).build_http(),
        url: hello.url,
        key: hello.api_key.unwrap_or_default(),
        project: hello.project_id.unwrap_or_default(),
        emulator,
    }
}

impl Subject {
    /// GET with the key.
    pub async fn get(&self, path: &str) -> Received {
        let bearer = format!("Bearer {}", self.key);
        self.send(Method::GET, path, &[("authorization", &bearer)], String::new()).await.unwrap()
    }

    pub async fn job(&self, id: &str) -> Value {
        self.get(&job_path(id)).await.json()["job"].take()
    }

    pub async fn jobs(&self, project: &str) -> Vec<Value> {
        match self.get(&jobs_path(project)).await.json()["jobs"].take() {
            Value::Array(jobs) => jobs,
            other => panic!("{other}"),
        }
    }

    /// A request to an admin path, which must succeed.
    pub async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let response = self.try_admin(method, path, body).await;
        assert!(response.status.is_success(), "{method} {path}: {} {}", response.status, response.text());
        if response.body.is_empty() { Value::Null } else { response.json() }
    }

    pub async fn try_admin(&self, method: &str, path: &str, body: Value) -> Received {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/_emulator{path}");
        self.send(method.parse().unwrap(), &path, &[], body).await.unwrap()
    }

    /// Starts a job and gives its id.
    pub async fn start_job(&self, spec: Value) -> String {
        self.admin("POST", "/jobs", spec).await["jobId"].as_str().unwrap().to_owned()
    }

    pub async fn rules(&self, rules: Value) {
        self.admin("PUT", "/faults", rules).await;
    }

    pub async fn advance(&self, ms: u64) {
        self.admin("PUT", "/clock", json!({ "advanceMs": ms })).await;
    }

    /// Any request; the error tells that the response did not arrive whole.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Received, String> {
        let mut request = hyper::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(body)).unwrap();
        let response = self.client.request(request).await.map_err(|error| format!("{error:?}"))?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| format!("{error:?}"))?.to_bytes();
        Ok(Received { status: head.status, headers: head.headers, body })
    }

    /// The events of the log, once none of them is under way any more.
    pub async fn settled_log(&self) -> Vec<Value> {
        for _ in 0..3_000 {
            let events = self.events().await;
            if events.iter().all(|event| !event["endedMs"].is_null()) {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("requests are still under way: {:?}", self.events().await);
    }

    /// Waits until so many requests are in the log.
    pub async fn arrived(&self, count: usize) {
        for _ in 0..3_000 {
            if self.events().await.len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} requests did not come");
    }

    pub async fn events(&self) -> Vec<Value> {
        self.admin("GET", "/log", Value::Null).await["events"].as_array().unwrap().clone()
    }

    /// A connection of one's own on which a GET with the key was sent.
    pub async fn raw_get(&self, path: &str) -> TcpStream {
        let address: SocketAddr = self.url.strip_prefix("http://").unwrap().parse().unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\r\n", self.key);
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

/// Longer than anything takes on a machine that is busy with other things.
const LONG: Duration = Duration::from_secs(30);

/// The next `count` bytes, or fewer if it ends before; the error is how else it ended.
pub async fn read(stream: &mut TcpStream, count: usize) -> (Vec<u8>, std::io::Result<()>) {
    let mut bytes = vec![0; count];
    let mut length = 0;
    while length < count {
        match tokio::time::timeout(LONG, stream.read(&mut bytes[length..]))
            .await
            .expect("more bytes or an end")
        {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) => {
                bytes.truncate(length);
                return (bytes, Err(error));
            }
        }
    }
    bytes.truncate(length);
    (bytes, Ok(()))
}

/// Everything until the end.
pub async fn read_to_end(stream: &mut TcpStream) -> (Vec<u8>, std::io::Result<()>) {
    read(stream, 1_000_000).await
}

/// One response, headers and all.
pub async fn read_response(stream: &mut TcpStream) -> Vec<u8> {
    let mut response = Vec::new();
    while !response.ends_with(b"\r\n\r\n") {
        let (byte, end) = read(stream, 1).await;
        assert!(end.is_ok() && !byte.is_empty(), "it broke off: {:?}", String::from_utf8_lossy(&response));
        response.extend(byte);
    }
    let head = String::from_utf8(response.clone()).unwrap();
    let (_, length) = head.split_once("content-length: ").unwrap();
    let length = length.split('\r').next().unwrap().parse().unwrap();
    response.extend(read(stream, length).await.0);
    response
}

/// Whether it is open and silent for a while.
pub async fn is_silent(stream: &mut TcpStream) -> bool {
    tokio::time::timeout(Duration::from_millis(100), stream.read_u8()).await.is_err()
}

pub fn job_path(id: &str) -> String {
    format!("/api/open/v1/jobs/{id}")
}

pub fn jobs_path(project: &str) -> String {
    format!("/api/open/v1/projects/{project}/jobs")
}
