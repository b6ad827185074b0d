//! The methods that block.

use super::FrontierOn;
use crate::watermark::{
    Closed, CompleteError, CompleteTimeoutError, Links, TryCompleteError, WaitTimeoutError,
};
use core::ops::Range;
use core::time::Duration;

impl<L: Links> FrontierOn<L> {
    /// Completes `range`, and blocks before that while it ends more than the window ahead of the position. Returns
    /// the position at a moment after that.
    ///
    /// Waits for room only, not for the ranges in front: for these, [`wait_for`](Self::wait_for).
    ///
    /// # Errors
    ///
    /// [`CompleteError::Closed`], if the frontier is closed and there is no room; [`CompleteError::TooLong`].
    ///
    /// # Panics
    ///
    /// As [`try_complete`](Self::try_complete).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::Frontier;
    /// let frontier = Frontier::<4>::new(0);
    /// std::thread::scope(|scope| {
    ///     scope.spawn(|| frontier.complete(4..8)); // blocks until all before 4 is complete
    ///     scope.spawn(|| frontier.complete(2..4));
    ///     scope.spawn(|| frontier.complete(0..2));
    /// });
    /// assert_eq!(frontier.position(), 8);
    /// ```
    pub fn complete(&self, range: Range<u64>) -> Result<u64, CompleteError> {
        match self.try_complete(range) {
            Ok(position) => Ok(position),
            Err(TryCompleteError::TooLong(range)) => Err(CompleteError::TooLong(range)),
            Err(TryCompleteError::TooFarAhead(range)) => {
                match self.wait_for(self.room_at(&range)) {
                    Ok(seen) => Ok(self.record(range, seen)),
                    Err(Closed) => Err(CompleteError::Closed(range)),
                }
            }
        }
    }

    /// Completes `range` as [`complete`](Self::complete) does, blocking for `timeout` at the longest.
    ///
    /// # Errors
    ///
    /// [`CompleteTimeoutError::Timeout`] when the timeout expires; else as [`complete`](Self::complete).
    ///
    /// # Panics
    ///
    /// As [`try_complete`](Self::try_complete).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::watermark::{CompleteTimeoutError, Frontier};
    /// # use std::time::Duration;
    /// let frontier = Frontier::<4>::new(0);
    /// let late = frontier.complete_timeout(4..8, Duration::from_millis(1));
    /// assert_eq!(late, Err(CompleteTimeoutError::Timeout(4..8)));
    /// ```
    pub fn complete_timeout(
        &self,
        range: Range<u64>,
        timeout: Duration,
    ) -> Result<u64, CompleteTimeoutError> {
        match self.try_complete(range) {
            Ok(position) => Ok(position),
            Err(TryCompleteError::TooLong(range)) => Err(CompleteTimeoutError::TooLong(range)),
            Err(TryCompleteError::TooFarAhead(range)) => {
                match self.wait_for_timeout(self.room_at(&range), timeout) {
                    Ok(seen) => Ok(self.record(range, seen)),
                    Err(WaitTimeoutError::Timeout) => Err(CompleteTimeoutError::Timeout(range)),
                    Err(WaitTimeoutError::Closed) => Err(CompleteTimeoutError::Closed(range)),
                }
            }
        }
    }

    /// Blocks until the position is `at_least` or later; returns the position.
    ///
    /// The same as [`Watermark::wait_for`](crate::watermark::Watermark::wait_for).
    ///
    /// # Errors
    ///
    /// [`Closed`], if the frontier is closed and the position not reached.
    pub fn wait_for(&self, at_least: u64) -> Result<u64, Closed> {
        self.watermark.wait_for(at_least)
    }

    /// Waits as [`wait_for`](Self::wait_for) does, blocking for `timeout` at the longest.
    ///
    /// # Errors
    ///
    /// [`WaitTimeoutError::Timeout`] when the timeout expires, [`WaitTimeoutError::Closed`] if the
    /// frontier is closed and the position not reached.
    pub fn wait_for_timeout(
        &self,
        at_least: u64,
        timeout: Duration,
    ) -> Result<u64, WaitTimeoutError> {
        self.watermark.wait_for_timeout(at_least, timeout)
    }
}
