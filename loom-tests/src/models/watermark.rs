//! Watermarks: no wake-up is lost, and reached work is visible. The frontier has a file of its own.

mod frontier;

use super::two_closers_both_publish;
use super::wait::poll_once;
use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::loom_hooks::block_on;
use latchfree::watermark::{Closed, WaitTimeoutError, Watermark};
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

pub fn models() -> Vec<Model> {
    let mut models = vec![
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
        Model::new("watermark::one_of_two_equal_advances_moves", one_of_two_equal_advances_moves)
            .outcomes([[true, false], [false, true]]),
        Model::new("watermark::each_position_is_in_one_range", each_position_is_in_one_range)
            .outcomes([(0..1, 1..2, Some(1)), (1..1, 0..2, None)]),
        Model::new("watermark::a_waiter_is_woken", a_waiter_is_woken).outcomes([(1, 1)]),
        Model::new("watermark::each_waiter_is_woken_at_its_position", each_at_its_position)
            .outcomes([(1, 2), (2, 2)])
            .preemptions(3),
        Model::new("watermark::two_advancers_wake", two_advancers_wake)
            .outcomes([1, 2])
            .preemptions(3),
        Model::new("watermark::close_wakes", || close_wakes(0))
            .outcomes([Err::<u64, _>(Closed)])
            .preemptions(3),
        Model::new("watermark::an_advance_and_a_close_wake", || close_wakes(1))
            .outcomes([Err::<u64, _>(Closed)])
            .preemptions(3),
        Model::new("watermark::close_at_refuses_those_beyond_alone", close_at_refuses_those_beyond)
            .outcomes([(Ok::<u64, Closed>(1), Err::<u64, _>(Closed))])
            .preemptions(2),
        Model::new("watermark::close_at_wakes_those_beyond_behind_one_that_leaves", || {
            close_at_behind_one_that_leaves()
        })
        .outcomes([(Err::<u64, _>(WaitTimeoutError::Timeout), Err::<u64, _>(Closed))])
        .preemptions(3),
        Model::new("watermark::close_publishes", close_publishes).outcomes([None, Some(1)]),
        Model::new("watermark::an_advance_before_the_close_counts", advance_before_close)
            .outcomes([Ok::<_, Closed>(1)])
            .preemptions(3),
        Model::new(
            "watermark::results_were_true_during_the_call",
            results_were_true_during_the_call,
        )
        .outcomes([Ok(1), Err(WaitTimeoutError::Timeout), Err(WaitTimeoutError::Closed)])
        .preemptions(3),
        Model::new("watermark::closed_wait_publishes", closed_wait_publishes)
            .outcomes([1])
            .preemptions(3),
        Model::new("watermark::two_closers_both_publish", || {
            two_closers_both_publish(Watermark::new(0), Watermark::close, Watermark::is_closed)
        })
        .outcomes([None, Some(1)]),
        Model::new("watermark::earlier_advances_publish_too", || advances_publish([1, 2]))
            .outcomes([
                (0, [0, 0], [true; 2]),
                (1, [1, 0], [true; 2]),
                (1, [1, 1], [true; 2]),
                (2, [1, 1], [true; 2]),
                (0, [0, 0], [false, true]),
                (2, [0, 1], [false, true]),
                (2, [1, 1], [false, true]),
            ]),
        Model::new("watermark::wait_renews_its_waker", wait_renews_its_waker)
            .outcomes([1])
            .preemptions(3),
        Model::new("watermark::cancelled_wait_leaves_another_waiting", given_up_spares_another)
            .outcomes([Ok(1), Err(WaitTimeoutError::Timeout)])
            .preemptions(3),
    ];
    models.extend(frontier::models());
    models
}

/// A thread that sees a position sees what its advancer did before.
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

/// Two threads advance; a reader looks twice. The furthest wins, and only those that move it say so.
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

/// Two threads advance to one position. The one that was there first moves the watermark, and only that one says so.
fn one_of_two_equal_advances_moves() -> [bool; 2] {
    let mark = Arc::new(Watermark::new(0));
    let advancers = [(); 2].map(|()| {
        let mark = Arc::clone(&mark);
        spawn(move || mark.advance_to(1))
    });
    advancers.map(|advancer| advancer.join().unwrap())
}

