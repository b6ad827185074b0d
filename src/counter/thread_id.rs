//! A small number for each thread: the lowest that no living thread has.
//!
//! A thread asks on its first add, and gives its number back when it exits, so that the numbers in
//! use stay as low as the number of threads, however many have come and gone.

use crate::atomic::Atomic;
use crate::sys;
use core::cell::Cell;

sites! {
    /// A load to find a zero bit; CLAIM decides.
    CLAIM_LOOK: Relaxed;
    /// Claims a number: pairs with RETURN, so that this thread's first add to a slot of that number
    /// sees the last add of the thread that had it before. Relaxed, that add could be undone.
    CLAIM: Acquire, pairs(RETURN);
    /// Returns a number: pairs with CLAIM, and publishes all adds of the exiting thread.
    RETURN: Release;
}

/// How many words of 64 numbers there are. Further threads get no number, and so no slot.
const WORDS: usize = sys::cfg_loom!(1 else 16);

/// Which numbers are taken, a bit each.
struct Pool {
    taken: [Atomic<u64>; WORDS],
}

impl Pool {
    sys::const_fn! {
        const fn new() -> Self {
            Self { taken: sys::array![Atomic::new(0); WORDS] }
        }
    }

    /// Claims the lowest free number. Lock-free: a failed attempt means that another thread got that number.
    fn claim(&self) -> Option<u32> {
        for (base, word) in (0..).step_by(64).zip(&self.taken) {
            loop {
                let free = (!word.load(CLAIM_LOOK)).trailing_zeros();
                if free == u64::BITS {
                    break;
                }
                if !word.bit_set(free, CLAIM) {
                    return Some(base + free);
                }
            }
        }
        None
    }

    fn put_back(&self, id: u32) {
        self.taken[(id / 64) as usize].bit_clear(id, RETURN); // modulo 64
    }
}

sys::global! {
    /// Returns the numbers of this process.
    fn pool() -> Pool = Pool::new();
}

/// This thread has not asked yet.
const UNKNOWN: u32 = u32::MAX;
/// This thread has no number: all were taken, or it is about to exit.
const NONE: u32 = u32::MAX - 1;
const _: () = assert!(NONE != UNKNOWN, "a thread asks once");

sys::thread_local_const! {
    /// This thread's number. Has no destructor, so it can be read until the thread's very end.
    static ID: Cell<u32> = Cell::new(UNKNOWN);
}

sys::thread_local! {
    /// Gives the number back at exit.
    static LEASE: Lease = Lease::new(pool());
}

struct Lease {
    pool: sys::Global<Pool>,
    id: Option<u32>,
}

impl Lease {
    fn new(pool: sys::Global<Pool>) -> Self {
        let id = pool.claim();
        Self { pool, id }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // From here on, destructors of other thread-locals that still count use a shared slot.
        // (`ID` has no destructor, so it is still there; loom's stand-in may not be.)
        let _ = ID.try_with(|id| id.set(NONE));
        if let Some(id) = self.id {
            self.pool.put_back(id);
        }
    }
}

/// Returns this thread's number.
#[inline]
pub(super) fn current() -> Option<u32> {
    match ID.with(Cell::get) {
        UNKNOWN => ask(),
        NONE => None,
        id => Some(id),
    }
}

#[cold]
fn ask() -> Option<u32> {
    let id = LEASE.try_with(|lease| lease.id).ok().flatten();
    ID.with(|cell| cell.set(id.unwrap_or(NONE)));
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::{Arc, Barrier};
    use std::thread;
    use std::vec::Vec;

    #[test]
    fn the_lowest_free_number_comes_first() {
        let pool = Pool::new();
        let all = WORDS as u32 * 64;
        assert!((0..all).all(|id| pool.claim() == Some(id)));
        assert_eq!(pool.claim(), None);
        [700, 64, 63].into_iter().for_each(|id| pool.put_back(id));
        assert_eq!([(); 4].map(|()| pool.claim()), [Some(63), Some(64), Some(700), None]);
    }

    #[test]
    fn live_threads_have_different_numbers() {
        let pool = Arc::new(Pool::new());
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let pool = Arc::clone(&pool);
                thread::spawn(move || {
                    for _ in 0..if cfg!(miri) { 10 } else { 1000 } {
                        let ids = [(); 20].map(|()| pool.claim().unwrap());
                        assert_eq!(BTreeSet::from(ids).len(), 20);
                        ids.into_iter().for_each(|id| pool.put_back(id));
                    }
                    [(); 20].map(|()| pool.claim().unwrap())
                })
            })
            .collect();
        let kept: BTreeSet<_> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        assert_eq!(kept, (0..80).collect());
    }

    #[test]
    fn a_thread_keeps_its_number() {
        let id = current();
        assert_eq!(current(), id);
        assert_ne!(thread::spawn(current).join().unwrap(), id);
    }

    /// More threads than there are numbers, some at a time: each gets one, because those before gave
    /// theirs back.
    #[test]
    fn numbers_of_ended_threads_are_used_again() {
        let (rounds, at_a_time) = if cfg!(miri) { (4, 3) } else { (WORDS * 64 / 6 + 10, 8) };
        for _ in 0..rounds {
            let all_have_one = Arc::new(Barrier::new(at_a_time));
            let threads: Vec<_> = (0..at_a_time)
                .map(|_| {
                    let all_have_one = Arc::clone(&all_have_one);
                    thread::spawn(move || {
                        let id = current();
                        all_have_one.wait();
                        id
                    })
                })
                .collect();
            let ids = threads.into_iter().map(|thread| thread.join().unwrap());
            let ids: BTreeSet<_> = ids.map(|id| id.expect("a number is free")).collect();
            assert_eq!(ids.len(), at_a_time);
        }
    }
    /// Once the number is given back, it is not used any more, though the thread still runs the
    /// destructors of other thread-locals: the next thread may have it by then.
    #[test]
    fn thread_forgets_its_number_when_it_returns_it() {
        use std::sync::mpsc::{Sender, channel};
        struct AtExit(Cell<Option<Sender<Option<u32>>>>);
        impl Drop for AtExit {
            fn drop(&mut self) {
                self.0.take().unwrap().send(current()).unwrap();
            }
        }
        std::thread_local! {
            static BEFORE: AtExit = const { AtExit(Cell::new(None)) };
            static AFTER: AtExit = const { AtExit(Cell::new(None)) };
        }
        let (sender, seen) = channel();
        let thread = thread::spawn(move || {
            // Destructors run in the order of first use, or against it: the lease is in the middle.
            BEFORE.with(|at_exit| at_exit.0.set(Some(sender.clone())));
            let id = current();
            AFTER.with(|at_exit| at_exit.0.set(Some(sender)));
            id
        });
        let id = thread.join().unwrap();
        assert_eq!(seen.iter().collect::<Vec<_>>(), [id, None]);
    }
}
