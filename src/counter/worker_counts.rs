//! A slot of several counts under a number that the caller chose.

use super::Which;
use super::stripes::Target;
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

/// The slot of one worker, from [`Counters::with_slot`](super::Counters::with_slot).
pub struct WorkerCounts<'a, const K: usize> {
    target: Target<'a, K>,
    _not_sync: PhantomData<Cell<u64>>,
}

impl<'a, const K: usize> WorkerCounts<'a, K> {
    /// `target` is that of a worker.
    #[inline]
    pub(super) fn new(target: Target<'a, K>) -> Self {
        Self { target, _not_sync: PhantomData }
    }

    /// Adds `n` to one count.
    ///
    /// Wait-free: load, add and store, or one locked add if the slot has another owner.
    ///
    /// The add of a signal or interrupt handler that has interrupted an add under the same number gets lost.
    /// Give the handler a number of its own, or let it add by
    /// [`Counters::add_shared`](super::Counters::add_shared).
    #[inline]
    pub fn add(&self, which: impl Into<Which<K>>, n: u64) {
        self.target.add(which.into(), n);
    }

    /// Adds one to one count.
    #[inline]
    pub fn inc(&self, which: impl Into<Which<K>>) {
        self.add(which, 1);
    }
}

impl<const K: usize> fmt::Debug for WorkerCounts<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerCounts").field("owns_slot", &self.target.owns_slot()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counter::{Counters, LocalCounts};

    #[test]
    fn worker_finds_its_slot_again_and_another_shares() {
        let counters = Counters::<2, 2>::new();
        let [a, b] = Which::all();
        for n in 1..=3 {
            let slot = counters.with_slot(1);
            assert!(slot.target.owns_slot());
            slot.add(a, n);
            slot.inc(b);
        }
        let handles = [counters.local(), counters.local()];
        assert_eq!(handles.each_ref().map(LocalCounts::owns_slot), [true, false]);
        for worker in [0, 2, usize::MAX] {
            assert!(
                !counters.with_slot(worker).target.owns_slot(),
                "a handle has it, or there is none"
            );
            counters.with_slot(worker).add(b, 10);
        }
        assert_eq!(counters.sums(), [6, 33]);
    }
}
