//! Timers, on a `setTimeout` that does nothing by itself.

use crate::support::{count, js, member, run};
use plangrep_client::shell::timer::Timer;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// A fake `setTimeout` and `clearTimeout`, until dropped; no other code may run meanwhile.
struct Timeouts(JsValue);

impl Timeouts {
    fn install() -> Self {
        Self(js("(() => {
            const real = [globalThis.setTimeout, globalThis.clearTimeout];
            const fake = { armed: new Map(), delays: [], cleared: [], last: 0 };
            globalThis.setTimeout = (then, delay) => {
                fake.delays.push(delay);
                fake.armed.set(++fake.last, then);
                return fake.last;
            };
            globalThis.clearTimeout = (id) => { if (fake.armed.delete(id)) fake.cleared.push(id); };
            fake.restore = () => { [globalThis.setTimeout, globalThis.clearTimeout] = real; };
            return fake;
        })()"))
    }

    fn delays(&self) -> Vec<f64> {
        js_sys::Array::from(&member(&self.0, "delays")).iter().filter_map(|delay| delay.as_f64()).collect()
    }

    fn armed(&self) -> u32 {
        count(&member(&self.0, "armed"), "size")
    }

    /// Lets the one that is armed fire.
    fn fire(&self) {
        run("const [[id, then]] = a.armed; a.armed.delete(id); then()", &[&self.0]);
    }
}

impl Drop for Timeouts {
    fn drop(&mut self) {
        run("a.restore()", &[&self.0]);
    }
}

fn counter() -> (Rc<Cell<u32>>, impl FnOnce() + 'static) {
    let count = Rc::new(Cell::new(0));
    let counted = Rc::clone(&count);
    (count, move || counted.set(counted.get() + 1))
}

#[wasm_bindgen_test]
fn a_timer_fires_once_after_its_time() {
    let timeouts = Timeouts::install();
    for (ms, expected) in [
        (0.0, 0.0),
        (1.0, 1.0),
        (0.2, 1.0),
        (1234.5, 1235.0),
        (-5.0, 0.0),
        (2_147_483_647.0, 2_147_483_647.0),
    ] {
        let (fired, then) = counter();
        let timer = Timer::new(ms, false, Box::new(then));
        assert_eq!((timeouts.delays().pop(), fired.get()), (Some(expected), 0), "{ms}");
        timeouts.fire();
        assert_eq!((fired.get(), timeouts.armed()), (1, 0), "{ms}");
        drop(timer);
    }
}

#[wasm_bindgen_test]
fn a_delay_above_what_a_timeout_can_hold_is_slept_in_slices() {
    let timeouts = Timeouts::install();
    let (fired, then) = counter();
    let _timer = Timer::new(5e9, false, Box::new(then));
    for _ in 0..3 {
        assert_eq!((fired.get(), timeouts.armed()), (0, 1));
        timeouts.fire();
    }
    assert_eq!((fired.get(), timeouts.armed()), (1, 0));
    let delays = timeouts.delays();
    assert!(delays.iter().all(|delay| *delay <= 2_147_483_647.0), "{delays:?}");
    assert!((delays.iter().sum::<f64>() - 5e9).abs() < 1.0, "{delays:?}");
}

#[wasm_bindgen_test]
fn dropping_a_timer_clears_it_in_any_slice() {
    for slices in 0..3 {
        let timeouts = Timeouts::install();
        let (fired, then) = counter();
        let timer = Timer::new(5e9, false, Box::new(then));
        for _ in 0..slices {
            timeouts.fire();
        }
        drop(timer);
        assert_eq!((fired.get(), timeouts.armed()), (0, 0), "{slices}");
    }
}

#[wasm_bindgen_test]
fn what_a_timer_calls_may_drop_it() {
    let timeouts = Timeouts::install();
    let held = Rc::new(Cell::new(None));
    let own = Rc::clone(&held);
    held.set(Some(Timer::new(5.0, false, Box::new(move || drop(own.take())))));
    timeouts.fire();
    assert!(held.take().is_none());
    assert_eq!(timeouts.armed(), 0);
}
