//! A handle that owns a slot of several counts.

use super::Which;
use super::stripes::Target;
use core::cell::Cell;
use core::fmt;
use core::marker::PhantomData;

/// A handle that adds to a [`Counters`](super::Counters) through a slot of its own.
///
/// May move to another thread, but is not `Sync`: one thread at a time adds through it.
///
/// # Examples
///
/// ```compile_fail,E0277
/// # use latchfree::counter::{Counters, Which};
/// static COUNTERS: Counters<2, 8> = Counters::new();
/// let local = COUNTERS.local();
/// std::thread::scope(|scope| {
///     scope.spawn(|| local.inc(Which::all()[1])); // `&LocalCounts` in another thread
/// });
/// ```
pub struct LocalCounts<'a, const K: usize> {
    target: Target<'a, K>,
    _not_sync: PhantomData<Cell<u64>>,
}

impl<'a, const K: usize> LocalCounts<'a, K> {
    /// `target` was claimed for a handle.
    pub(super) fn new(target: Target<'a, K>) -> Self {
        Self { target, _not_sync: PhantomData }
    }

    /// Adds `n` to one count.
    ///
    /// Wait-free: load, add and store, or one locked add if no slot was free.
    ///
    /// The add of a signal or interrupt handler that has interrupted an add through the same handle gets lost.
    /// Handlers call [`Counters::add_shared`](super::Counters::add_shared).
    #[inline]
    pub fn add(&self, which: impl Into<Which<K>>, n: u64) {
        self.target.add(which.into(), n);
    }

    /// Adds one to one count.
    #[inline]
    pub fn inc(&self, which: impl Into<Which<K>>) {
        self.add(which, 1);
    }

    /// Returns whether the handle has a slot of its own.
    #[must_use]
    pub fn owns_slot(&self) -> bool {
        self.target.owns_slot()
    }
}

/// Gives the slot back. Its counts stay in the counters.
impl<const K: usize> Drop for LocalCounts<'_, K> {
    fn drop(&mut self) {
        self.target.release();
    }
}

impl<const K: usize> fmt::Debug for LocalCounts<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalCounts").field("owns_slot", &self.owns_slot()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counter::Counters;

    #[test]
    fn slot_goes_from_handle_to_handle_with_its_counts() {
        let counters = Counters::<2, 1>::new();
        let [a, b] = Which::all();
        let first = counters.local();
        let second = counters.local();
        assert!(first.owns_slot() && !second.owns_slot());
        first.add(a, 3);
        first.inc(b);
        second.add(b, 10);
        drop(first);
        let third = counters.local();
        assert!(third.owns_slot() && !second.owns_slot());
        third.add(b, 100);
        drop(second); // had no slot to give back
        assert!(!counters.local().owns_slot());
        assert_eq!(counters.sums(), [3, 111]);
    }

    #[test]
    fn handles_may_move_to_other_threads() {
        fn moves<T: Send>(_: T) {}
        moves(Counters::<2, 1>::new().local());
    }
}
