//! A pinned position, on its way to another thread.

use super::{Pinned, Pins};
use alloc::sync::Arc;
use core::fmt;

/// A position that is pinned in [`Pins`] that it keeps alive, and so can travel with what was read at it: into a
/// structure of the user's, to another thread. Ends the pin when it is dropped.
#[must_use = "dropped at once, nothing is pinned"]
pub struct OwnedPinned<const N: usize> {
    pins: Arc<Pins<N>>,
    slot: usize,
    position: u64,
}

impl<const N: usize> OwnedPinned<N> {
    /// Returns the position.
    #[inline]
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns what the position is pinned in.
    #[must_use]
    pub fn pins(&self) -> &Arc<Pins<N>> {
        &self.pins
    }
}

impl<const N: usize> Drop for OwnedPinned<N> {
    fn drop(&mut self) {
        if let Some(slot) = self.pins.slots.get(self.slot) {
            slot.release();
        }
    }
}

/// Shows the position.
impl<const N: usize> fmt::Debug for OwnedPinned<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnedPinned").field(&self.position).finish()
    }
}

impl<const N: usize> Pins<N> {
    /// Takes a slot for one pin as [`pin`](Self::pin) does, and keeps the slots alive with it; `None`, if all are taken.
    ///
    /// It costs two changes of the count of the [`Arc`] more, which all share that do the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use latchfree::refcount::{OwnedPinned, Pins};
    /// use latchfree::watermark::Watermark;
    /// use std::sync::Arc;
    ///
    /// /// What a user may keep for as long as they like.
    /// struct Snapshot {
    ///     pinned: OwnedPinned<64>,
    /// }
    ///
    /// let (visible, pins) = (Watermark::new(7), Arc::new(Pins::new()));
    /// let snapshot = Snapshot { pinned: Arc::clone(&pins).pin_owned(|| visible.get()).unwrap() };
    /// assert_eq!((snapshot.pinned.position(), pins.oldest(9)), (7, 7));
    /// drop(snapshot);
    /// assert_eq!(pins.oldest(9), 9);
    /// ```
    #[must_use]
    pub fn pin_owned(self: Arc<Self>, now: impl FnMut() -> u64) -> Option<OwnedPinned<N>> {
        let (index, slot) = self.slots.iter().enumerate().find(|(_, slot)| slot.claim())?;
        let pinned = Pinned::new(slot, true, now);
        let position = pinned.position();
        core::mem::forget(pinned); // what is returned gives the slot back
        Some(OwnedPinned { position, slot: index, pins: self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn owned_pin_ends_and_frees_the_slots_when_dropped() {
        let pins = Arc::new(Pins::<2>::new());
        let borrowed = pins.pin(|| 8).unwrap();
        let owned = Arc::clone(&pins).pin_owned(|| 5).unwrap();
        assert!(Arc::ptr_eq(owned.pins(), &pins) && Arc::clone(&pins).pin_owned(|| 6).is_none());
        assert_eq!((owned.position(), pins.oldest(9), Arc::strong_count(&pins)), (5, 5, 2));
        drop(owned);
        assert_eq!((pins.oldest(9), Arc::strong_count(&pins)), (8, 1));
        drop(borrowed);
        let pinned = pins.pin_owned(|| 3).unwrap();
        assert_eq!(pinned.pins().oldest(9), 3, "the last owner");
    }

    #[test]
    fn panic_in_the_load_of_the_position_takes_no_slot() {
        let pins = Arc::new(Pins::<1>::new());
        let failing = || Arc::clone(&pins).pin_owned(|| panic!("no position"));
        assert!(catch_unwind(AssertUnwindSafe(failing)).is_err());
        assert_eq!((pins.oldest(9), Arc::strong_count(&pins)), (9, 1));
        assert!(pins.reader().is_some());
    }
}
