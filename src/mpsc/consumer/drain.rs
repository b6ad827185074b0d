//! Values received one after the other, without blocking.

use super::{Backing, Consumer};
use core::fmt;
use core::iter::FusedIterator;

/// The iterator of [`Consumer::drain`].
///
/// When it is dropped, frees the slots of the values that it has yielded. If it is forgotten instead, the
/// consumer's next call frees them.
#[must_use = "values are received as the iterator is advanced"]
pub struct Drain<'a, Q: Backing> {
    consumer: &'a mut Consumer<Q>,
    /// How many more may be received.
    remaining: usize,
}

impl<'a, Q: Backing> Drain<'a, Q> {
    /// Yields up to `max` values.
    pub(super) fn new(consumer: &'a mut Consumer<Q>, max: usize) -> Self {
        Self { consumer, remaining: max }
    }

    /// Returns the position behind the last value that was yielded, as [`Consumer::position`] does.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.consumer.position()
    }

    /// Yields each value together with its position. Where a position is missing, a producer gave its slot up.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::mpsc::Ring;
    /// let ring = Ring::<&str, 8>::new();
    /// let (producer, mut consumer) = ring.split()?;
    /// producer.try_send_many(["a", "b"]).expect("there is room");
    /// assert!(consumer.drain(8).with_positions().eq([(0, "a"), (1, "b")]));
    /// # Ok::<(), latchfree::mpsc::AlreadySplit>(())
    /// ```
    pub fn with_positions(mut self) -> impl Iterator<Item = (u64, Q::Item)> {
        core::iter::from_fn(move || {
            let value = self.next()?;
            Some((self.consumer.head.minus_one().position(), value))
        })
    }
}

impl<Q: Backing> Iterator for Drain<'_, Q> {
    type Item = Q::Item;

    #[inline]
    fn next(&mut self) -> Option<Q::Item> {
        self.remaining = self.remaining.checked_sub(1)?;
        let value = self.consumer.next_ready();
        if value.is_none() {
            self.remaining = 0;
        }
        value
    }
}

impl<Q: Backing> FusedIterator for Drain<'_, Q> {}

/// Frees the slots, also if the code between two values has panicked.
impl<Q: Backing> Drop for Drain<'_, Q> {
    fn drop(&mut self) {
        self.consumer.publish_head();
    }
}

impl<Q: Backing> fmt::Debug for Drain<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("consumer", &self.consumer).finish_non_exhaustive()
    }
}

/// The iterator of [`Consumer::try_iter`].
#[must_use = "values are received as the iterator is advanced"]
pub struct TryIter<'a, Q: Backing> {
    consumer: &'a mut Consumer<Q>,
}

impl<'a, Q: Backing> TryIter<'a, Q> {
    pub(super) fn new(consumer: &'a mut Consumer<Q>) -> Self {
        Self { consumer }
    }
}

impl<Q: Backing> Iterator for TryIter<'_, Q> {
    type Item = Q::Item;

    fn next(&mut self) -> Option<Q::Item> {
        self.consumer.try_recv().ok()
    }
}

impl<Q: Backing> fmt::Debug for TryIter<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryIter").field("consumer", &self.consumer).finish()
    }
}
