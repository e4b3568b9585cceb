//! Sleeping: always cleared, never above what a timer can hold at a time.

use super::host;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;

/// `setTimeout` takes a signed 32-bit number of ms; anything above fires at once.
const LONGEST: f64 = 2_147_483_647.0;

/// A timer that comes so much later than it was set for, in ms, came late: the thread was busy, or nothing ran at all.
const LATE: f64 = 50.0;

/// How often a time limit that came late lets others have their turn.
const TURNS: u32 = 8;

/// A timer that calls back once, `ms` from now; dropping it clears it.
#[must_use = "dropping a timer clears it"]
pub struct Timer {
    _armed: Rc<RefCell<Option<Timeout>>>,
}

impl Timer {
    /// Calls `then` in `ms` ms, not sooner; at once, but not within this call, for 0 or less. For a time limit, if the timer
    /// comes late, what has arrived meanwhile has its turn first: a thread that was busy, an open `alert` or a frozen tab
    /// is no reason to call a server slow that was not.
    pub fn new(ms: f64, limit: bool, then: Box<dyn FnOnce()>) -> Self {
        let armed = Rc::default();
        arm(&armed, ms, if limit { TURNS } else { 0 }, then);
        Self { _armed: armed }
    }
}

fn arm(armed: &Rc<RefCell<Option<Timeout>>>, ms: f64, turns: u32, then: Box<dyn FnOnce()>) {
    let slice = ms.clamp(0.0, LONGEST).ceil();
    let start = host::now();
    let weak = Rc::downgrade(armed);
    // Boxed, so that what hands a closure to JavaScript is there once.
    let fired: Box<dyn FnOnce()> = Box::new(move || {
        // One that came late, after a sleep, leaves less.
        let passed = host::now() - start;
        let rest = ms - slice.max(passed);
        match weak.upgrade() {
            Some(armed) if rest > 0.0 => arm(&armed, rest, turns, then),
            // What arrived while the thread was too busy has its turn first. Chromium has it in line before a timer that
            // is set now, Firefox does not: there it is reached, and read, a few turns later.
            Some(armed) if turns > 0 && (passed > slice + LATE || turns < TURNS) => {
                arm(&armed, 0.0, turns - 1, then);
            }
            _ => then(),
        }
    });
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped above
    let timeout = Timeout::new(slice as u32, fired);
    armed.replace(Some(timeout));
}
