//! The parts that waiting is made of.

use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::loom_hooks::{SpinLock, WaitQueue};
use loom::thread::yield_now;
use std::sync::Arc;

pub fn models() -> Vec<Model> {
    vec![
        Model::new("wait::the_spin_lock_excludes", the_spin_lock_excludes)
            .outcomes([(true, 2), (false, 1)]),
        Model::new("wait::an_entry_is_left_alone", an_entry_is_left_alone)
            .outcomes([()])
            .preemptions(3),
    ]
}

/// Two holders of the lock, one after the other; or the one that does not wait goes away.
fn the_spin_lock_excludes() -> (bool, u32) {
    let lock = Arc::new(SpinLock::new(0));
    let other = {
        let lock = Arc::clone(&lock);
        spawn(move || lock.with(|value| *value += 1))
    };
    let was_free = lock.try_with(|value| *value += 1).is_some();
    other.join().unwrap();
    (was_free, lock.with(|value| *value))
}

/// Who finds its entry taken out may use its memory again: the waker does not come back to it.
fn an_entry_is_left_alone() {
    let list = Arc::new(WaitQueue::new());
    let left = Arc::new(Atomic::new(false));
    let sleeper = {
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
    sleeper.join().unwrap();
}
