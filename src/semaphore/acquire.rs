//! Waiting for permits as a task.

use super::semaphore::outcome;
use super::{AcquireError, Permit, Semaphore, TryAcquireError};
use crate::wait::{State, Wait, Want};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`Semaphore::acquire_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct AcquireFuture<'a> {
    count: u64,
    wait: Wait<'a, Semaphore>,
}

impl<'a> AcquireFuture<'a> {
    pub(super) fn new(semaphore: &'a Semaphore, count: u64) -> Self {
        Self { count, wait: Wait::new(semaphore, Want::in_turn(count)) }
    }

    /// Takes the permits, if no other waits; in the queue, takes what was granted.
    fn attempt(&self) -> Option<Result<Permit<'a>, AcquireError>> {
        let semaphore = self.wait.event();
        match self.wait.state() {
            // A waiter that competes tries again; its promise ends with the attempt.
            State::Queued if !semaphore.is_barging() => {
                // Step 4: if permits were released just before we entered the queue, no other thread grants them.
                semaphore.notify();
                let token = self.wait.take_token()?;
                Some(outcome(token).map(|()| Permit::new(semaphore, self.count)))
            }
            State::New | State::Queued => match semaphore.try_acquire(self.count) {
                Ok(permit) => Some(Ok(permit)),
                Err(TryAcquireError::TooMany) => Some(Err(AcquireError::TooMany)),
                Err(TryAcquireError::Closed) => Some(Err(AcquireError::Closed)),
                Err(TryAcquireError::NoPermits) => None,
            },
            State::Done => panic!("polled after it was ready"),
        }
    }
}

impl<'a> Future for AcquireFuture<'a> {
    type Output = Result<Permit<'a>, AcquireError>;

    /// # Panics
    ///
    /// If it is polled after it was ready.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        wait.poll(cx, || this.attempt())
    }
}

impl fmt::Debug for AcquireFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireFuture").field("count", &self.count).finish_non_exhaustive()
    }
}
