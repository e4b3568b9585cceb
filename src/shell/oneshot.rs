//! The small futures that everything else is made of.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Poll, Waker};

/// A place for one value, and one task that waits for it.
pub struct Oneshot<T>(RefCell<(Option<T>, Option<Waker>)>);

impl<T> Default for Oneshot<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T> Oneshot<T> {
    /// Puts the value in, unless there is one.
    pub fn fill(&self, value: T) {
        let mut inner = self.0.borrow_mut();
        if inner.0.is_none() {
            inner.0 = Some(value);
            let waker = inner.1.take();
            drop(inner);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Takes the value once it is there.
    pub async fn filled(&self) -> T {
        poll_fn(|context| {
            let mut inner = self.0.borrow_mut();
            match inner.0.take() {
                Some(value) => Poll::Ready(value),
                None => {
                    inner.1 = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

/// What ended a [`race`].
pub enum Either<A, B> {
    First(A),
    Second(B),
}

/// The one that completes first; the other is dropped. The second is asked first: it is what ends the first.
pub async fn race<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> Either<A, B> {
    let mut first = pin!(first);
    let mut second = pin!(second);
    poll_fn(|context| {
        if let Poll::Ready(value) = second.as_mut().poll(context) {
            return Poll::Ready(Either::Second(value));
        }
        first.as_mut().poll(context).map(Either::First)
    })
    .await
}
