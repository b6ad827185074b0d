//! A handle that owns a slot of a counter.

use super::stripes::Target;
use super::{Delta, Which};
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

/// A handle that adds to a [`Counter`](super::Counter) (`T` is `u64`) or to a
/// [`Gauge`](super::Gauge) (`i64`) through a slot of its own, in place or on the heap.
///
/// May move to another thread, but is not `Sync`: one thread at a time adds through it.
///
/// # Examples
///
/// ```compile_fail,E0277
/// # use latchfree::counter::Counter;
/// static COUNTER: Counter<2> = Counter::new();
/// let local = COUNTER.local();
/// std::thread::scope(|scope| {
///     scope.spawn(|| local.add(1)); // `&Local` in another thread
/// });
/// ```
pub struct Local<'a, T: Delta> {
    target: Target<'a, 1>,
    _not_sync: PhantomData<Cell<T>>,
}

impl<'a, T: Delta> Local<'a, T> {
    /// `target` was claimed for a handle.
    pub(super) fn new(target: Target<'a, 1>) -> Self {
        Self { target, _not_sync: PhantomData }
    }

    /// Adds `n`.
    ///
    /// Wait-free: load, add and store, or one locked add if no slot was free.
    ///
    /// The add of a signal or interrupt handler that has interrupted an add through the same handle gets lost.
    /// Handlers call [`Counter::add_shared`](super::Counter::add_shared) or
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

    /// Returns whether the handle has a slot of its own.
    #[must_use]
    pub fn owns_slot(&self) -> bool {
        self.target.owns_slot()
    }
}

impl Local<'_, i64> {
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

/// Gives the slot back. Its count stays in the counter.
impl<T: Delta> Drop for Local<'_, T> {
    fn drop(&mut self) {
        self.target.release();
    }
}

impl<T: Delta> fmt::Debug for Local<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("owns_slot", &self.owns_slot()).finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::counter::{Counter, Gauge};

    #[test]
    fn a_slot_goes_from_handle_to_handle_with_its_count() {
        let counter = Counter::<1>::new();
        let first = counter.local();
        let second = counter.local();
        assert!(first.owns_slot() && !second.owns_slot());
        first.add(3);
        second.add(4);
        drop(first);
        let third = counter.local();
        assert!(third.owns_slot() && !second.owns_slot());
        third.inc();
        drop(second); // had no slot to give back
        assert!(!counter.local().owns_slot());
        assert_eq!(counter.sum(), 8);
    }

    #[test]
    fn gauge_handle_subtracts() {
        let gauge = Gauge::<1>::new();
        let (own, shared) = (gauge.local(), gauge.local());
        own.add(2);
        own.sub(5);
        shared.dec();
        shared.inc();
        own.dec();
        assert_eq!(gauge.sum(), -4);
    }

    #[test]
    fn handles_may_move_to_other_threads() {
        fn moves<T: Send>(_: T) {}
        let counter = Counter::<1>::new();
        moves(counter.local());
    }
}
