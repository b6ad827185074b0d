//! Waiting for permits.

use super::pool::{Answer, IN_TURN};
use super::{AcquireError, Permit, Permits, TryAcquireError};
use crate::wait::{Waiter, Wish};
use core::cell::Cell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`Permits::acquire_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct Acquire<'a> {
    permits: &'a Permits,
    count: u64,
    state: Cell<State>,
    waiter: Waiter<'a, Permits>,
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

impl<'a> Acquire<'a> {
    pub(super) fn new(permits: &'a Permits, count: u64) -> Self {
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
        let wish = Wish { position: IN_TURN, amount: self.count };
        let waker = cx.waker().clone();
        self.state.set(State::Waiting);
        // SAFETY: `waiter` is pinned with the future: nothing moves it out.
        let waiter = unsafe { self.map_unchecked(|acquire| &acquire.waiter) };
        let _none = waiter.enqueue(wish, waker); // there was no wait before
        // From here on others may grant; and if none would, because the permits came back just before, we
        // do.
        self.permits.grant();
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

impl<'a> Future for Acquire<'a> {
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
impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        if self.state.get() != State::Waiting {
            return;
        }
        match self.waiter.leave().map(Answer::from_token) {
            None => self.permits.grant(),
            Some(Answer::Granted) => self.permits.give_back(self.count),
            Some(Answer::Refused(_)) => {}
        }
    }
}

impl fmt::Debug for Acquire<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquire").field("count", &self.count).finish_non_exhaustive()
    }
}
