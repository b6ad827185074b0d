//! Waiting until no permit is in use.

use super::Semaphore;
use crate::wait::{Event, State, Token, Wait, WaitQueue, Want};
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

/// A semaphore, as the event that none of its permits is in use.
#[repr(transparent)]
pub(super) struct WhenIdle(Semaphore);

impl WhenIdle {
    #[inline(always)]
    pub(super) fn of(semaphore: &Semaphore) -> &Self {
        // SAFETY: `repr(transparent)`: a reference to the one is a reference to the other.
        unsafe { &*core::ptr::from_ref(semaphore).cast::<Self>() }
    }

    fn is_now(&self) -> bool {
        self.0.in_use() == 0
    }
}

impl Event for WhenIdle {
    fn waiters(&self) -> &WaitQueue {
        let Self(semaphore) = self;
        &semaphore.idle
    }

    fn try_grant(&self, _: u64) -> Option<Token> {
        self.is_now().then_some(0)
    }
}

/// The future of [`Semaphore::wait_idle_async`].
#[must_use = "futures do nothing unless they are polled"]
pub struct IdleFuture<'a> {
    wait: Wait<'a, WhenIdle>,
}

impl Semaphore {
    /// Is ready when no permit was in use, at some moment since it was first polled: a future, for any executor,
    /// without `std`.
    ///
    /// As [`wait_idle`](Self::wait_idle). Dropped before it is ready, it leaves nothing behind. Held or forgotten, it
    /// keeps nothing from others; while one waits, each release takes a lock, if that is free.
    ///
    /// Without `std`, all that wait for one semaphore must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::Semaphore;
    /// async fn shut_down(requests: &Semaphore) {
    ///     requests.close(); // no more from here on
    ///     requests.wait_idle_async().await; // those that have begun are over
    /// }
    /// ```
    pub fn wait_idle_async(&self) -> IdleFuture<'_> {
        IdleFuture { wait: Wait::new(WhenIdle::of(self), Want::in_turn(0)) }
    }
}

impl IdleFuture<'_> {
    /// Returns `Some` if none is in use, or was none when the waiter was taken out of the queue.
    fn attempt(&self) -> Option<()> {
        let is_granted = self.wait.state() == State::Queued && self.wait.take_token().is_some();
        (is_granted || self.wait.event().is_now()).then_some(())
    }
}

impl Future for IdleFuture<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.into_ref();
        // SAFETY: `wait` is pinned with the future: nothing moves it out.
        let wait = unsafe { this.map_unchecked(|future| &future.wait) };
        wait.poll(cx, || this.attempt())
    }
}

impl fmt::Debug for IdleFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdleFuture").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::Count;
    use core::pin::pin;
    use core::task::Waker;
    use std::sync::Arc;

    #[test]
    fn last_release_ends_the_wait_for_idle() {
        let semaphore = Semaphore::new(3);
        let mut at_once = pin!(semaphore.wait_idle_async());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(at_once.as_mut().poll(&mut cx).is_ready());
        let [one, two] = [1, 2].map(|count| semaphore.try_acquire(count).unwrap());
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut waits = pin!(semaphore.wait_idle_async());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        drop(one);
        semaphore.resize(1);
        semaphore.close();
        assert_eq!(count.get(), 0);
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert_eq!(semaphore.release(two.forget()), Ok(()));
        assert_eq!(count.get(), 1);
        assert!(waits.as_mut().poll(&mut cx).is_ready());
        assert!(semaphore.idle.is_empty());
    }

    /// It was idle when the waiter was woken, which is a moment of the call.
    #[test]
    fn acquisition_after_the_wake_up_does_not_take_it_back() {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.try_acquire(1).unwrap();
        let mut waits = pin!(semaphore.wait_idle_async());
        let mut given_up = pin!(semaphore.wait_idle_async());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waits.as_mut().poll(&mut cx).is_pending());
        assert!(given_up.as_mut().poll(&mut cx).is_pending());
        drop(permit);
        let _next = semaphore.try_acquire(1).unwrap();
        assert!(waits.as_mut().poll(&mut cx).is_ready());
    }
}
