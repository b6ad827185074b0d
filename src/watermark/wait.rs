//! Waiting for a position as a task.

use super::{Closed, Watermark};
use crate::wait::{Waiter, Want};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`Watermark::wait_for_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct WaitFuture<'a> {
    watermark: &'a Watermark,
    at_least: u64,
    waiter: Waiter<'a, Watermark>,
}

impl<'a> WaitFuture<'a> {
    pub(super) fn new(watermark: &'a Watermark, at_least: u64) -> Self {
        Self { watermark, at_least, waiter: Waiter::new(watermark) }
    }

    fn waiter_pinned<'b>(self: &'b Pin<&mut Self>) -> Pin<&'b Waiter<'a, Watermark>> {
        // SAFETY: `waiter` is pinned with the future: it is never moved out, and `WaitFuture` is not
        // `Unpin`, because a `Waiter` is not.
        unsafe { self.as_ref().map_unchecked(|reached| &reached.waiter) }
    }
}

impl Future for WaitFuture<'_> {
    type Output = Result<u64, Closed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(result) = self.watermark.look(self.at_least) {
            return Poll::Ready(result);
        }
        let want = Want::position(self.at_least);
        let _token = self.waiter_pinned().enqueue(want, cx.waker().clone()); // means nothing here
        self.watermark.look(self.at_least).map_or(Poll::Pending, Poll::Ready)
    }
}

impl fmt::Debug for WaitFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFuture").field("at_least", &self.at_least).finish_non_exhaustive()
    }
}
