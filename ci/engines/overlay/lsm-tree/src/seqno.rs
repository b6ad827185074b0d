//! The sequence numbers of lsm-tree 3.1.10, on `Atomic<u64>`.
//!
//! Replaces `src/seqno.rs`. Keeps `SequenceNumberCounter`, a handle whose clones are the same counter, with `new`, `get`,
//! `next`, `set` and `fetch_max`. It is the engine's public interface, and one type for two jobs: where it is a generator of
//! ids, `next` is all; where it is the number up to which writes are visible, `fetch_max` publishes and `get` is what a
//! reader begins with. `set` may go back.
//!
//! No `Sequence`: that one orders nothing, and goes forward only. No `Watermark`: that one hands out no numbers.

use crate::SeqNo;
use latchfree::atomic::{AcqRel, Acquire, Atomic, Release};
use std::sync::Arc;

/// Numbers from here on have the bit that transactions use.
const END: SeqNo = 1 << 63;

/// Hands out sequence numbers, or says which of them are visible.
#[derive(Clone, Default, Debug)]
pub struct SequenceNumberCounter(Arc<Atomic<SeqNo>>);

impl SequenceNumberCounter {
    /// Creates a counter whose first number is `next`.
    #[must_use]
    pub fn new(next: SeqNo) -> Self {
        Self(Arc::new(Atomic::new(next)))
    }

    /// Returns the number that comes next; of a counter of what is visible, the first that is not. What was
    /// done before the number was reached is visible.
    #[must_use]
    pub fn get(&self) -> SeqNo {
        self.0.load(Acquire)
    }

    /// Hands out a number.
    ///
    /// # Panics
    ///
    /// After 2^63 numbers.
    #[must_use]
    pub fn next(&self) -> SeqNo {
        let number = self.0.fetch_add(1, AcqRel);
        assert!(number < END, "Ran out of sequence numbers");
        number
    }

    /// Goes on at `next`, forward or back.
    pub fn set(&self, next: SeqNo) {
        self.0.store(next, Release);
    }

    /// Goes on at `next`, if that is forward.
    pub fn fetch_max(&self, next: SeqNo) {
        self.0.fetch_max(next, AcqRel);
    }
}

#[cfg(test)]
mod overlay_tests {
    use super::SequenceNumberCounter;
    use std::thread;

    #[test]
    fn numbers_of_all_threads_are_handed_out_once() {
        const EACH: u64 = 10_000;
        let numbers = SequenceNumberCounter::new(5);
        let take = || (0..EACH).map(|_| numbers.next()).collect::<Vec<_>>();
        let mut taken = thread::scope(|scope| {
            let handles = [(); 3].map(|()| scope.spawn(take));
            handles.map(|handle| handle.join().expect("it has not panicked")).concat()
        });
        taken.sort_unstable();
        assert!(taken.into_iter().eq(5..5 + 3 * EACH));
    }

    #[test]
    fn clone_is_the_same_counter() {
        let numbers = SequenceNumberCounter::default();
        numbers.clone().fetch_max(7);
        numbers.clone().fetch_max(3);
        assert_eq!((numbers.get(), numbers.next(), numbers.get()), (7, 7, 8));
    }

    #[test]
    fn set_goes_back_and_maximum_does_not() {
        let numbers = SequenceNumberCounter::new(9);
        numbers.set(4);
        numbers.fetch_max(2);
        assert_eq!(numbers.next(), 4);
    }
}
