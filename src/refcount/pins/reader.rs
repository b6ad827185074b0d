//! A reader that has a slot.

use super::Pinned;
use super::slot::Slot;
use core::fmt;

/// Has a slot of some [`Pins`](super::Pins), in which it pins one position at a time. Gives the slot back when it is dropped.
#[must_use = "dropped at once, it gives its slot back"]
pub struct Reader<'a> {
    slot: &'a Slot,
}

impl<'a> Reader<'a> {
    /// Creates the reader of a slot that was claimed already.
    pub(super) fn new(slot: &'a Slot) -> Self {
        Self { slot }
    }

    /// Pins the current position, until the result is dropped.
    ///
    /// `now` returns it. It is called twice, and the second time for the position that is pinned, with the first one
    /// pinned meanwhile. So it must not return less than it has returned before, or less than what was passed to
    /// [`oldest`](super::Pins::oldest): a load of one atomic that only grows. What it panics with, it panics with; nothing is
    /// pinned then.
    ///
    /// Wait-free, but for `now`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Pins;
    /// # use latchfree::watermark::Watermark;
    /// let (visible, pins) = (Watermark::new(7), Pins::<1>::new());
    /// let mut reader = pins.reader().unwrap();
    /// for version in 7..10 {
    ///     visible.advance_to(version);
    ///     let snapshot = reader.pin(|| visible.get());
    ///     assert_eq!((snapshot.position(), pins.oldest(10)), (version, version));
    /// }
    /// assert_eq!(pins.oldest(10), 10);
    /// ```
    #[inline]
    pub fn pin(&mut self, now: impl FnMut() -> u64) -> Pinned<'_> {
        Pinned::new(self.slot, false, now)
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.slot.release();
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("pinned", &self.slot.shown()).finish_non_exhaustive()
    }
}
