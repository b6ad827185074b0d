//! Threads as sleepers.

use crate::prim;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::Arc;
use std::task::Wake;
use std::time::Instant;

/// Unparks the thread that made it.
struct Unpark(prim::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

fn new_waker() -> Waker {
    Waker::from(Arc::new(Unpark(prim::current())))
}

prim::thread_local! {
    static WAKER: Waker = new_waker();
}

/// A waker that ends this thread's [`park`](Deadline::park).
pub(crate) fn waker() -> Waker {
    WAKER.try_with(Waker::clone).unwrap_or_else(|_| new_waker())
}

/// Looks for a result for a moment before it is worth sleeping for: a handful of microseconds, with
/// a pause between two looks that grows, and the processor yielded at the end.
pub(crate) fn spin<R>(mut look: impl FnMut() -> Option<R>) -> Option<R> {
    let backoff = prim::Backoff::new();
    loop {
        let result = look();
        if result.is_some() || backoff.is_completed() {
            return result;
        }
        backoff.snooze();
    }
}

/// Polls `future` until it is ready, sleeping in between; `None` when the time is over.
pub(crate) fn block_on<F: Future>(
    mut future: Pin<&mut F>,
    deadline: Deadline,
) -> Option<F::Output> {
    let waker = waker();
    let mut cx = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return Some(output),
            Poll::Pending if deadline.park() => {}
            Poll::Pending => return None,
        }
    }
}

/// How long a thread is prepared to sleep.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// For ever.
    pub(crate) const NEVER: Self = Self(None);

    /// For `timeout` from now; for ever if the clock cannot say when that is.
    pub(crate) fn after(timeout: Duration) -> Self {
        Self(Instant::now().checked_add(timeout))
    }

    /// Sleeps until a wake-up, the deadline, or for no reason at all, as threads do.
    ///
    /// Returns `false`, without sleeping, once the deadline has passed.
    pub(crate) fn park(self) -> bool {
        let Some(deadline) = self.0 else {
            prim::park();
            return true;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            prim::park_timeout(left);
        }
        !left.is_zero()
    }

    /// Sleeps for a moment, as long as nobody will wake this thread. Returns as
    /// [`park`](Self::park) does.
    pub(crate) fn nap(self) -> bool {
        const NAP: Duration = Duration::from_micros(100);
        let left = self.0.map_or(NAP, |at| at.saturating_duration_since(Instant::now()));
        if !left.is_zero() {
            prim::park_timeout(left.min(NAP));
        }
        !left.is_zero()
    }
}
