//! The emulator as a program.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use plangrep_emulator::{Emulator, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let key =
        options.upstream.as_ref().and_then(|_| std::env::var("PLANGREP_API_KEY").ok()).unwrap_or_default();
    let emulator = match Emulator::start(&options, &key).await {
        Ok(emulator) => emulator,
        Err(problem) => {
            eprintln!("plangrep-emulator: {problem}");
            return ExitCode::FAILURE;
        }
    };
    // Before anybody knows of it, so that no request comes too early.
    let signalled = signals();
    // Nobody may be reading; that is no reason to stop.
    let hello = serde_json::to_string(emulator.hello()).unwrap_or_default();
    let _ = writeln!(std::io::stdout(), "{hello}");
    tokio::select! {
        () = signalled => {}
        () = stdin_ended(), if options.exit_with_stdin => {}
    }
    emulator.stop().await;
    ExitCode::SUCCESS
}

/// Listens for SIGINT and SIGTERM from now on.
#[cfg(unix)]
fn signals() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let both = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        match both {
            (Ok(mut interrupted), Ok(mut terminated)) => {
                tokio::select! { _ = interrupted.recv() => {}, _ = terminated.recv() => {} }
            }
            _ => std::future::pending().await,
        }
    }
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
async fn signals() {
    let _ = tokio::signal::ctrl_c().await;
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
