//! Waiting for an idle gate as a task.

use super::{Gate, IDLE_KEY};
use crate::wait::{Wait, Want};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// The future of [`Gate::wait_idle_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct IdleFuture<'a> {
    wait: Wait<'a, Gate>,
}

impl<'a> IdleFuture<'a> {
    pub(super) fn new(gate: &'a Gate) -> Self {
        Self { wait: Wait::new(gate, Want::key(IDLE_KEY)) }
    }
}

impl Future for IdleFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        wait.poll(cx, || wait.event().is_idle().then_some(()))
    }
}

impl fmt::Debug for IdleFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdleFuture").finish_non_exhaustive()
    }
}
