//! The emulator as a program.

use std::io::Write as _;

use clap::Parser as _;
use plangrep_emulator::{API_KEY, Options, SAMPLE_JOB, SAMPLE_PROJECT, router};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let listener = tokio::net::TcpListener::bind((options.host, options.port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let hello = serde_json::json!({
        "url": url,
        "apiKey": API_KEY,
        "projectId": SAMPLE_PROJECT,
        "admin": format!("{url}/_emulator/"),
        "samples": { "projectId": SAMPLE_PROJECT, "jobId": SAMPLE_JOB },
    });
    writeln!(std::io::stdout(), "{hello}")?;
    axum::serve(listener, router()).with_graceful_shutdown(stop(options.exit_with_stdin)).await
}

async fn stop(with_stdin: bool) {
    tokio::select! {
        () = signalled() => {}
        () = stdin_ended(), if with_stdin => {}
    }
}

async fn signalled() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
        return;
    }
    let _ = interrupted.await;
}

async fn stdin_ended() {
    let (ended, wait) = tokio::sync::oneshot::channel();
    // A thread of its own: tokio's blocking pool would hold up the end until the read returns.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = wait.await;
}
