//! Receiving by threads that block.

use super::{Consumer, Storage};
use crate::mpsc::{RecvError, RecvTimeoutError, TryRecvError};
use crate::wait::block::{self, Deadline};
use core::fmt;
use core::future::poll_fn;
use core::iter::FusedIterator;
use core::pin::pin;
use core::time::Duration;

impl<S: Storage> Consumer<S> {
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
    pub fn recv(&mut self) -> Result<S::Value, RecvError> {
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
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<S::Value, RecvTimeoutError> {
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
        buffer: &mut impl Extend<S::Value>,
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
    pub fn iter(&mut self) -> Iter<'_, S> {
        Iter { consumer: self }
    }

    fn await_value(&mut self) -> Result<S::Value, RecvError> {
        loop {
            match self.await_value_until(Deadline::NEVER) {
                Ok(value) => return Ok(value),
                Err(RecvTimeoutError::Closed) => return Err(RecvError),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Takes the next value, blocking until there is one.
    fn await_value_until(&mut self, deadline: Deadline) -> Result<S::Value, RecvTimeoutError> {
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
pub struct Iter<'a, S: Storage> {
    consumer: &'a mut Consumer<S>,
}

impl<S: Storage> Iterator for Iter<'_, S> {
    type Item = S::Value;

    fn next(&mut self) -> Option<S::Value> {
        self.consumer.recv().ok()
    }
}

impl<S: Storage> FusedIterator for Iter<'_, S> {}

impl<S: Storage> fmt::Debug for Iter<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("consumer", &self.consumer).finish()
    }
}

/// The iterator that a [`Consumer`] turns into: as [`Iter`], with the handle in it.
#[must_use = "values are received as the iterator is advanced"]
pub struct IntoIter<S: Storage> {
    consumer: Consumer<S>,
}

impl<S: Storage> Iterator for IntoIter<S> {
    type Item = S::Value;

    fn next(&mut self) -> Option<S::Value> {
        self.consumer.recv().ok()
    }
}

impl<S: Storage> FusedIterator for IntoIter<S> {}

impl<S: Storage> fmt::Debug for IntoIter<S> {
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
impl<S: Storage> IntoIterator for Consumer<S> {
    type Item = S::Value;
    type IntoIter = IntoIter<S>;

    fn into_iter(self) -> IntoIter<S> {
        IntoIter { consumer: self }
    }
}

impl<'a, S: Storage> IntoIterator for &'a mut Consumer<S> {
    type Item = S::Value;
    type IntoIter = Iter<'a, S>;

    fn into_iter(self) -> Iter<'a, S> {
        self.iter()
    }
}
