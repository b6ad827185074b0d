//! Semaphores: permits that are held, grants that are not taken, and releases that stop.

use crate::support::{Stop, Task, ends, leak, start};
use latchfree::semaphore::{AcquireError, AcquireTimeoutError, Permit, Semaphore, TryAcquireError};
use std::sync::Arc;
use std::task::{Poll, Wake};
use std::time::Duration;

/// A semaphore of which all permits are in use, without guards.
fn all_in_use(limit: u64) -> &'static Semaphore {
    let semaphore = leak(Semaphore::new(limit));
    assert_eq!(semaphore.try_acquire(limit).map(Permit::forget), Ok(limit));
    semaphore
}

fn count(permit: Result<Permit<'_>, AcquireError>) -> Result<u64, AcquireError> {
    permit.map(|permit| permit.count())
}

#[test]
fn held_permit_keeps_what_it_has_and_no_more() {
    let semaphore = leak(Semaphore::new(3));
    let held = semaphore.try_acquire(1).unwrap();
    assert_eq!(ends(|| count(semaphore.acquire(2))), Ok(2));
    let blocked = start(|| count(semaphore.acquire(3)));
    blocked.is_stuck();
    let for_a_while = Duration::from_millis(1);
    let timed = ends(move || semaphore.acquire_timeout(3, for_a_while).err());
    assert_eq!(timed, Some(AcquireTimeoutError::Timeout));
    drop(held);
    assert_eq!(blocked.ends(), Ok(3));
}

/// Three permits for those that want one, one and two: the first has its own and does not know it.
#[test]
fn granted_future_that_is_not_polled_keeps_its_permits_and_no_more() {
    let semaphore = all_in_use(3);
    let not_polled = Task::waiting(semaphore.acquire_async(1));
    let second = start(|| count(semaphore.acquire(1)));
    second.is_stuck();
    assert_eq!(ends(|| semaphore.release(3)), Ok(()));
    assert_eq!((not_polled.wakes(), second.ends()), (1, Ok(1)));
    assert_eq!((semaphore.in_use(), semaphore.available()), (1, 2));

    let mut third = Task::waiting(semaphore.acquire_async(3));
    assert_eq!(semaphore.try_acquire(1).err(), Some(TryAcquireError::NoPermits), "one waits");
    assert_eq!(third.wakes(), 0);
    drop(not_polled);
    assert_eq!(third.wakes(), 1);
    assert!(matches!(third.poll(), Poll::Ready(Ok(permit)) if permit.count() == 3));
    assert_eq!(semaphore.in_use(), 0);
}

/// Permits are granted in the order of arrival: free ones are kept for the waiter in front, for which they are
/// too few.
#[test]
fn want_for_many_in_front_holds_up_those_behind_until_it_is_dropped() {
    let semaphore = leak(Semaphore::new(3));
    let held = semaphore.try_acquire(1).unwrap();
    let in_front = Task::waiting(semaphore.acquire_async(3));
    let behind = Task::waiting(semaphore.acquire_async(1));
    let blocked = start(|| count(semaphore.acquire(1)));
    blocked.is_stuck();
    assert_eq!((behind.wakes(), semaphore.available()), (0, 2));
    assert_eq!(ends(|| semaphore.try_acquire(1).err()), Some(TryAcquireError::NoPermits));
    drop(in_front);
    assert_eq!((behind.wakes(), blocked.ends()), (1, Ok(1)));
    drop(held);
}

/// The release has given back and granted, and stops in the first of the wakers that it is to call.
#[test]
fn release_stopped_in_waker_delays_those_of_its_batch_alone() {
    let (semaphore, stop) = (all_in_use(4), Stop::new());
    let first = Task::waiting_to_stop(semaphore.acquire_async(1), &stop);
    let mut behind = Task::waiting(semaphore.acquire_async(1));
    let later = Task::waiting(semaphore.acquire_async(1));

    let stopped = start(|| semaphore.release(2));
    stop.wait_for_participant();
    assert_eq!((behind.wakes(), semaphore.in_use()), (0, 4), "it has its permit, and blocks");
    let permit = behind.poll();
    assert!(matches!(&permit, Poll::Ready(Ok(permit)) if permit.count() == 1));
    assert_eq!(ends(|| semaphore.release(1)), Ok(()));
    assert_eq!(later.wakes(), 1, "another release wakes those that are left");

    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Ok(()));
    assert_eq!(behind.wakes(), 1);
    drop(first);
}

