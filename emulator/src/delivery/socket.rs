//! The socket below the HTTP server: it lets through what the line allows.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::courier::Step;
use super::line::Line;

pub struct Socket {
    stream: TcpStream,
    line: Arc<Line>,
    rest: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub fn new(stream: TcpStream, line: Arc<Line>) -> Self {
        Self { stream, line, rest: None }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        loop {
            if let Some(rest) = &mut self.rest {
                ready!(rest.as_mut().poll(context));
                self.rest = None;
            }
            match self.line.next(bytes) {
                Step::Write(count) => {
                    let allowed = bytes.get(..count).unwrap_or(bytes);
                    let wrote = ready!(Pin::new(&mut self.stream).poll_write(context, allowed))?;
                    self.line.wrote(allowed.get(..wrote).unwrap_or(allowed));
                    return Poll::Ready(Ok(wrote));
                }
                Step::Rest(time) | Step::Stall(Some(time)) => self.rest = Some(Box::pin(sleep(time))),
                // Only the client's leaving, which the reading side sees, ends this.
                Step::Stall(None) => return Poll::Pending,
                Step::Cut => return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
                Step::Reset => {
                    self.stream.set_zero_linger()?;
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.line.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}
