//! Requests of one page at once: a browser refuses more than it can hold, so the others wait their turn.

use super::exchange::{Task, ending, sleep};
use std::cell::{Cell, RefCell};

/// Chromium fails requests with `ERR_INSUFFICIENT_RESOURCES` from about 2 800 at once in a process, which other pages may
/// share. An origin gets six connections over HTTP/1.1 and about a hundred streams over HTTP/2, so more gain nothing.
const MOST_IN_PAGE: u32 = 256;

/// The places of a client's requests.
#[derive(Default)]
pub struct Places {
    taken: Cell<u32>,
    /// Who waits for a place, the longest first.
    waiting: RefCell<Vec<Task>>,
}

/// A place that is held until it is dropped.
#[must_use = "dropping it gives the place back"]
pub struct Place<'a>(&'a Places);

impl Places {
    /// A place, if one is free.
    pub fn take(&self) -> Option<Place<'_>> {
        let taken = self.taken.get();
        (taken < MOST_IN_PAGE).then(|| {
            self.taken.set(taken + 1);
            Place(self)
        })
    }

    /// A task that ends once a place may be free.
    pub fn turn(&self) -> Task {
        let turn = sleep();
        self.waiting.borrow_mut().push(turn.clone());
        turn
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.set(self.0.taken.get() - 1);
        let mut waiting = self.0.waiting.borrow_mut();
        // One that was stopped while it waited needs no place.
        while !waiting.is_empty() {
            let next = waiting.remove(0);
            if next.ending_if_any().is_undefined() {
                drop(waiting);
                next.end(ending::TIMED_OUT);
                return;
            }
        }
    }
}
