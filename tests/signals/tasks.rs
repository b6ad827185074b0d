//! Wakers that count, and single polls.

#[path = "../shared/count.rs"]
mod count;

use count::Count;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// A task that counts how often it was woken.
#[derive(Default)]
pub(crate) struct Task(Arc<Count>);

impl Task {
    /// Polls once.
    pub(crate) fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        self.with(|cx| future.poll(cx))
    }

    pub(crate) fn with<R>(&self, poll: impl FnOnce(&mut Context<'_>) -> R) -> R {
        poll(&mut Context::from_waker(&Waker::from(Arc::clone(&self.0))))
    }

    pub(crate) fn wakes(&self) -> usize {
        self.0.get()
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
