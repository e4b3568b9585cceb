//! What Chromium loads the page of the wasm tests through.
//!
//! The server of wasm-bindgen's runner gives each connection a thread from a pool, and two that arrive together may
//! share one: the second is then served when the first one closes. Chromium keeps connections open, and opens some
//! that it may never use, so on a busy machine the page did not load. Through this proxy the server sees only
//! connections that bring a request and end with its response.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Listens as long as this process lives.
pub fn listen() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for browser in listener.incoming().flatten() {
            // A connection that breaks is the browser's to notice.
            thread::spawn(move || relay(browser));
        }
    });
    Ok(address)
}

/// Relays one GET, which has no body: `GET http://host:port/path HTTP/1.1` and the headers.
fn relay(mut browser: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(browser.try_clone()?).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let request = first.strip_prefix("GET http://").and_then(|rest| rest.split_once('/'));
    let Some((host, path)) = request else { return Ok(()) };
    let mut server = TcpStream::connect(host)?;
    write!(server, "GET /{path}\r\nConnection: close\r\n")?;
    for line in lines.by_ref() {
        let line = line?;
        write!(server, "{line}\r\n")?;
        if line.is_empty() {
            break;
        }
    }
    io::copy(&mut server, &mut browser)?;
    Ok(())
}
