//! The time that waits live in: it goes on with a monotonic clock, and never stays behind a timer that fired.
//!
//! So a wall clock that is stepped harms nothing, and fake timers work even where only `setTimeout` is faked.

use super::env;
use std::cell::Cell;

/// A wall clock this much ahead of the monotonic one means that the machine slept.
const SLEPT: f64 = 1_000.0;

pub struct Clock {
    now: Cell<f64>,
    measured: Cell<f64>,
    wall: Cell<f64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { now: Cell::new(0.0), measured: Cell::new(env::now()), wall: Cell::new(js_sys::Date::now()) }
    }
}

impl Clock {
    /// The time, in ms since this clock was made.
    pub fn now(&self) -> f64 {
        let measured = env::now();
        let passed = (measured - self.measured.replace(measured)).max(0.0);
        self.wall.set(js_sys::Date::now());
        self.now.set(self.now.get() + passed);
        self.now.get()
    }

    /// A timer for this moment fired.
    pub fn reached(&self, moment: f64) {
        self.now.set(self.now().max(moment));
    }

    /// The page may have slept, while a monotonic clock may stand still.
    pub fn woke(&self) {
        let slept = (js_sys::Date::now() - self.wall.get()) - (env::now() - self.measured.get());
        self.now();
        if slept > SLEPT {
            self.now.set(self.now.get() + slept);
        }
    }
}
