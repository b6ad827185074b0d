//! Gates and pins: what is in use stays in use, and holds up those that wait for its end alone.

use crate::support::{Stop, Task, ends, leak, start};
use latchfree::atomic::{Acquire, Atomic, Release};
use latchfree::refcount::{Closed, Gate, Pinned, Pins};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

#[test]
fn one_that_stays_inside_holds_up_those_that_wait_for_an_idle_gate() {
    let gate = leak(Gate::new());
    let inside = gate.enter().unwrap();
    drop(ends(|| gate.enter()).unwrap());
    assert!(ends(|| gate.close()));
    let blocked = start(|| gate.wait_idle());
    blocked.is_stuck();
    assert_eq!(ends(|| (gate.enter().err(), gate.inside())), (Some(Closed), 1));
    assert!(!ends(|| gate.wait_idle_timeout(Duration::from_millis(1))));
    drop(inside);
    blocked.ends();
}

#[test]
fn gate_that_is_not_closed_keeps_waiters_until_any_thread_closes_it() {
    let gate = leak(Gate::new());
    let blocked = start(|| gate.wait_idle());
    blocked.is_stuck();
    drop(ends(|| gate.enter()).unwrap());
    blocked.is_stuck();
    assert!(ends(|| gate.close()));
    blocked.ends();
}

/// The last one has left, and stops in the first of the wakers that it is to call.
#[test]
fn last_one_stopped_in_waker_delays_those_of_its_batch_alone() {
    let (gate, stop) = (leak(Gate::new()), Stop::new());
    let inside = gate.enter().unwrap();
    let first = Task::waiting_to_stop(gate.wait_idle_async(), &stop);
    let mut behind = Task::waiting(gate.wait_idle_async());
    let given_up = Task::waiting(gate.wait_idle_async());
    gate.close();
    let stopped = start(|| drop(inside));
    stop.wait_for_participant();
    assert_eq!(
        (behind.wakes(), behind.poll()),
        (0, Poll::Ready(())),
        "but a look finds the gate idle"
    );
    assert!(ends(|| (gate.wait_idle(), gate.is_idle()).1));
    drop(given_up);
    stopped.is_stuck();
    stop.release();
    stopped.ends();
    assert_eq!(behind.wakes(), 1);
    drop(first);
}

#[test]
fn wait_for_an_idle_gate_that_is_not_polled_keeps_nothing() {
    let gate = leak(Gate::new());
    let not_polled = Task::waiting(gate.wait_idle_async());
    std::mem::forget(Task::waiting(gate.wait_idle_async()));
    let blocked = start(|| gate.wait_idle());
    assert!(ends(|| gate.close()));
    blocked.ends();
    assert_eq!(not_polled.wakes(), 1);
}

/// Also when it stops while it pins: with the position that it has found first.
#[test]
fn pin_that_is_held_keeps_its_position_and_no_thread() {
    let (pins, now, stop) = (leak(Pins::<2>::new()), leak(Atomic::new(3u64)), Stop::new());
    let stopped = {
        let (stop, mut calls) = (Arc::clone(&stop), 0);
        start(move || {
            let load = || {
                calls += 1;
                if calls == 2 {
                    stop.here();
                }
                now.load(Acquire)
            };
            pins.pin(load).as_ref().map(Pinned::position)
        })
    };
    stop.wait_for_participant();
    now.store(5, Release);
    assert_eq!(ends(|| pins.oldest(5)), 3);
    let held = ends(|| pins.pin(|| now.load(Acquire))).unwrap();
    assert!(ends(|| pins.reader().is_none()), "each keeps its slot");
    assert_eq!(ends(|| pins.oldest(9)), 3);
    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Some(5), "it pins what is current when it goes on");
    assert_eq!((held.position(), pins.oldest(9)), (5, 5));
}
