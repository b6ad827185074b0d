//! A slot of a counter under a number that the caller chose.

use super::slots::{Owner, Slot, Slots};
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

/// The slot of one worker, from [`Counter::with_slot`](super::Counter::with_slot).
pub struct WorkerSlot<'a, const N: usize> {
    slots: &'a Slots<N>,
    slot: Option<&'a Slot>,
    _not_sync: PhantomData<Cell<()>>,
}

impl<'a, const N: usize> WorkerSlot<'a, N> {
    #[inline]
    pub(super) fn new(slots: &'a Slots<N>, worker: usize) -> Self {
        Self { slots, slot: slots.owned(worker, Owner::WORKER), _not_sync: PhantomData }
    }

    /// Adds `n`.
    ///
    /// Wait-free: load, add and store, or one locked add if the slot belongs to somebody else.
    #[inline]
    pub fn add(&self, n: u64) {
        self.slots.add(self.slot, n);
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(1);
    }
}

impl<const N: usize> fmt::Debug for WorkerSlot<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerSlot").field("owns_slot", &self.slot.is_some()).finish()
    }
}
