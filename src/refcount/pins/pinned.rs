//! A pinned position.

use super::slot::Slot;
use core::fmt;

/// A position that is pinned, until this is dropped.
///
/// It may be dropped by another thread than the one that has pinned it.
#[must_use = "dropped at once, nothing is pinned"]
pub struct Pinned<'a> {
    slot: &'a Slot,
    position: u64,
    /// Whether the slot was taken for this pin alone.
    gives_back: bool,
}

impl<'a> Pinned<'a> {
    /// Pins the current position in the caller's slot.
    #[inline]
    pub(super) fn new(slot: &'a Slot, gives_back: bool, mut now: impl FnMut() -> u64) -> Self {
        // What gives the slot back if `now` panics.
        let mut pinned = Self { slot, position: u64::MAX, gives_back };
        pinned.position = now(); // P1
        slot.pin(pinned.position); // P2, P3
        pinned.advance(now); // P4, P5
        pinned
    }

    /// Returns the position.
    #[inline]
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Moves the pin to the current position, which `now` returns as for [`Reader::pin`](super::Reader::pin). Returns it.
    ///
    /// For a reader that goes on with newer data, as an iterator does from time to time: a load, and a store if the
    /// position has moved. If `now` panics, the pin stays where it is.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Pins;
    /// # use latchfree::watermark::Watermark;
    /// let (visible, pins) = (Watermark::new(7), Pins::<1>::new());
    /// let mut snapshot = pins.pin(|| visible.get()).unwrap();
    /// visible.advance_to(9);
    /// assert_eq!((snapshot.position(), pins.oldest(9)), (7, 7));
    /// assert_eq!(snapshot.advance(|| visible.get()), 9);
    /// assert_eq!((snapshot.position(), pins.oldest(9)), (9, 9));
    /// ```
    #[doc(alias("repin", "refresh"))]
    #[inline]
    pub fn advance(&mut self, mut now: impl FnMut() -> u64) -> u64 {
        let current = now(); // P4
        if current > self.position {
            self.position = current;
            self.slot.advance(current); // P5
        }
        self.position
    }
}

impl Drop for Pinned<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.gives_back {
            self.slot.release();
        } else {
            self.slot.unpin();
        }
    }
}

/// Shows the position.
impl fmt::Debug for Pinned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pinned").field(&self.position).finish()
    }
}
