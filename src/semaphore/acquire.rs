//! Waiting for permits.

use super::semaphore::{Answer, IN_TURN};
use super::{AcquireError, Permit, Semaphore, TryAcquireError};
use crate::wait::{Waiter, Want};
use core::cell::Cell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`Semaphore::acquire_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct AcquireFuture<'a> {
    permits: &'a Semaphore,
    count: u64,
    state: Cell<State>,
    waiter: Waiter<'a, Semaphore>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Not polled yet.
    New,
    /// In the list, or taken out of it with a token that was not taken yet.
    Waiting,
    /// Has returned its result.
    Done,
}

impl<'a> AcquireFuture<'a> {
    pub(super) fn new(permits: &'a Semaphore, count: u64) -> Self {
        let waiter = Waiter::new(permits);
        Self { permits, count, state: Cell::new(State::New), waiter }
    }

    /// Gets the permits at once, or enters the list.
    fn begin(self: Pin<&Self>, cx: &Context<'_>) -> Option<Result<Permit<'a>, AcquireError>> {
        match self.permits.try_acquire(self.count) {
            Ok(permit) => return Some(Ok(permit)),
            Err(TryAcquireError::TooMany) => return Some(Err(AcquireError::TooMany)),
            Err(TryAcquireError::Closed) => return Some(Err(AcquireError::Closed)),
            Err(TryAcquireError::NoPermits) => {}
        }
        let want = Want { position: IN_TURN, amount: self.count };
        let waker = cx.waker().clone();
        self.state.set(State::Waiting);
        // SAFETY: `waiter` is pinned with the future: nothing moves it out.
        let waiter = unsafe { self.map_unchecked(|acquire| &acquire.waiter) };
        let _none = waiter.enqueue(want, waker); // there was no wait before
        // From here on others may grant; and if none would, because the permits came back just before, we
        // do.
        self.permits.notify();
        self.answer()
    }

    /// What came with the grant, if one came.
    fn answer(&self) -> Option<Result<Permit<'a>, AcquireError>> {
        Some(match Answer::from_token(self.waiter.take_token()?) {
            Answer::Granted => Ok(Permit::new(self.permits, self.count)),
            Answer::Refused(error) => Err(error),
        })
    }
}

impl<'a> Future for AcquireFuture<'a> {
    type Output = Result<Permit<'a>, AcquireError>;

    /// # Panics
    ///
    /// If it is polled after it was ready.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref();
        let result = match this.state.get() {
            State::New => this.begin(cx),
            State::Waiting => {
                // Wakers of others may run in here, and grant to us: look afterwards.
                this.waiter.renew(cx.waker());
                this.answer()
            }
            State::Done => panic!("polled after it was ready"),
        };
        let Some(result) = result else { return Poll::Pending };
        this.state.set(State::Done);
        Poll::Ready(result)
    }
}

/// Leaves the line. What was granted and not received goes to the next, and if nothing was, the next
/// may want less.
impl Drop for AcquireFuture<'_> {
    fn drop(&mut self) {
        if self.state.get() != State::Waiting {
            return;
        }
        match self.waiter.leave().map(Answer::from_token) {
            None => self.permits.notify(),
            Some(Answer::Granted) => self.permits.release_raw(self.count),
            Some(Answer::Refused(_)) => {}
        }
    }
}

impl fmt::Debug for AcquireFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcquireFuture").field("count", &self.count).finish_non_exhaustive()
    }
}
