//! Sleeping: always cleared, never above what a timer can hold at a time.

use super::env;
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;

/// `setTimeout` takes a signed 32-bit number of ms; anything above fires at once.
const LONGEST: f64 = 2_147_483_647.0;

/// A timer that calls back once, `ms` from now; dropping it clears it.
#[must_use = "dropping a timer clears it"]
pub struct Timer {
    _armed: Rc<RefCell<Option<Timeout>>>,
}

impl Timer {
    pub fn new(ms: f64, then: impl FnOnce() + 'static) -> Self {
        let armed = Rc::new(RefCell::new(None));
        arm(&armed, ms, Box::new(then));
        Self { _armed: armed }
    }
}

fn arm(armed: &Rc<RefCell<Option<Timeout>>>, ms: f64, then: Box<dyn FnOnce()>) {
    let slice = ms.clamp(0.0, LONGEST).ceil();
    let start = env::now();
    let weak = Rc::downgrade(armed);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped above
    let timeout = Timeout::new(slice as u32, move || {
        // One that came late, after a sleep, leaves less.
        let rest = ms - slice.max(env::now() - start);
        match weak.upgrade() {
            Some(armed) if rest > 0.0 => arm(&armed, rest, then),
            _ => then(),
        }
    });
    armed.replace(Some(timeout));
}
