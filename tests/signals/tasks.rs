//! Wakers that count, and single polls.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A task that counts how often it was woken.
#[derive(Default)]
pub(crate) struct Task(Arc<Wakes>);

#[derive(Default)]
struct Wakes(AtomicU32);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Task {
    /// Polls once.
    pub(crate) fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        self.with(|cx| future.poll(cx))
    }

    pub(crate) fn with<R>(&self, poll: impl FnOnce(&mut Context<'_>) -> R) -> R {
        poll(&mut Context::from_waker(&Waker::from(Arc::clone(&self.0))))
    }

    pub(crate) fn wakes(&self) -> u32 {
        self.0.0.load(Ordering::Relaxed)
    }

    /// The result of a future whose last poll returned `before`, and whose event has come: without a wake-up
    /// it would not be polled again.
    pub(crate) fn finish<F: Future>(
        &self,
        future: Pin<&mut F>,
        before: Poll<F::Output>,
    ) -> F::Output {
        let Poll::Pending = before else {
            let Poll::Ready(output) = before else { unreachable!() };
            return output;
        };
        assert!(self.wakes() > 0, "the wake-up is lost");
        match self.poll(future) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("woken for nothing"),
        }
    }
}
