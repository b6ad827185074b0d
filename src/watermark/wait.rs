//! Waiting for a position as a task.

use super::{Closed, Watermark};
use crate::wait::{Wait, Want};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`Watermark::wait_for_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct WaitFuture<'a> {
    at_least: u64,
    wait: Wait<'a, Watermark>,
}

impl<'a> WaitFuture<'a> {
    pub(super) fn new(watermark: &'a Watermark, at_least: u64) -> Self {
        Self { at_least, wait: Wait::new(watermark, Want::key(at_least)) }
    }
}

impl Future for WaitFuture<'_> {
    type Output = Result<u64, Closed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        wait.poll(cx, || wait.event().check(this.at_least))
    }
}

impl fmt::Debug for WaitFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitFuture").field("at_least", &self.at_least).finish_non_exhaustive()
    }
}
