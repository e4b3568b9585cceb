//! The emulator as a program.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use plangrep_emulator::{Emulator, Options};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let key = std::env::var("PLANGREP_API_KEY").unwrap_or_default();
    let emulator = match Emulator::start(&options, &key).await {
        Ok(emulator) => emulator,
        Err(problem) => {
            eprintln!("plangrep-emulator: {problem}");
            return ExitCode::FAILURE;
        }
    };
    // Nobody may be reading; that is no reason to stop.
    let hello = serde_json::to_string(emulator.hello()).unwrap_or_default();
    let _ = writeln!(std::io::stdout(), "{hello}");
    stop_asked(options.exit_with_stdin).await;
    emulator.stop().await;
    ExitCode::SUCCESS
}

async fn stop_asked(with_stdin: bool) {
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
