//! Waiting for permits as a thread.

use super::{AcquireError, AcquireTimeoutError, Permit, Semaphore, TryAcquireError};
use crate::wait::block::{self, Deadline};
use core::pin::pin;
use core::time::Duration;

impl Semaphore {
    /// Takes `count` permits, blocking until they are free and all earlier waiters have theirs.
    ///
    /// # Errors
    ///
    /// [`TooMany`](AcquireError::TooMany), if `count` is over the limit, now or after a resize;
    /// [`Closed`](AcquireError::Closed) after a close, also one during the wait.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::Semaphore;
    /// let slots = Semaphore::new(2);
    /// std::thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| {
    ///             let _permit = slots.acquire(1).expect("it is open");
    ///             assert!(slots.in_use() <= 2);
    ///         });
    ///     }
    /// });
    /// ```
    pub fn acquire(&self, count: u64) -> Result<Permit<'_>, AcquireError> {
        self.acquire_soon(count).unwrap_or_else(|| block::block_on(pin!(self.acquire_async(count))))
    }

    /// Takes `count` permits as [`acquire`](Self::acquire) does, blocking for `timeout` at the longest.
    ///
    /// # Errors
    ///
    /// [`Timeout`](AcquireTimeoutError::Timeout) when the timeout expires, else as
    /// [`acquire`](Self::acquire).
    pub fn acquire_timeout(
        &self,
        count: u64,
        timeout: Duration,
    ) -> Result<Permit<'_>, AcquireTimeoutError> {
        let deadline = Deadline::after(timeout);
        let result = self
            .acquire_soon(count)
            .or_else(|| block::block_on_until(pin!(self.acquire_async(count)), deadline));
        Ok(result.ok_or(AcquireTimeoutError::Timeout)??)
    }

    /// Blocks until no permit is in use, at some moment of the call.
    ///
    /// What was done under all permits is visible then. It keeps no other from permits: where new ones are taken all
    /// the time, it may not end. [`close`](Self::close) first, and there are no more; a close does not end it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::Semaphore;
    /// let requests = Semaphore::new(100);
    /// std::thread::scope(|scope| {
    ///     let request = requests.try_acquire(1).unwrap();
    ///     scope.spawn(move || drop(request));
    ///     requests.close(); // no more from here on
    ///     requests.wait_idle(); // those that have begun are over
    ///     assert_eq!(requests.in_use(), 0);
    /// });
    /// ```
    #[doc(alias("drain", "join", "shutdown", "rundown"))]
    pub fn wait_idle(&self) {
        block::block_on(pin!(self.wait_idle_async()));
    }

    /// Blocks as [`wait_idle`](Self::wait_idle) does, for `timeout` at the longest. Returns whether no permit was in
    /// use.
    #[must_use = "permits may still be in use"]
    pub fn wait_idle_timeout(&self, timeout: Duration) -> bool {
        let deadline = Deadline::after(timeout);
        block::block_on_until(pin!(self.wait_idle_async()), deadline).is_some()
    }

    /// Tries for a moment to take the permits, if they need not come in turn. `None`: it is worth blocking.
    fn acquire_soon(&self, count: u64) -> Option<Result<Permit<'_>, AcquireError>> {
        if !self.is_barging() {
            return None;
        }
        block::spin_until(|| match self.try_acquire(count) {
            Ok(permit) => Some(Ok(permit)),
            Err(TryAcquireError::NoPermits) => None,
            Err(TryAcquireError::TooMany) => Some(Err(AcquireError::TooMany)),
            Err(TryAcquireError::Closed) => Some(Err(AcquireError::Closed)),
        })
    }
}
