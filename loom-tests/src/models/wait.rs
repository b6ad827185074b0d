//! The parts of a wait: the spin lock, the list, the thread that blocks.

use super::semaphore::cancelled_acquire_hands_permit_to_next;
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::loom_hooks::{SpinLock, WaitQueue, block_on, foreign_park, with_spin_lock};
use latchfree::semaphore::Semaphore;
use latchfree::watermark::Watermark;
use loom::thread::yield_now;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

pub fn models() -> Vec<Model> {
    vec![
        Model::new("wait::spin_lock_admits_one_at_a_time", spin_lock_admits_one_at_a_time)
            .outcomes([(true, 2), (false, 1)]),
        Model::new(
            "wait::removed_entry_is_not_touched_by_waker",
            removed_entry_is_not_touched_by_waker,
        )
        .outcomes([()])
        .preemptions(3),
        Model::new("wait::wake_up_publishes", || wake_up_publishes(|| ())).outcomes([1]),
        Model::new("wait::foreign_park_takes_no_wake_up_away", || wake_up_publishes(foreign_park))
            .outcomes([1]),
        Model::new(
            "wait::waiter_wakes_for_advancer_that_found_the_lock_taken",
            waiter_wakes_for_advancer_that_found_the_lock_taken,
        )
        .outcomes([1])
        .preemptions(3),
        Model::new(
            "wait::advancer_wakes_for_advancer_that_found_the_lock_taken",
            advancer_wakes_for_advancer_that_found_the_lock_taken,
        )
        .outcomes([(1, 1)])
        .preemptions(4),
        Model::new("wait::four_threads_on_one_list_lose_nothing", four_threads_on_one_list)
            .outcomes([1])
            .preemptions(2),
        Model::new("wait::spin_lock_in_the_list_wakes_all", two_wait_under_the_spin_lock)
            .outcomes([(1, 2), (2, 2)])
            .preemptions(2),
        Model::new("wait::spin_lock_in_the_list_hands_permits_on", || {
            cancelled_acquire_hands_permit_to_next(with_spin_lock(|| Semaphore::new(1)))
        })
        .outcomes([0])
        .preemptions(2),
    ]
}

/// A waker that counts, unseen by loom.
#[derive(Default)]
pub(super) struct Count(AtomicUsize);

impl Count {
    pub(super) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Polls once; the waker does nothing.
pub(super) fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Two holders of the lock, one after the other, or one that finds it taken and does not wait.
fn spin_lock_admits_one_at_a_time() -> (bool, u32) {
    let lock = Arc::new(SpinLock::new(0));
    let other = {
        let lock = Arc::clone(&lock);
        spawn(move || lock.with(|value| *value += 1))
    };
    let was_free = lock.try_with(|value| *value += 1).is_some();
    other.join().unwrap();
    (was_free, lock.with(|value| *value))
}

/// A waiter that finds its entry removed may reuse the memory: the waker does not touch it any more.
fn removed_entry_is_not_touched_by_waker() {
    let list = Arc::new(WaitQueue::new());
    let left = Arc::new(Atomic::new(false));
    let waiter = {
        let (list, left) = (Arc::clone(&list), Arc::clone(&left));
        spawn(move || {
            list.enter(yield_now);
            left.store(true, Relaxed);
        })
    };
    while !left.load(Relaxed) {
        list.wake_one();
        yield_now();
    }
    waiter.join().unwrap();
}

/// A woken thread sees the write that it was woken for, whether it has parked or not, and whatever foreign code
/// does on it before it parks.
fn wake_up_publishes(foreign: fn()) -> u32 {
    let elsewhere = Arc::new(Atomic::new(0));
    let mut waker = None;
    block_on(poll_fn(|cx| {
        if waker.is_none() {
            let (elsewhere, wake) = (Arc::clone(&elsewhere), cx.waker().clone());
            waker = Some(spawn(move || {
                elsewhere.store(1, Relaxed);
                wake.wake();
            }));
        }
        let seen = elsewhere.load(Relaxed);
        foreign();
        if seen == 0 { Poll::Pending } else { Poll::Ready(seen) }
    }))
}

/// An advancer finds the list's lock taken by a waiter; another waiter, which was about to look for requests,
/// wakes in its place. Returns how often the waiter was woken.
fn waiter_wakes_for_advancer_that_found_the_lock_taken() -> usize {
    let (mark, woken) = (Arc::new(Watermark::new(0)), Arc::new(Count::default()));
    let waker = Waker::from(Arc::clone(&woken));
    let mut wait = pin!(mark.wait_for_async(1));
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let advancer = {
        let mark = Arc::clone(&mark);
        spawn(move || mark.advance_to(1))
    };
    let other = {
        let mark = Arc::clone(&mark);
        spawn(move || poll_once(pin!(mark.wait_for_async(2))).is_pending())
    };
    assert!(poll_once(pin!(mark.wait_for_async(3))).is_pending());
    assert!(advancer.join().unwrap() && other.join().unwrap());
    woken.get()
}

/// As above, but another advancer wakes in its place, and the waiter leaves the list.
fn advancer_wakes_for_advancer_that_found_the_lock_taken() -> (usize, usize) {
    let mark = Arc::new(Watermark::new(0));
    let mut holder = Box::pin(mark.wait_for_async(3));
    assert!(poll_once(holder.as_mut()).is_pending());
    let woken = [Arc::new(Count::default()), Arc::new(Count::default())];
    let mut waits = [1, 2].map(|at_least| Box::pin(mark.wait_for_async(at_least)));
    for (wait, woken) in waits.iter_mut().zip(&woken) {
        let waker = Waker::from(Arc::clone(woken));
        assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    let advancers = [1, 2].map(|position| {
        let mark = Arc::clone(&mark);
        spawn(move || mark.advance_to(position))
    });
    drop(holder);
    advancers.into_iter().for_each(|advancer| _ = advancer.join().unwrap());
    (woken[0].get(), woken[1].get())
}

/// One thread waits, two come and go, one wakes: each may find the lock taken by another. Returns how often
/// the waiter was woken.
fn four_threads_on_one_list() -> usize {
    let (mark, woken) = (Arc::new(Watermark::new(0)), Arc::new(Count::default()));
    let waker = Waker::from(Arc::clone(&woken));
    let mut wait = pin!(mark.wait_for_async(1));
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let passers = [2, 3, 4].map(|at_least| {
        let mark = Arc::clone(&mark);
        spawn(move || assert!(poll_once(pin!(mark.wait_for_async(at_least))).is_pending()))
    });
    mark.advance_to(1);
    passers.into_iter().for_each(|passer| passer.join().unwrap());
    woken.get()
}

/// Two threads wait for different positions, one after the other is reached.
fn two_wait_under_the_spin_lock() -> (u64, u64) {
    let mark = Arc::new(with_spin_lock(|| Watermark::new(0)));
    let waiters = [1, 2].map(|at_least| {
        let mark = Arc::clone(&mark);
        spawn(move || mark.wait_for(at_least).unwrap())
    });
    mark.advance_to(1);
    mark.advance_to(2);
    waiters.map(|waiter| waiter.join().unwrap()).into()
}
