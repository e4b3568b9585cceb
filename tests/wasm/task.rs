//! Tasks, the promises that they wait for and the contexts that they run in.

use crate::support::{Dropped, run, settle};
use js_sys::Promise;
use plangrep_client::shell::task::{Runner, deferred, spawn};
use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_task_runs_at_once_up_to_where_it_waits_and_goes_on_in_what_wakes_it() {
    let steps = Rc::new(Cell::new(0));
    let ends = deferred();
    let (promise, seen) = (ends.promise(), Rc::clone(&steps));
    spawn(Box::pin(async move {
        seen.set(1);
        let value = JsFuture::from(promise).await;
        seen.set(value.unwrap().as_f64().map_or(9, |_| 2));
    }));
    assert_eq!(steps.get(), 1);
    ends.settle(Ok(7.into()));
    ends.settle(Err(8.into()));
    assert_eq!(steps.get(), 1);
    settle().await;
    assert_eq!(steps.get(), 2);
}

#[wasm_bindgen_test]
async fn a_task_that_has_ended_is_dropped_and_woken_in_vain() {
    let dropped = Rc::new(Cell::new(false));
    let guard = Dropped(Rc::clone(&dropped));
    let waker = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&waker);
    let ends = deferred();
    let promise = ends.promise();
    spawn(Box::pin(async move {
        let _guard = guard;
        poll_fn(|context| {
            kept.replace(Some(context.waker().clone()));
            Poll::Ready(())
        })
        .await;
        let _ = JsFuture::from(promise).await;
    }));
    assert!(!dropped.get());
    ends.settle(Err(JsValue::NULL));
    settle().await;
    assert!(dropped.get());
    waker.take().unwrap().wake();
}

#[wasm_bindgen_test]
async fn tasks_may_begin_and_end_in_any_order() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let all: Vec<_> = (0..5).map(|_| deferred()).collect();
    spawn(Box::pin(pending()));
    for (number, ends) in all.iter().enumerate() {
        let (promise, order) = (ends.promise(), Rc::clone(&order));
        spawn(Box::pin(async move {
            let _ = JsFuture::from(promise).await;
            let seen = Rc::clone(&order);
            spawn(Box::pin(async move { seen.borrow_mut().push(number + 10) }));
            order.borrow_mut().push(number);
        }));
    }
    for number in [3, 0, 4, 1, 2] {
        all[number].settle(Ok(JsValue::UNDEFINED));
        settle().await;
    }
    assert_eq!(*order.borrow(), [13, 3, 10, 0, 14, 4, 11, 1, 12, 2]);
}

#[wasm_bindgen_test]
async fn a_runner_runs_what_it_is_handed_later_in_order_and_time_and_again() {
    let ran = Rc::new(RefCell::new(Vec::new()));
    let runner = Rc::new(Runner::default());
    for number in 0..3 {
        let (ran, again) = (Rc::clone(&ran), Rc::clone(&runner));
        runner.run(Box::new(move || {
            ran.borrow_mut().push(number);
            let ran = Rc::clone(&ran);
            again.run(Box::new(move || ran.borrow_mut().push(number + 10)));
        }));
    }
    assert!(ran.borrow().is_empty());
    drop(runner);
    settle().await;
    assert_eq!(*ran.borrow(), [0, 1, 2, 10, 11, 12]);
}

#[wasm_bindgen_test]
async fn the_work_of_a_call_goes_on_in_its_own_reactions() {
    // What a runtime does for an async context: each reaction of a promise runs in that which registered it.
    let world = run(
        "const then = Promise.prototype.then;
        const world = { now: 'none', restore() { Promise.prototype.then = then; } };
        Promise.prototype.then = function (...reactions) {
            const own = world.now;
            return then.apply(this, reactions.map((reaction) => reaction && ((value) => {
                const before = world.now;
                world.now = own;
                try { return reaction(value); } finally { world.now = before; }
            })));
        };
        return world;",
        &[],
    );
    let now = |world: &JsValue| run("return a.now", &[world]).as_string().unwrap();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let gate = deferred();
    for name in ["A", "B"] {
        run("a.now = b", &[&world, &name.into()]);
        let (seen, world, promise, runner) =
            (Rc::clone(&seen), world.clone(), gate.promise(), Runner::default());
        spawn(Box::pin(async move {
            for _ in 0..2 {
                let _ = JsFuture::from(promise.clone()).await;
                seen.borrow_mut().push((name, now(&world)));
            }
            let (seen, world) = (Rc::clone(&seen), world.clone());
            runner.run(Box::new(move || seen.borrow_mut().push((name, now(&world)))));
        }));
    }
    run("a.now = 'none'", &[&world]);
    gate.settle(Ok(JsValue::UNDEFINED));
    for _ in 0..20 {
        JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await.unwrap();
    }
    run("a.restore()", &[&world]);
    assert_eq!(seen.borrow().len(), 6);
    for (name, store) in &*seen.borrow() {
        assert_eq!(name, store);
    }
}
