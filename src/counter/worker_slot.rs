//! A slot of a counter under a number that the caller chose.

use super::Delta;
use super::slots::{Owner, Slot, Slots};
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

/// The slot of one worker, from [`Counter::with_slot`](super::Counter::with_slot) or
/// [`Gauge::with_slot`](super::Gauge::with_slot).
pub struct WorkerSlot<'a, T: Delta, const N: usize> {
    slots: &'a Slots<N>,
    slot: Option<&'a Slot>,
    _not_sync: PhantomData<Cell<T>>,
}

impl<'a, T: Delta, const N: usize> WorkerSlot<'a, T, N> {
    #[inline]
    pub(super) fn new(slots: &'a Slots<N>, worker: usize) -> Self {
        Self { slots, slot: slots.owned(worker, Owner::WORKER), _not_sync: PhantomData }
    }

    /// Adds `n`.
    ///
    /// Wait-free: load, add and store, or one locked add if the slot belongs to somebody else.
    #[inline]
    pub fn add(&self, n: T) {
        self.slots.add(self.slot, n.word());
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(T::ONE);
    }
}

impl<const N: usize> WorkerSlot<'_, i64, N> {
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

impl<T: Delta, const N: usize> fmt::Debug for WorkerSlot<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerSlot").field("owns_slot", &self.slot.is_some()).finish()
    }
}
