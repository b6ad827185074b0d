//! One wait: the future that all others are made of.

use super::event::{Event, Token, Want};
use super::queue::{Entry, WaitQueue};
use crate::atomic::fence;
use crate::sys;
use core::cell::Cell;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

sites! {
    /// Between a waiter's entry and its second check of the event: pairs with the queue's NOTIFY and
    /// NOTIFY_AFTER_RMW, which are between a change and the check for waiters. Also between the release of the lock
    /// and the check for pending requests: pairs with the lock's PENDING_SET. Weaker, either side may miss the other.
    pub(super) BLOCK: fence(SeqCst), pairs(super::queue::NOTIFY, super::queue::NOTIFY_AFTER_RMW, super::lock::PENDING_SET);
    /// Between the release of the lock, by a waiter that has left, and its check for pending requests: pairs
    /// with the lock's PENDING_SET.
    pub(super) LEAVE: fence(SeqCst), pairs(super::lock::PENDING_SET);
}

/// A wait for an event: enters its queue if the first attempt fails, and leaves it when it is dropped.
pub(crate) struct Wait<'a, E: Event> {
    event: &'a E,
    amount: u64,
    entry: Entry,
    state: Cell<State>,
}

/// The progress of a wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It has not entered the queue.
    New,
    /// It is in the queue, or was taken out of it with a token.
    Queued,
    /// It has its result.
    Done,
}

impl<'a, E: Event> Wait<'a, E> {
    /// Creates a wait that has not begun.
    pub(crate) fn new(event: &'a E, want: Want) -> Self {
        let (amount, entry) = (want.amount, Entry::new(want));
        Self { event, amount, entry, state: Cell::new(State::New) }
    }

    pub(crate) fn event(&self) -> &'a E {
        self.event
    }

    pub(crate) fn state(&self) -> State {
        self.state.get()
    }

    /// Returns the result of `attempt`, at once or after the queue was entered.
    ///
    /// `attempt` decides whether the wait is over, by itself or by the [token](Self::take_token) of a grant. A
    /// token that it does not take goes back to the event.
    pub(crate) fn poll<R>(
        self: Pin<&Self>,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut() -> Option<R>,
    ) -> Poll<R> {
        let mut is_entered = false;
        loop {
            let is_granted = self.entry.has_token();
            if let Some(result) = attempt() {
                self.end();
                return Poll::Ready(result);
            }
            if is_granted {
                self.cancel(); // the attempt has not used the grant
            } else if is_entered {
                return Poll::Pending;
            }
            is_entered = self.enter(cx.waker().clone());
        }
    }

    /// Enters the queue, or stays in it with a new waker; or returns `false` if the waiter was granted meanwhile.
    /// A waiter that was in the queue before gets its old turn back.
    ///
    /// Runs wakers of others: what the caller knew before is out of date.
    pub(crate) fn enter(self: Pin<&Self>, waker: Waker) -> bool {
        self.state.set(State::Queued);
        // SAFETY: `entry` is pinned with `self`: nothing moves it out.
        let entry = unsafe { self.map_unchecked(|wait| &wait.entry) };
        // SAFETY: this is the one queue that the entry is ever in, and `drop` removes it.
        let entered = unsafe { self.event.waiters().enter(entry, waker) };
        sys::window();
        fence(BLOCK);
        WaitQueue::notify_pending(self.event);
        entered.is_ok() // drops the other waker, an executor's code, after the lock was released
    }

    /// Returns whether the wait is in the queue, and was not granted anything yet.
    pub(crate) fn is_queued(&self) -> bool {
        self.entry.is_queued()
    }

    /// Takes the token of a grant, if there was one.
    pub(crate) fn take_token(&self) -> Option<Token> {
        self.entry.take_token()
    }

    /// Leaves the queue, if the waiter is in it, and returns a grant that was not taken. Returns whether
    /// there was one.
    pub(crate) fn end(&self) -> bool {
        if self.state.replace(State::Done) == State::Queued && self.is_queued() {
            // SAFETY: this is the one queue that the entry is ever in.
            let waker = unsafe { self.event.waiters().remove(&self.entry) };
            fence(LEAVE);
            WaitQueue::notify_pending(self.event);
            drop(waker); // an executor's code: runs after the lock was released
        }
        self.cancel()
    }

    /// Returns the token to the event, if there is one. Returns whether there was one.
    fn cancel(&self) -> bool {
        let token = self.entry.take_token();
        if let Some(token) = token {
            self.event.cancelled(token, self.amount);
        }
        token.is_some()
    }
}

/// Leaves the queue. A grant that was not taken is returned. If there was none, the next waiter may be
/// granted what it wants, although this one could not be.
impl<E: Event> Drop for Wait<'_, E> {
    fn drop(&mut self) {
        if self.state.get() == State::Queued && !self.end() {
            WaitQueue::notify(self.event);
        }
    }
}
