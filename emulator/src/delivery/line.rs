//! What a connection's socket and its requests share: the response that is on its way.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::Plan;
use super::courier::{Courier, Step};
use crate::log::{Outcome, Record};

/// One connection.
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    outgoing: Mutex<Option<Outgoing>>,
}

struct Outgoing {
    record: Record,
    courier: Courier,
    body_done: bool,
}

impl Line {
    pub fn new(number: u64) -> Self {
        Self { number, outgoing: Mutex::default() }
    }

    /// The next bytes on this connection are this response's.
    pub fn begin(&self, record: Record, plan: Plan, body_length: Option<u64>) {
        *self.lock() = Some(Outgoing { record, courier: Courier::new(plan, body_length), body_done: false });
    }

    pub(super) fn next(&self, bytes: &[u8]) -> Step {
        let mut outgoing = self.lock();
        let Some(current) = &mut *outgoing else { return Step::Write(bytes.len()) };
        let step = current.courier.next(bytes);
        match step {
            Step::Cut | Step::Reset => {
                current.record.outcome(Outcome::Cut);
                *outgoing = None;
            }
            Step::Stall(None) => current.record.outcome(Outcome::Stalled),
            _ => {}
        }
        step
    }

    pub(super) fn wrote(&self, bytes: &[u8]) {
        if let Some(current) = &mut *self.lock() {
            current.courier.wrote(bytes);
            current.record.bytes(current.courier.sent());
        }
    }

    /// All that was handed over is with the operating system: if that was the whole response, it is sent.
    pub(super) fn flushed(&self) {
        let done = self.lock().take_if(|current| current.body_done);
        if let Some(done) = done {
            done.record.outcome(Outcome::Sent);
        }
    }

    fn body_done(&self) {
        if let Some(current) = &mut *self.lock() {
            current.body_done = true;
        }
    }

    /// The body broke off where it comes from, so the connection will.
    fn broken(&self) {
        if let Some(current) = &mut *self.lock() {
            current.record.outcome(Outcome::Cut);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Outgoing>> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that tells its line when the server has taken the last of it.
pub struct Tracked {
    body: axum::body::Body,
    line: Option<Arc<Line>>,
}

impl Tracked {
    pub fn new(body: axum::body::Body, line: Arc<Line>) -> Self {
        Self { body, line: Some(line) }
    }

    /// For responses that nobody follows.
    pub fn untracked(body: axum::body::Body) -> Self {
        Self { body, line: None }
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if let (Poll::Ready(Some(Err(_))), Some(line)) = (&frame, &self.line) {
            line.broken();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.body_done();
        }
    }
}
