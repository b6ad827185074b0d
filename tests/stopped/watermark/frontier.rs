//! Frontiers: ranges that are not completed, and completions that stop or are not polled.

use crate::support::{Stop, Task, ends, leak, start};
use latchfree::watermark::{
    CompleteError, CompleteTimeoutError, Frontier, TryCompleteError, WaitTimeoutError,
};
use std::task::Poll;
use std::time::Duration;

#[test]
fn range_that_is_not_completed_holds_up_what_is_behind_it() {
    let frontier = leak(Frontier::<2>::new(0));
    let waiter = start(|| frontier.wait_for(1));
    let ahead = start(|| frontier.complete(2..3));
    waiter.is_stuck();
    ahead.is_stuck();
    // What is not stuck: others within the window, what tries, and what has a limit.
    assert_eq!(ends(|| frontier.complete(1..2)), Ok(0));
    assert_eq!(ends(|| frontier.position()), 0);
    let tried = ends(|| frontier.try_complete(3..4));
    assert_eq!(tried, Err(TryCompleteError::TooFarAhead(3..4)));
    let a_moment = Duration::from_millis(1);
    let limited = ends(move || frontier.complete_timeout(3..4, a_moment));
    assert_eq!(limited, Err(CompleteTimeoutError::Timeout(3..4)));
    let limited = ends(move || frontier.wait_for_timeout(1, a_moment));
    assert_eq!(limited, Err(WaitTimeoutError::Timeout));

    assert!(ends(|| frontier.complete(0..1)).is_ok());
    assert!(waiter.ends().is_ok() && ahead.ends().is_ok());
    assert_eq!(frontier.position(), 3);
}

/// It has moved the position over all that is complete, and stops in the first of the wakers that it is to call.
#[test]
fn completion_stopped_in_waker_has_moved_the_position_as_far_as_it_goes() {
    let (frontier, stop) = (leak(Frontier::<128>::new(0)), Stop::new());
    let first = Task::waiting_to_stop(frontier.wait_for_async(1), &stop);
    let mut behind = Task::waiting(frontier.wait_for_async(100));
    let blocked = start(|| frontier.wait_for(101));
    for at in 1..100 {
        assert_eq!(frontier.try_complete(at..at + 1), Ok(0));
    }

    let stopped = start(|| frontier.complete(0..1));
    stop.wait_for_participant();
    assert_eq!(ends(|| frontier.position()), 100);
    assert_eq!((behind.wakes(), behind.poll()), (0, Poll::Ready(Ok(100))));
    assert_eq!(ends(|| frontier.complete(100..101)), Ok(101));
    assert_eq!(blocked.ends(), Ok(101));

    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Ok(100));
    drop(first);
}

#[test]
fn completion_that_is_not_polled_keeps_its_range_and_no_more() {
    let frontier = leak(Frontier::<1>::new(0));
    // Never polled, it has recorded nothing, and the frontier does not know of it.
    let never_polled = Task::new(frontier.complete_async(0..1));
    let mut waiting = Task::waiting(frontier.complete_async(1..2));
    let behind = start(|| frontier.complete(2..3));
    assert_eq!(ends(|| frontier.complete(0..1)), Ok(1));
    assert_eq!(waiting.wakes(), 1, "there is room for it");
    behind.is_stuck();
    assert_eq!(ends(|| frontier.wait_for(1)), Ok(1));
    drop(never_polled);

    assert_eq!(waiting.poll(), Poll::Ready(Ok(2)));
    assert_eq!(behind.ends(), Ok(3));
}

/// The range of a task that was forgotten can be completed by another that knows of it.
#[test]
fn range_of_forgotten_completion_can_be_completed_by_another() {
    let frontier = leak(Frontier::<1>::new(0));
    std::mem::forget(Task::waiting(frontier.complete_async(1..2)));
    let behind = start(|| frontier.complete(2..3));
    assert_eq!(ends(|| frontier.complete(0..1)), Ok(1));
    behind.is_stuck();
    assert!(ends(|| frontier.complete(1..2)).is_ok());
    assert_eq!(behind.ends(), Ok(3));
}

#[test]
fn close_ends_what_the_missing_range_holds_up() {
    let frontier = leak(Frontier::<1>::new(0));
    let (ahead, waiter) = (start(|| frontier.complete(1..2)), start(|| frontier.wait_for(1)));
    ahead.is_stuck();
    waiter.is_stuck();
    ends(|| frontier.close());
    assert_eq!(ahead.ends(), Err(CompleteError::Closed(1..2)));
    assert!(waiter.ends().is_err());
}
