//! Watermarks: no wake-up is lost, and what is reached is visible.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::watermark::{Closed, Watermark};
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![
        Model::new("watermark::get_publishes", get_publishes).outcomes([None, Some(1)]),
        Model::new("watermark::positions_never_go_back", positions_never_go_back).outcomes([
            (0, 0, true, true),
            (0, 1, true, true),
            (0, 2, true, true),
            (0, 2, false, true),
            (1, 1, true, true),
            (1, 2, true, true),
            (2, 2, true, true),
            (2, 2, false, true),
            (0, 0, false, true),
        ]),
        Model::new("watermark::a_waiter_is_woken", a_waiter_is_woken).outcomes([(1, 1)]),
        Model::new("watermark::each_waiter_is_woken_at_its_position", each_at_its_position)
            .outcomes([(1, 2), (2, 2)])
            .preemptions(3),
        Model::new("watermark::two_advancers_wake", two_advancers_wake)
            .outcomes([1, 2])
            .preemptions(3),
        Model::new("watermark::close_wakes", || close_wakes(0)).outcomes([Err::<u64, _>(Closed)]),
        Model::new("watermark::an_advance_and_a_close_wake", || close_wakes(1))
            .outcomes([Err::<u64, _>(Closed)])
            .preemptions(3),
        Model::new("watermark::close_publishes", close_publishes).outcomes([None, Some(1)]),
    ]
}

/// Who sees a position sees what its advancer did before.
fn get_publishes() -> Option<usize> {
    let (mark, elsewhere) = (Arc::new(Watermark::new(0)), Arc::new(Atomic::new(0usize)));
    let advancer = {
        let (mark, elsewhere) = (Arc::clone(&mark), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere.store(1, Relaxed);
            mark.advance_to(1);
        })
    };
    let outcome = (mark.get() == 1).then(|| elsewhere.load(Relaxed));
    advancer.join().unwrap();
    outcome
}

/// Two advance; a reader looks twice. The furthest wins, and only those that move it say so.
fn positions_never_go_back() -> (u64, u64, bool, bool) {
    let mark = Arc::new(Watermark::new(0));
    let advance = |to| {
        let mark = Arc::clone(&mark);
        spawn(move || mark.advance_to(to))
    };
    let (one, two) = (advance(1), advance(2));
    let (first, second) = (mark.get(), mark.get());
    assert!(first <= second);
    let moved = (one.join().unwrap(), two.join().unwrap());
    assert_eq!(mark.get(), 2);
    (first, second, moved.0, moved.1)
}

/// A thread waits for what another does: it wakes up, and sees it.
fn a_waiter_is_woken() -> (u64, usize) {
    let (mark, elsewhere) = (Arc::new(Watermark::new(0)), Arc::new(Atomic::new(0usize)));
    let waiter = {
        let (mark, elsewhere) = (Arc::clone(&mark), Arc::clone(&elsewhere));
        spawn(move || (mark.wait_for(1).unwrap(), elsewhere.load(Relaxed)))
    };
    elsewhere.store(1, Relaxed);
    mark.advance_to(1);
    waiter.join().unwrap()
}

/// Two wait for different positions, which are reached one after the other.
fn each_at_its_position() -> (u64, u64) {
    let mark = Arc::new(Watermark::new(0));
    let waiter = |at_least| {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(at_least).unwrap())
    };
    let (one, two) = (waiter(1), waiter(2));
    mark.advance_to(1);
    mark.advance_to(2);
    (one.join().unwrap(), two.join().unwrap())
}

/// One waits, two advance; either may be the one that wakes it.
fn two_advancers_wake() -> u64 {
    let mark = Arc::new(Watermark::new(0));
    let waiter = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(1).unwrap())
    };
    let advancer = {
        let mark = Arc::clone(&mark);
        spawn(move || {
            mark.advance_to(2);
        })
    };
    mark.advance_to(1);
    advancer.join().unwrap();
    waiter.join().unwrap()
}

/// A close ends a wait for what does not come, though the position may move on before.
fn close_wakes(moves_to: u64) -> Result<u64, Closed> {
    let mark = Arc::new(Watermark::new(0));
    let waiter = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(2))
    };
    mark.advance_to(moves_to);
    mark.close();
    waiter.join().unwrap()
}

/// Who sees the close sees what the closer did before, the last advance among it.
fn close_publishes() -> Option<usize> {
    let (mark, elsewhere) = (Arc::new(Watermark::new(0)), Arc::new(Atomic::new(0usize)));
    let closer = {
        let (mark, elsewhere) = (Arc::clone(&mark), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere.store(1, Relaxed);
            mark.close();
        })
    };
    let outcome = mark.is_closed().then(|| elsewhere.load(Relaxed));
    closer.join().unwrap();
    outcome
}
