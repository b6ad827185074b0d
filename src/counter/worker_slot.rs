//! A slot of a counter under a number that the caller chose.

use super::stripes::Target;
use super::{Delta, Which};
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

/// The slot of one worker, from [`Counter::with_slot`](super::Counter::with_slot) or
/// [`Gauge::with_slot`](super::Gauge::with_slot).
pub struct WorkerSlot<'a, T: Delta> {
    target: Target<'a, 1>,
    _not_sync: PhantomData<Cell<T>>,
}

impl<'a, T: Delta> WorkerSlot<'a, T> {
    /// `target` is that of a worker.
    #[inline]
    pub(super) fn new(target: Target<'a, 1>) -> Self {
        Self { target, _not_sync: PhantomData }
    }

    /// Adds `n`.
    ///
    /// Wait-free: load, add and store, or one locked add if the slot has another owner.
    ///
    /// The add of a signal or interrupt handler that has interrupted an add under the same number gets lost.
    /// Give the handler a number of its own, or let it add by
    /// [`Counter::add_shared`](super::Counter::add_shared) or
    /// [`Gauge::add_shared`](super::Gauge::add_shared).
    #[inline]
    pub fn add(&self, n: T) {
        self.target.add(Which::ONLY, n.to_bits());
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(T::ONE);
    }
}

impl WorkerSlot<'_, i64> {
    /// Subtracts `n`.
    #[inline]
    pub fn sub(&self, n: i64) {
        self.add(n.wrapping_neg());
    }

    /// Subtracts one.
    #[inline]
    pub fn dec(&self) {
        self.sub(1);
    }
}

impl<T: Delta> fmt::Debug for WorkerSlot<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerSlot").field("owns_slot", &self.target.owns_slot()).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::counter::{Counter, Gauge};

    #[test]
    fn a_worker_finds_its_slot_again() {
        let counter = Counter::<2>::new();
        for n in 1..=3 {
            let slot = counter.with_slot(1);
            assert!(slot.target.owns_slot());
            slot.add(n);
        }
        let handles = [counter.local(), counter.local()];
        assert_eq!(handles.each_ref().map(|handle| handle.owns_slot()), [true, false]);
        assert!(!counter.with_slot(0).target.owns_slot(), "a handle has it");
        counter.with_slot(0).inc();
        assert_eq!(counter.sum(), 7);
    }

    #[test]
    fn number_without_slot_adds_to_shared_one() {
        let counter = Counter::<1>::new();
        for worker in [1, 64, usize::MAX] {
            assert!(!counter.with_slot(worker).target.owns_slot());
            counter.with_slot(worker).add(2);
        }
        assert_eq!(counter.sum(), 6);
    }

    #[test]
    fn gauge_worker_subtracts() {
        let gauge = Gauge::<1>::new();
        gauge.with_slot(0).sub(5);
        gauge.with_slot(0).dec();
        gauge.with_slot(1).add(2);
        assert_eq!(gauge.sum(), -4);
    }
}
