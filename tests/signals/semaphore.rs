//! Permits that are given back, taken and refused by a handler.

use crate::interrupt::interrupted;
use crate::tasks::Task;
use latchfree::semaphore::{AcquireError, Semaphore, TryAcquireError};
use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;

crate::runner::scenarios! {
    release_reaches_a_task_that_begins_to_wait
    release_reaches_a_task_that_waits_on
    release_reaches_a_thread_that_blocks
    release_reaches_the_next_when_the_first_gives_up
    release_reaches_a_task_beside_another_release
    release_reaches_a_waiter_beside_a_resize
    both_ends_try_for_one_permit
    guard_is_dropped_beside_a_try
    close_reaches_a_task_that_begins_to_wait
    close_beside_a_try
}

/// A semaphore with all permits in use.
fn exhausted(limit: u64) -> Semaphore {
    let permits = Semaphore::new(limit);
    assert_eq!(permits.try_acquire(limit).unwrap().forget(), limit);
    permits
}

fn release_reaches_a_task_that_begins_to_wait() {
    let (permits, task) = (exhausted(1), Task::default());
    let mut acquiring = pin!(permits.acquire_async(1));
    let polled = interrupted(|| task.poll(acquiring.as_mut()), || permits.release(1).unwrap());
    let permit = task.finish(acquiring.as_mut(), polled).unwrap();
    assert_eq!((permit.count(), permits.available()), (1, 0));
}

/// Polled again, by another task.
fn release_reaches_a_task_that_waits_on() {
    let (permits, first, second) = (exhausted(1), Task::default(), Task::default());
    let mut acquiring = pin!(permits.acquire_async(1));
    assert!(first.poll(acquiring.as_mut()).is_pending());
    let polled = interrupted(|| second.poll(acquiring.as_mut()), || permits.release(1).unwrap());
    let task = if first.wakes() > 0 { &first } else { &second };
    assert_eq!(task.finish(acquiring.as_mut(), polled).unwrap().count(), 1);
}

/// Of what blocks, this is the one that does not look around first: so all its steps can be taken, into the
/// list, to the system's call, and back.
#[cfg(feature = "std")]
fn release_reaches_a_thread_that_blocks() {
    let permits = exhausted(1);
    let permit = interrupted(|| permits.acquire(1), || permits.release(1).unwrap());
    assert_eq!(permit.unwrap().count(), 1);
}

#[cfg(not(feature = "std"))]
fn release_reaches_a_thread_that_blocks() {}

fn release_reaches_the_next_when_the_first_gives_up() {
    let (permits, first, second) = (exhausted(1), Task::default(), Task::default());
    let mut acquiring = pin!(permits.acquire_async(1));
    let mut giving_up = Box::pin(permits.acquire_async(1));
    assert!(first.poll(giving_up.as_mut()).is_pending());
    let polled = second.poll(acquiring.as_mut());
    assert!(polled.is_pending());
    interrupted(
        // Not freed by the call, which the handler may interrupt: the allocator is not under test.
        || giving_up.set(permits.acquire_async(0)),
        || permits.release(1).unwrap(),
    );
    assert_eq!(second.finish(acquiring.as_mut(), polled).unwrap().count(), 1);
}

fn release_reaches_a_task_beside_another_release() {
    let (permits, first, second) = (exhausted(2), Task::default(), Task::default());
    let (mut early, mut late) = (pin!(permits.acquire_async(1)), pin!(permits.acquire_async(1)));
    assert!(first.poll(early.as_mut()).is_pending() && second.poll(late.as_mut()).is_pending());
    interrupted(|| permits.release(1).unwrap(), || permits.release(1).unwrap());
    let early = first.finish(early.as_mut(), Poll::Pending).unwrap();
    let late = second.finish(late.as_mut(), Poll::Pending).unwrap();
    assert_eq!((early.count(), late.count(), permits.in_use()), (1, 1, 2));
}

fn release_reaches_a_waiter_beside_a_resize() {
    let (permits, task) = (exhausted(1), Task::default());
    let mut acquiring = pin!(permits.acquire_async(2));
    permits.resize(2);
    assert!(task.poll(acquiring.as_mut()).is_pending());
    interrupted(|| permits.resize(3), || permits.release(1).unwrap());
    let permit = task.finish(acquiring.as_mut(), Poll::Pending).unwrap();
    assert_eq!((permit.count(), permits.in_use(), permits.available()), (2, 2, 1));
}

fn both_ends_try_for_one_permit() {
    let permits = Semaphore::new(1);
    let handler_got_it = Cell::new(false);
    let mains = interrupted(
        || permits.try_acquire(1),
        || handler_got_it.set(permits.try_acquire(1).map(|permit| permit.forget()).is_ok()),
    );
    assert!(mains.is_ok() != handler_got_it.get(), "one of them has it");
    assert_eq!(permits.in_use(), 1);
}

fn guard_is_dropped_beside_a_try() {
    let permits = Semaphore::new(1);
    let guard = permits.try_acquire(1).unwrap();
    let handler_got_it = Cell::new(false);
    interrupted(
        || drop(guard),
        || handler_got_it.set(permits.try_acquire(1).map(|permit| permit.forget()).is_ok()),
    );
    assert_eq!(permits.in_use(), u64::from(handler_got_it.get()));
}

fn close_reaches_a_task_that_begins_to_wait() {
    let (permits, task) = (exhausted(1), Task::default());
    let mut acquiring = pin!(permits.acquire_async(1));
    let polled = interrupted(|| task.poll(acquiring.as_mut()), || permits.close());
    assert_eq!(task.finish(acquiring.as_mut(), polled).unwrap_err(), AcquireError::Closed);
}

fn close_beside_a_try() {
    let permits = Semaphore::new(1);
    let in_use = Cell::new(None);
    let result = interrupted(
        || permits.try_acquire(1),
        || {
            permits.close();
            in_use.set(Some(permits.in_use()));
        },
    );
    match in_use.get().unwrap() {
        0 => assert_eq!(result.unwrap_err(), TryAcquireError::Closed),
        _ => assert_eq!(result.unwrap().count(), 1),
    }
}
