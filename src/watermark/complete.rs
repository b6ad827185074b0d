//! Completing a range as a task.

use super::frontier::FrontierOn;
use super::links::Links;
use super::{Closed, CompleteError, WaitFuture};
use core::fmt;
use core::future::Future;
use core::ops::Range;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`FrontierOn::complete_async`].
///
/// Dropped before it is ready, it has recorded nothing. Polled after it was ready, it records nothing again, and
/// returns the position.
#[must_use = "futures do nothing unless they are polled"]
pub struct CompleteFuture<'a, L: Links> {
    frontier: &'a FrontierOn<L>,
    range: Range<u64>,
    is_recorded: bool,
    /// For room in the window.
    wait: WaitFuture<'a>,
}

impl<'a, L: Links> CompleteFuture<'a, L> {
    pub(super) fn new(frontier: &'a FrontierOn<L>, range: Range<u64>) -> Self {
        let wait = frontier.wait_for_async(frontier.room_at(&range));
        Self { frontier, range, is_recorded: false, wait }
    }
}

impl<L: Links> Future for CompleteFuture<'_, L> {
    type Output = Result<u64, CompleteError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: `wait` is not moved out of what this borrows.
        let this = unsafe { self.get_unchecked_mut() };
        let range = this.range.clone();
        if this.is_recorded || range.is_empty() {
            return Poll::Ready(Ok(this.frontier.position()));
        }
        if this.frontier.is_too_long(&range) {
            return Poll::Ready(Err(CompleteError::TooLong(range)));
        }
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { Pin::new_unchecked(&mut this.wait) };
        wait.poll(cx).map(|result| match result {
            Ok(seen) => {
                this.is_recorded = true;
                Ok(this.frontier.record(range, seen))
            }
            Err(Closed) => Err(CompleteError::Closed(range)),
        })
    }
}

impl<L: Links> fmt::Debug for CompleteFuture<'_, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompleteFuture").field("range", &self.range).finish_non_exhaustive()
    }
}
