//! The time that waits live in: it goes on with a monotonic clock, and never stays behind a timer that fired.
//!
//! So a wall clock that is stepped harms nothing, and fake timers work even where only `setTimeout` is faked.

use super::host;
use std::cell::Cell;

/// A wall clock that gained so much on the monotonic one means that the machine slept.
const SLEPT: f64 = 1_000.0;

/// The clock of a client's waits, in ms from its first use.
pub struct Clock {
    /// What it showed last.
    now: Cell<f64>,
    /// What the monotonic clock showed then.
    measured: Cell<f64>,
    /// How far the wall clock was ahead of this one at most, in ms.
    ahead: Cell<f64>,
}

impl Default for Clock {
    /// Reads no clock: where a framework renders in advance (Next.js), making a client must not depend on the time.
    fn default() -> Self {
        Self { now: Cell::new(0.0), measured: Cell::new(f64::NAN), ahead: Cell::new(f64::INFINITY) }
    }
}

impl Clock {
    /// The time, in ms since the first call of this.
    pub fn now(&self) -> f64 {
        let measured = host::now();
        // Nothing has passed the first time: of a number and NaN, `max` gives the number.
        let passed = (measured - self.measured.replace(measured)).max(0.0);
        self.now.set(self.now.get() + passed);
        self.now.get()
    }

    /// A timer for this moment fired.
    pub fn reached(&self, moment: f64) {
        self.now.set(self.now().max(moment));
    }

    /// The machine is awake: [`Self::slept`] leaves out any sleep up to now.
    pub fn awake(&self) {
        self.ahead.set(js_sys::Date::now() - self.now());
    }

    /// For how long the machine slept since the last call of this, in ms: a monotonic clock may stand still meanwhile.
    pub fn slept(&self) -> f64 {
        let ahead = js_sys::Date::now() - self.now();
        let gained = ahead - self.ahead.get();
        if gained > SLEPT {
            // Never back: a wall clock that is put back and forth is no sleep.
            self.ahead.set(ahead);
            gained
        } else {
            0.0
        }
    }
}
