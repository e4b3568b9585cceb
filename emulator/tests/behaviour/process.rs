//! The program: what it prints, and how it stops.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_plangrep-emulator");

struct Running {
    child: Child,
    hello: Value,
}

fn run(arguments: &[&str]) -> Running {
    let mut command = Command::new(PROGRAM);
    command.args(["--port", "0"]).args(arguments).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    Running { hello: serde_json::from_str(&line).unwrap(), child }
}

/// Its exit code, if it ends within 30 s.
fn exit_code(child: &mut Child) -> Option<i32> {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    None
}

fn output(arguments: &[&str], key: Option<&str>) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["--port", "0"]).args(arguments).env_clear().stdin(Stdio::null());
    if let Some(key) = key {
        command.env("PLANGREP_API_KEY", key);
    }
    command.output().unwrap()
}

#[test]
fn it_prints_one_line_of_json_with_an_address_that_answers() {
    let mut running = run(&[]);
    let url = running.hello["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert!(std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).is_ok());
    running.child.kill().unwrap();
    let mut rest = String::new();
    running.child.stdout.unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[cfg(unix)]
#[test]
fn it_stops_cleanly_when_asked_even_with_an_answer_that_stalls() {
    use std::io::Write as _;
    for signal in ["TERM", "INT"] {
        let mut running = run(&["--faults", r#"{"send":{"then":"stall"}}"#]);
        let address = running.hello["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        stream.write_all(b"GET /api/x HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(50));
        let id = running.child.id().to_string();
        Command::new("kill").args([format!("-{signal}"), id]).status().unwrap();
        assert_eq!(exit_code(&mut running.child), Some(0), "SIG{signal}");
        assert!(std::net::TcpStream::connect(&address).is_err());
    }
}

#[test]
fn it_stops_with_its_standard_input_where_asked_to() {
    let mut running = run(&["--exit-with-stdin"]);
    std::thread::sleep(Duration::from_millis(50));
    assert!(running.child.try_wait().unwrap().is_none());
    drop(running.child.stdin.take());
    assert_eq!(exit_code(&mut running.child), Some(0));
    let mut running = run(&[]);
    drop(running.child.stdin.take());
    std::thread::sleep(Duration::from_millis(100));
    assert!(running.child.try_wait().unwrap().is_none());
    running.child.kill().unwrap();
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let https = "https://plangrep.com";
    for (arguments, key, reason) in [
        (&["--port", &port][..], None, "in use"),
        (&["--faults", "{\"when\":1}"], None, "--faults: not a list of rules"),
        (&["--faults", "/does/not/exist.json"], None, "/does/not/exist.json"),
        (&["--upstream", https], None, "PLANGREP_API_KEY"),
        (&["--upstream", "http://plangrep.com"], Some("k"), "plain http"),
        (&["--upstream", https, "--host", "0.0.0.0"], Some("k"), "loopback"),
        (&["--upstream", https, "--jobs", "3"], Some("k"), "cannot be used with"),
        (&["--speed", "0"], None, "--speed"),
        (&["--now", "yesterday"], None, "--now"),
    ] {
        let output = Command::new(PROGRAM)
            .args(if arguments.contains(&"--port") { &[][..] } else { &["--port", "0"] })
            .args(arguments)
            .env_clear()
            .envs(key.map(|key| ("PLANGREP_API_KEY", key)))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(reason), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_help_names_every_option_and_says_what_it_is_not() {
    let help = String::from_utf8(output(&["--help"], None).stdout).unwrap();
    for option in [
        "--port",
        "--host",
        "--seed",
        "--speed",
        "--now",
        "--jobs",
        "--api-key",
        "--faults",
        "--floor",
        "--www",
    ] {
        assert!(help.contains(option), "{option}");
    }
    for text in [
        "--pkg",
        "--connect-src",
        "--upstream",
        "--exit-with-stdin",
        "It is not Plangrep",
        "PLANGREP_API_KEY",
    ] {
        assert!(help.contains(text), "{text}");
    }
}
