//! Receiving by threads that block.

use super::{Backing, Consumer};
use crate::mpsc::{RecvError, RecvTimeoutError, TryRecvError};
use crate::wait::block::{self, Deadline};
use core::fmt;
use core::future::poll_fn;
use core::iter::FusedIterator;
use core::pin::pin;
use core::time::Duration;

impl<Q: Backing> Consumer<Q> {
    /// Receives the next value, blocking while there is none.
    ///
    /// While the next value is [stalled](TryRecvError::Stalled), checks for it every 100 microseconds.
    ///
    /// # Errors
    ///
    /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = latchfree::mpsc::bounded(8);
    /// std::thread::spawn(move || sender.send("a record"));
    /// assert_eq!(receiver.recv(), Ok("a record"));
    /// assert!(receiver.recv().is_err()); // the sender is gone
    /// ```
    pub fn recv(&mut self) -> Result<Q::Item, RecvError> {
        let value = self.await_value()?;
        Ok(self.deliver(value))
    }

    /// Receives as [`recv`](Self::recv) does, blocking for `timeout` at the longest.
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`] when the timeout expires, else as `recv`.
    ///
    /// # Examples
    ///
    /// ```
    /// use latchfree::mpsc::{self, RecvTimeoutError};
    /// use std::time::Duration;
    ///
    /// let (_sender, mut receiver) = mpsc::bounded::<u32>(8);
    /// let nothing = receiver.recv_timeout(Duration::from_millis(1));
    /// assert_eq!(nothing, Err(RecvTimeoutError::Timeout));
    /// ```
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Q::Item, RecvTimeoutError> {
        let value = self.await_value_until(Deadline::after(timeout))?;
        Ok(self.deliver(value))
    }

    /// Appends up to `max` values to `buffer`, blocking until there is at least one; returns how
    /// many. Frees their slots together.
    ///
    /// # Errors
    ///
    /// [`RecvError`], if the queue is closed, or all producers are gone, and all was received.
    ///
    /// # Examples
    ///
    /// ```
    /// let (sender, mut receiver) = latchfree::mpsc::bounded(8);
    /// sender.send_many([1, 2, 3]).expect("the receiver is there");
    /// let mut batch = Vec::new();
    /// assert_eq!(receiver.recv_many(&mut batch, 256), Ok(3));
    /// ```
    pub fn recv_many(
        &mut self,
        buffer: &mut impl Extend<Q::Item>,
        max: usize,
    ) -> Result<usize, RecvError> {
        if max == 0 {
            return Ok(0);
        }
        // The drain yields it first. Until then the consumer keeps it, whatever `buffer` does with the drain.
        self.kept = Some(self.await_value()?);
        let mut received = 0;
        buffer.extend(self.drain(max).inspect(|_| received += 1));
        self.publish_head(); // if the drain was forgotten
        Ok(received)
    }

    /// Returns an iterator that blocks for each value, and ends when the queue is closed and all was received.
    pub fn iter(&mut self) -> Iter<'_, Q> {
        Iter { consumer: self }
    }

    fn await_value(&mut self) -> Result<Q::Item, RecvError> {
        loop {
            match self.await_value_until(Deadline::NEVER) {
                Ok(value) => return Ok(value),
                Err(RecvTimeoutError::Closed) => return Err(RecvError),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Takes the next value, blocking until there is one.
    fn await_value_until(&mut self, deadline: Deadline) -> Result<Q::Item, RecvTimeoutError> {
        let soon = block::spin_until(|| match self.next_value() {
            Ok(value) => Some(Ok(value)),
            Err(TryRecvError::Closed) => Some(Err(RecvTimeoutError::Closed)),
            Err(TryRecvError::Empty | TryRecvError::Stalled) => None,
        });
        if let Some(found) = soon {
            return found;
        }
        loop {
            let value = pin!(poll_fn(|cx| self.poll_value(cx)));
            match block::block_on_until(value, deadline) {
                Some(Ok(value)) => return Ok(value),
                // No wake-up comes for a send that was in progress before. It is short, unless its thread does
                // not run: check again from time to time.
                Some(Err(TryRecvError::Stalled)) if deadline.park_briefly() => {}
                Some(Err(TryRecvError::Closed)) => return Err(RecvTimeoutError::Closed),
                _ => {
                    self.cancel_park();
                    return Err(RecvTimeoutError::Timeout);
                }
            }
        }
    }
}

/// The iterator of [`Consumer::iter`].
#[must_use = "values are received as the iterator is advanced"]
pub struct Iter<'a, Q: Backing> {
    consumer: &'a mut Consumer<Q>,
}

impl<Q: Backing> Iterator for Iter<'_, Q> {
    type Item = Q::Item;

    fn next(&mut self) -> Option<Q::Item> {
        self.consumer.recv().ok()
    }
}

impl<Q: Backing> FusedIterator for Iter<'_, Q> {}

impl<Q: Backing> fmt::Debug for Iter<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("consumer", &self.consumer).finish()
    }
}

/// The iterator that a [`Consumer`] turns into: as [`Iter`], with the handle in it.
#[must_use = "values are received as the iterator is advanced"]
pub struct IntoIter<Q: Backing> {
    consumer: Consumer<Q>,
}

impl<Q: Backing> Iterator for IntoIter<Q> {
    type Item = Q::Item;

    fn next(&mut self) -> Option<Q::Item> {
        self.consumer.recv().ok()
    }
}

impl<Q: Backing> FusedIterator for IntoIter<Q> {}

impl<Q: Backing> fmt::Debug for IntoIter<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").field("consumer", &self.consumer).finish()
    }
}

/// Blocks for each value, as [`recv`](Consumer::recv) does, until the queue is closed and all was received.
///
/// # Examples
///
/// ```
/// let (sender, receiver) = latchfree::mpsc::bounded(8);
/// std::thread::spawn(move || (0..4).for_each(|n| drop(sender.send(n))));
/// let mut sum = 0;
/// for n in receiver {
///     sum += n;
/// }
/// assert_eq!(sum, 6);
/// ```
impl<Q: Backing> IntoIterator for Consumer<Q> {
    type Item = Q::Item;
    type IntoIter = IntoIter<Q>;

    fn into_iter(self) -> IntoIter<Q> {
        IntoIter { consumer: self }
    }
}

impl<'a, Q: Backing> IntoIterator for &'a mut Consumer<Q> {
    type Item = Q::Item;
    type IntoIter = Iter<'a, Q>;

    fn into_iter(self) -> Iter<'a, Q> {
        self.iter()
    }
}