#[test]
fn close_stopped_in_waker_is_seen_by_all_that_look() {
    let (semaphore, stop) = (all_in_use(1), Stop::new());
    let first = Task::waiting_to_stop(semaphore.acquire_async(1), &stop);
    let mut behind = Task::waiting(semaphore.acquire_async(1));
    let stopped = start(|| semaphore.close());
    stop.wait_for_participant();
    assert_eq!(behind.wakes(), 0);
    assert!(matches!(behind.poll(), Poll::Ready(Err(AcquireError::Closed))));
    assert_eq!(ends(|| count(semaphore.acquire(1))), Err(AcquireError::Closed));
    assert_eq!(ends(|| semaphore.release(1)), Ok(()));
    stopped.is_stuck();
    stop.release();
    stopped.ends();
    assert_eq!(behind.wakes(), 1);
    drop(first);
}

/// There are more waiters than are woken together, and the first one's waker stops the release. A thread that
/// begins to wait then grants permits to those beyond the batch. Their wakers are foreign code on a thread that
/// is about to block: this one takes the thread's wake-up away, while the permit that the thread waits for is
/// released.
#[test]
fn waker_that_parks_takes_no_grant_from_the_thread_that_calls_it() {
    const BATCH: u64 = 16;
    let (semaphore, stop) = (all_in_use(BATCH + 2), Stop::new());
    let first = Task::waiting_to_stop(semaphore.acquire_async(1), &stop);
    let others: Vec<_> = (1..BATCH).map(|_| Task::waiting(semaphore.acquire_async(1))).collect();
    let thief = Arc::new(Thief(Stop::new()));
    let beyond = Task::waiting_with(semaphore.acquire_async(1), Arc::clone(&thief).into());
    let stopped = start(|| semaphore.release(BATCH + 1));
    stop.wait_for_participant();
    assert_eq!(semaphore.in_use(), BATCH + 1, "the one beyond the batch is still in the list");

    let blocked = start(|| count(semaphore.acquire(1)));
    thief.0.wait_for_participant();
    blocked.is_stuck(); // in the waker
    assert_eq!(ends(|| semaphore.release(1)), Ok(()));
    thief.0.release();
    assert_eq!(blocked.ends(), Ok(1));

    stopped.is_stuck();
    stop.release();
    assert_eq!(stopped.ends(), Ok(()));
    assert!(others.iter().all(|other| other.wakes() == 1));
    drop((first, beyond));
}

/// A waker that blocks, and leaves no wake-up to the thread that it runs on.
struct Thief(Arc<Stop>);

impl Wake for Thief {
    fn wake(self: Arc<Self>) {
        self.0.here();
        std::thread::current().unpark();
        std::thread::park();
    }
}

/// Two wait for the only permit of a barging semaphore. The first was woken for it, and does not know it.
#[test]
fn promised_waiter_that_is_not_polled_keeps_nothing_from_those_that_try() {
    let semaphore = leak(Semaphore::barging(1));
    let held = semaphore.try_acquire(1).unwrap();
    let not_polled = Task::waiting(semaphore.acquire_async(1));
    let mut second = Task::waiting(semaphore.acquire_async(1));
    drop(held);
    assert_eq!((not_polled.wakes(), second.wakes()), (1, 0));
    assert_eq!(ends(|| count(semaphore.acquire(1))), Ok(1));
    assert_eq!(ends(|| semaphore.try_acquire(1).map(|permit| permit.count())), Ok(1));
    assert_eq!(second.wakes(), 0, "the one permit is promised");
    drop(not_polled);
    assert_eq!(second.wakes(), 1);
    assert!(matches!(second.poll(), Poll::Ready(Ok(permit)) if permit.count() == 1));
}

#[test]
fn held_permit_keeps_those_that_wait_for_none() {
    let semaphore = leak(Semaphore::new(2));
    let held = semaphore.try_acquire(1).unwrap();
    let mut not_polled = Task::waiting(semaphore.wait_idle_async());
    let blocked = start(|| semaphore.wait_idle());
    assert!(!ends(|| semaphore.wait_idle_timeout(Duration::from_millis(1))));
    assert_eq!(ends(|| count(semaphore.acquire(1))), Ok(1), "they keep nothing from others");
    blocked.is_stuck();
    drop(held);
    blocked.ends();
    assert_eq!(not_polled.wakes(), 1);
    assert!(not_polled.poll().is_ready());
}
