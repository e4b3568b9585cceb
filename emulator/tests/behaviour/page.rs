//! The page and the package that it serves.

use std::path::PathBuf;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Received, Subject, start};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("plangrep-emulator-{}-{name}", std::process::id()));
        for file in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("content of {file}")).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn get(subject: &Subject, path: &str) -> Received {
    subject.send(Method::GET, path, &[], String::new()).await.unwrap()
}

#[tokio::test]
async fn files_are_served_with_their_types_under_a_strict_policy() {
    let www = Folder::new("www", &["index.html", "app.mjs", "style.css", "icon.svg"]);
    let pkg = Folder::new("pkg", &["index.js", "deep/core.wasm"]);
    let lib = Folder::new("lib", &["lib.js", "css/lib.css"]);
    let folders =
        format!("--www {} --pkg {} --lib a-lib={}", www.0.display(), pkg.0.display(), lib.0.display());
    let subject = start(&folders).await;
    for (path, kind, content) in [
        ("/", "text/html", "index.html"),
        ("/app.mjs", "text/javascript", "app.mjs"),
        ("/style.css", "text/css", "style.css"),
        ("/icon.svg", "image/svg+xml", "icon.svg"),
        ("/pkg/index.js", "text/javascript", "index.js"),
        ("/pkg/deep/core.wasm", "application/wasm", "deep/core.wasm"),
        ("/lib/a-lib/lib.js", "text/javascript", "lib.js"),
        ("/lib/a-lib/css/lib.css", "text/css", "css/lib.css"),
    ] {
        let response = get(&subject, path).await;
        assert_eq!(response.text(), format!("content of {content}"), "{path}");
        assert_eq!(response.header("content-type").unwrap().split(';').next(), Some(kind), "{path}");
        assert_eq!(
            response.header("content-security-policy"),
            Some(
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
                 connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            )
        );
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(response.header("cache-control"), Some("no-cache"));
    }
    assert_eq!(get(&subject, "/none.js").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&subject, "/api/none").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(subject.emulator.hello().page, Some(format!("{}/", subject.url)));
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let www = Folder::new("outside", &["public/index.html", "secret.txt"]);
    let subject = start(&format!("--www {}/public", www.0.display())).await;
    for path in ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/a/..%5c..%5csecret.txt"] {
        let response = get(&subject, path).await;
        assert!(
            response.status.is_client_error() && !response.text().contains("secret"),
            "{path} {}",
            response.status
        );
    }
}

#[tokio::test]
async fn the_page_may_be_let_connect_elsewhere() {
    let www = Folder::new("connect", &["index.html"]);
    let subject = start(&format!("--www {} --connect-src http://127.0.0.1:9", www.0.display())).await;
    let policy = get(&subject, "/").await.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("connect-src 'self' http://127.0.0.1:9;"), "{policy}");
}

#[tokio::test]
async fn a_rule_with_a_path_concerns_files_too() {
    let pkg = Folder::new("fault", &["core.wasm"]);
    let subject = start(&format!("--pkg {}", pkg.0.display())).await;
    subject.rules(json!([{ "respond": { "status": 500 } }])).await;
    assert_eq!(get(&subject, "/pkg/core.wasm").await.status, StatusCode::OK);
    subject.rules(json!([{ "when": { "path": "/pkg/**" }, "respond": { "status": 404 } }])).await;
    assert_eq!(get(&subject, "/pkg/core.wasm").await.status, StatusCode::NOT_FOUND);
}
