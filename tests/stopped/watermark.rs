//! Watermarks: an advance that stops, and waits that are not polled.

mod frontier;

use crate::support::{Stop, Task, ends, leak, start};
use latchfree::watermark::{Closed, WaitTimeoutError, Watermark};
use std::task::Poll;
use std::time::Duration;

/// The advance has moved the position, and stops in the first of the wakers that it is to call.
#[test]
fn advance_stopped_in_waker_delays_those_of_its_batch_alone() {
    let (mark, stop) = (leak(Watermark::new(0)), Stop::new());
    let first = Task::waiting_to_stop(mark.wait_for_async(1), &stop);
    let mut behind = Task::waiting(mark.wait_for_async(2));
    let later = Task::waiting(mark.wait_for_async(10));
    let blocked = start(|| mark.wait_for(20));

    let stopped = start(|| mark.advance_to(5));
    stop.wait_for_participant();
    assert_eq!(behind.wakes(), 0, "it is in the batch, behind the one that stops");
    assert_eq!(behind.poll(), Poll::Ready(Ok(5)), "but a look finds the position");
    assert_eq!(ends(|| (mark.get(), mark.wait_for(5))), (5, Ok(5)));
    assert!(ends(|| mark.advance_to(20)));
    assert_eq!((later.wakes(), blocked.ends()), (1, Ok(20)));
    let given_up = Task::waiting(mark.wait_for_async(30));
    drop(given_up);

    stopped.is_stuck();
    stop.release();
    assert!(stopped.ends());
    assert_eq!(behind.wakes(), 1);
    drop(first);
}

#[test]
fn close_stopped_in_waker_is_seen_by_all_that_look() {
    let (mark, stop) = (leak(Watermark::new(0)), Stop::new());
    let first = Task::waiting_to_stop(mark.wait_for_async(1), &stop);
    let mut behind = Task::waiting(mark.wait_for_async(1));
    let stopped = start(|| mark.close());
    stop.wait_for_participant();
    assert_eq!((behind.wakes(), behind.poll()), (0, Poll::Ready(Err(Closed))));
    assert_eq!(ends(|| (mark.is_closed(), mark.wait_for(1))), (true, Err(Closed)));
    stopped.is_stuck();
    stop.release();
    stopped.ends();
    assert_eq!(behind.wakes(), 1);
    drop(first);
}

/// A wake-up is nothing that one waiter could keep from another.
#[test]
fn woken_wait_that_is_not_polled_keeps_nothing_from_others() {
    let mark = leak(Watermark::new(0));
    let not_polled = [1, 1, 2].map(|at| Task::waiting(mark.wait_for_async(at)));
    let blocked = start(|| mark.wait_for(2));
    assert!(ends(|| mark.advance_to(2)));
    assert_eq!(blocked.ends(), Ok(2));
    assert_eq!(not_polled.each_ref().map(Task::wakes), [1; 3]);
    // Forgotten while it waits, it is passed over.
    std::mem::forget(Task::waiting(mark.wait_for_async(3)));
    let behind = Task::waiting(mark.wait_for_async(3));
    assert!(ends(|| mark.advance_to(3)));
    assert_eq!(behind.wakes(), 1);
}

#[test]
fn advancer_that_does_not_advance_keeps_waiters_until_another_does() {
    let mark = leak(Watermark::new(0));
    let blocked = start(|| mark.wait_for(1));
    blocked.is_stuck();
    let for_a_while = Duration::from_millis(1);
    assert_eq!(ends(move || mark.wait_for_timeout(1, for_a_while)), Err(WaitTimeoutError::Timeout));
    assert!(ends(|| mark.advance_to(1)));
    assert_eq!(blocked.ends(), Ok(1));
}
