//! Values received one after the other, without blocking.

use super::{Consumer, Storage};
use core::fmt;
use core::iter::FusedIterator;

/// The iterator of [`Consumer::drain`].
///
/// When it is dropped, frees the slots of the values that it has yielded. If it is forgotten instead, the
/// consumer's next call frees them.
#[must_use = "values are received as the iterator is advanced"]
pub struct Drain<'a, S: Storage> {
    consumer: &'a mut Consumer<S>,
    /// How many more may be received.
    remaining: usize,
}

impl<'a, S: Storage> Drain<'a, S> {
    /// Yields up to `max` values.
    pub(super) fn new(consumer: &'a mut Consumer<S>, max: usize) -> Self {
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
    pub fn with_positions(mut self) -> impl Iterator<Item = (u64, S::Value)> {
        core::iter::from_fn(move || {
            let value = self.next()?;
            Some((self.consumer.head.minus(1).position(), value))
        })
    }
}

impl<S: Storage> Iterator for Drain<'_, S> {
    type Item = S::Value;

    #[inline]
    fn next(&mut self) -> Option<S::Value> {
        self.remaining = self.remaining.checked_sub(1)?;
        let value = self.consumer.next_ready();
        if value.is_none() {
            self.remaining = 0;
        }
        value
    }
}

impl<S: Storage> FusedIterator for Drain<'_, S> {}

/// Frees the slots, also if the code between two values has panicked.
impl<S: Storage> Drop for Drain<'_, S> {
    fn drop(&mut self) {
        self.consumer.publish_head();
    }
}

impl<S: Storage> fmt::Debug for Drain<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("consumer", &self.consumer).finish_non_exhaustive()
    }
}

/// The iterator of [`Consumer::try_iter`].
#[must_use = "values are received as the iterator is advanced"]
pub struct TryIter<'a, S: Storage> {
    consumer: &'a mut Consumer<S>,
}

impl<'a, S: Storage> TryIter<'a, S> {
    pub(super) fn new(consumer: &'a mut Consumer<S>) -> Self {
        Self { consumer }
    }
}

impl<S: Storage> Iterator for TryIter<'_, S> {
    type Item = S::Value;

    fn next(&mut self) -> Option<S::Value> {
        self.consumer.try_recv().ok()
    }
}

impl<S: Storage> fmt::Debug for TryIter<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TryIter").field("consumer", &self.consumer).finish()
    }
}
