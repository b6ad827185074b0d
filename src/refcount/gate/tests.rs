use super::*;
use crate::wait::Count;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use std::boxed::Box;
use std::sync::Arc;

#[test]
fn none_enters_a_closed_gate_and_the_last_one_leaves_it_idle() {
    let gate = Gate::new();
    let (first, second) = (gate.enter().unwrap(), gate.enter().unwrap());
    assert!(core::ptr::eq(first.gate(), &gate));
    assert_eq!((gate.inside(), gate.is_closed(), gate.is_idle()), (2, false, false));
    drop(first);
    assert_eq!((gate.inside(), gate.close(), gate.close()), (1, true, false));
    assert_eq!((gate.enter().err(), gate.enter().err()), (Some(Closed), Some(Closed)));
    assert_eq!((gate.inside(), gate.is_closed(), gate.is_idle()), (1, true, false));
    drop(second);
    assert_eq!((gate.inside(), gate.is_closed(), gate.is_idle()), (0, true, true));
    assert_eq!((gate.enter().err(), gate.is_idle()), (Some(Closed), true));
}

/// An open gate is not idle, whether one is inside or not.
#[test]
fn empty_open_gate_is_not_idle() {
    let gate = Gate::default();
    assert!(!gate.is_idle());
    drop(gate.enter());
    assert_eq!((gate.inside(), gate.is_idle()), (0, false));
    assert!(gate.close() && gate.is_idle());
}

/// Waiters are woken once, by the last one that leaves, and by the close if there is none inside.
#[test]
fn waiters_are_woken_when_the_gate_is_idle_and_not_before() {
    for is_inside in [false, true] {
        let gate = Gate::new();
        let counts: [Arc<Count>; 3] = Default::default();
        let mut waits = [(); 3].map(|()| Box::pin(gate.wait_idle_async()));
        for (wait, count) in waits.iter_mut().zip(&counts) {
            let waker = Waker::from(Arc::clone(count));
            assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        let woken = || counts.each_ref().map(|count| count.get());
        let inside = is_inside.then(|| [gate.enter().unwrap(), gate.enter().unwrap()]);
        drop(gate.enter());
        assert_eq!(woken(), [0; 3], "the gate is open");
        gate.close();
        assert!(gate.enter().is_err());
        assert_eq!(woken(), [u32::from(!is_inside); 3]);
        if let Some([first, last]) = inside {
            drop(first);
            assert_eq!(woken(), [0; 3], "one is inside");
            drop(last);
            assert_eq!(woken(), [1; 3]);
        }
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(waits.iter_mut().all(|wait| wait.as_mut().poll(cx) == Poll::Ready(())));
        gate.close();
        assert_eq!(woken(), [1; 3]);
    }
}

/// A wait that was given up is woken by nothing, and holds nothing.
#[test]
fn dropped_wait_leaves_the_queue() {
    let gate = Gate::new();
    let count = Arc::new(Count::default());
    {
        let waker = Waker::from(Arc::clone(&count));
        let mut wait = pin!(gate.wait_idle_async());
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    assert!(gate.waiters.is_empty());
    gate.close();
    assert_eq!((count.get(), Arc::strong_count(&count)), (0, 1));
}

/// It notifies when it leaves, for it may have been the one that was woken: of a gate that is not idle, nothing.
#[test]
fn dropped_wait_wakes_no_other_before_the_gate_is_idle() {
    let gate = Gate::new();
    let inside = gate.enter().unwrap();
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let mut waits = [(); 2].map(|()| Box::pin(gate.wait_idle_async()));
    for wait in &mut waits {
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    let [dropped, other] = waits;
    gate.close();
    drop(dropped);
    assert_eq!(count.get(), 0);
    drop(inside);
    assert_eq!(count.get(), 1);
    drop(other);
}

#[test]
fn more_entries_than_fit_keep_the_gate_from_becoming_idle() {
    let full = || {
        let gate = Gate::new();
        gate.state.fetch_add((State::MAX - 1) * State::ENTRY, ENTER);
        gate
    };
    let enough = full();
    let last = enough.enter().unwrap();
    assert_eq!((enough.inside(), State(enough.state.load(INSIDE)).is_stuck()), (State::MAX, false));
    assert!(enough.close());
    drop(last);
    assert_eq!((enough.inside(), enough.is_idle()), (State::MAX - 1, false));

    for closes_first in [false, true] {
        let gate = full();
        let inside = [gate.enter().unwrap(), gate.enter().unwrap()];
        assert!(closes_first || gate.enter().is_ok(), "the gate is open");
        assert_eq!(gate.inside(), State::MAX + u64::from(closes_first));
        // As a thread does that was too many, and has found it out before the close or after it.
        assert!(!closes_first || gate.close());
        gate.state.fetch_or(State::STUCK, SATURATE);
        assert_eq!(gate.close(), !closes_first);
        drop(inside);
        for _ in 0..3 {
            gate.leave();
        }
        assert_eq!((gate.inside(), gate.is_closed(), gate.is_idle()), (State::MAX, true, false));
        assert!(gate.enter().is_err());
    }
}

#[test]
fn reopened_gate_is_empty_and_keeps_the_queue_of_waiters() {
    let mut gate = Gate::new();
    let count = Arc::new(Count::default());
    core::mem::forget(gate.enter());
    gate.close();
    gate.reopen();
    assert_eq!((gate.inside(), gate.is_closed(), gate.is_idle()), (0, false, false));
    let inside = gate.enter().unwrap();
    let waker = Waker::from(Arc::clone(&count));
    let mut wait = pin!(gate.wait_idle_async());
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    gate.close();
    assert_eq!(count.get(), 0);
    drop(inside);
    assert_eq!((count.get(), gate.is_idle()), (1, true));
}

#[cfg(feature = "std")]
#[test]
fn blocked_threads_are_woken_by_the_last_one_that_leaves() {
    use core::time::Duration;
    use std::thread;
    let gate = Gate::new();
    let inside = gate.enter().unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| gate.wait_idle());
        let has_time = scope.spawn(|| gate.wait_idle_timeout(Duration::from_secs(60)));
        assert!(!gate.wait_idle_timeout(Duration::from_millis(10)));
        gate.close();
        assert!(!gate.wait_idle_timeout(Duration::from_millis(10)));
        assert!(!waits.is_finished() && !has_time.is_finished());
        drop(inside);
        waits.join().unwrap();
        assert!(has_time.join().unwrap());
    });
    assert!(gate.waiters.is_empty() && gate.wait_idle_timeout(Duration::ZERO));
}