/// Two threads advance, the second one further. That one, if it goes on where the first has come to, sees after a look
/// at the position what the first did, although its own change is the one that it looks at.
fn each_position_is_in_one_range() -> (Range<u64>, Range<u64>, Option<usize>) {
    let (mark, elsewhere) = (Arc::new(Watermark::new(0)), Arc::new(Atomic::new(0usize)));
    let first = {
        let (mark, elsewhere) = (Arc::clone(&mark), Arc::clone(&elsewhere));
        spawn(move || {
            elsewhere.store(1, Relaxed);
            mark.advance_over(1)
        })
    };
    let second = mark.advance_over(2);
    assert_eq!(mark.get(), 2);
    let seen = (second.start > 0).then(|| elsewhere.load(Relaxed));
    (first.join().unwrap(), second, seen)
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

/// Two threads wait for different positions, which are reached one after the other.
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

/// One thread waits and two advance. Either of them may wake the waiter.
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

/// Two threads wait, one of them for what does not come, beyond the end.
fn close_at_refuses_those_beyond() -> (Result<u64, Closed>, Result<u64, Closed>) {
    let mark = Arc::new(Watermark::new(0));
    let [within, beyond] = [1, 2].map(|at_least| {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(at_least))
    });
    mark.close_at(1);
    let beyond = beyond.join().unwrap(); // before anything advances
    mark.advance_to(1);
    (within.join().unwrap(), beyond)
}

/// A thread that has no time enters in front of one that waits for what does not come. The closer may find it there,
/// holding the lock.
fn close_at_behind_one_that_leaves() -> (Result<u64, WaitTimeoutError>, Result<u64, Closed>) {
    let mark = Arc::new(Watermark::new(0));
    let impatient = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for_timeout(1, Duration::ZERO))
    };
    let beyond = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(2))
    };
    mark.close_at(1);
    (impatient.join().unwrap(), beyond.join().unwrap())
}

/// A thread that sees the close sees what the closer did before, the last advance included.
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

/// The position is reached, and then the watermark is closed: a waiter for that position gets it.
fn advance_before_close() -> Result<u64, Closed> {
    let mark = Arc::new(Watermark::new(0));
    let waiter = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(1))
    };
    mark.advance_to(1);
    mark.close();
    waiter.join().unwrap()
}

/// Another closes, and advances after that. Each answer was true after all that the waiter had seen before.
fn results_were_true_during_the_call() -> Result<u64, WaitTimeoutError> {
    let shared = Arc::new((Watermark::new(0), Atomic::new(0)));
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            let (mark, step) = &*shared;
            let done_before = step.load(Acquire);
            let result = mark.wait_for_timeout(1, Duration::ZERO);
            // How many steps may be over before the call for the answer to be true in it.
            let last = match result {
                Err(WaitTimeoutError::Timeout) => 0,
                Err(WaitTimeoutError::Closed) => 1,
                Ok(_) => 2,
            };
            assert!(done_before <= last, "{result:?} after {done_before} steps");
            result
        })
    };
    let (mark, step) = &*shared;
    mark.close();
    step.store(1, Release);
    assert!(mark.advance_to(1));
    step.store(2, Release);
    waiter.join().unwrap()
}

/// A waiter that is told of the close sees what the closer did before.
fn closed_wait_publishes() -> usize {
    let shared = Arc::new((Watermark::new(0), Atomic::new(0usize)));
    let waiter = {
        let shared = Arc::clone(&shared);
        spawn(move || {
            assert_eq!(shared.0.wait_for(1), Err(Closed));
            shared.1.load(Relaxed)
        })
    };
    shared.1.store(1, Relaxed);
    shared.0.close();
    waiter.join().unwrap()
}

/// Two threads advance, each after a write of its own. Returns a position, the writes that are seen then, and which
/// of the advances moved: those that did and are not beyond the position are seen.
fn advances_publish(to: [u64; 2]) -> (u64, [usize; 2], [bool; 2]) {
    let shared = Arc::new((Watermark::new(0), [0usize, 0].map(Atomic::new)));
    let advancers = [0, 1].map(|which| {
        let shared = Arc::clone(&shared);
        spawn(move || {
            shared.1[which].store(1, Relaxed);
            shared.0.advance_to(to[which])
        })
    });
    let position = shared.0.get();
    let seen = shared.1.each_ref().map(|data| if position > 0 { data.load(Relaxed) } else { 0 });
    (position, seen, advancers.map(|advancer| advancer.join().unwrap()))
}

/// A future that was polled by one task, and then moves to another, wakes the latter.
fn wait_renews_its_waker() -> u64 {
    let mark = Arc::new(Watermark::new(0));
    let waiter = {
        let mark = Arc::clone(&mark);
        spawn(move || {
            let mut wait = pin!(mark.wait_for_async(1));
            match poll_once(wait.as_mut()) {
                Poll::Ready(result) => result.unwrap(),
                Poll::Pending => block_on(wait).unwrap(),
            }
        })
    };
    mark.advance_to(1);
    waiter.join().unwrap()
}

/// One has no time to wait, and another has.
fn given_up_spares_another() -> Result<u64, WaitTimeoutError> {
    let mark = Arc::new(Watermark::new(0));
    let patient = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(1).unwrap())
    };
    let impatient = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for_timeout(1, Duration::ZERO))
    };
    mark.advance_to(1);
    assert_eq!(patient.join().unwrap(), 1);
    impatient.join().unwrap()
}
