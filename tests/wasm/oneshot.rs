//! One value for one task, and the race of two futures.

use crate::support::{Dropped, at_once, settle};
use plangrep_client::shell::oneshot::{Either, Oneshot, race};
use std::cell::Cell;
use std::future::{pending, ready};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_slot_keeps_the_first_value() {
    let oneshot = Oneshot::default();
    oneshot.fill(1);
    oneshot.fill(2);
    assert_eq!(oneshot.filled().await, 1);
}

#[wasm_bindgen_test]
async fn filling_a_slot_wakes_the_task_that_waits_for_it() {
    let oneshot = Rc::new(Oneshot::default());
    let taken = Rc::new(Cell::new(0));
    spawn_local({
        let (oneshot, taken) = (Rc::clone(&oneshot), Rc::clone(&taken));
        async move { taken.set(oneshot.filled().await) }
    });
    settle().await;
    assert_eq!(taken.get(), 0);
    oneshot.fill(7);
    settle().await;
    assert_eq!(taken.get(), 7);
}

#[wasm_bindgen_test]
async fn of_two_that_are_ready_the_second_wins_since_it_ends_the_first() {
    assert!(matches!(race(ready(1), ready(2)).await, Either::Second(2)));
    assert!(matches!(race(ready(1), pending::<()>()).await, Either::First(1)));
    assert!(matches!(race(pending::<()>(), ready(2)).await, Either::Second(2)));
    assert!(at_once(race(pending::<()>(), pending::<()>())).await.is_none());
}

#[wasm_bindgen_test]
async fn the_one_that_loses_is_dropped() {
    let dropped = Rc::new(Cell::new(false));
    let loser = {
        let guard = Dropped(Rc::clone(&dropped));
        async move {
            let _guard = guard;
            pending::<()>().await;
        }
    };
    race(loser, ready(())).await;
    assert!(dropped.get());
}
