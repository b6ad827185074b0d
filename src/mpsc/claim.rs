//! Slots on their way from the claim to the publication.

use super::channel::Channel;
use super::ticket::{Tail, Ticket};
use core::marker::PhantomData;
use core::task::Waker;

/// Slots that a producer has claimed. When it is dropped, it gives up those that were not published, and
/// then wakes the consumer, once.
pub(super) struct Claim<'a, T, Q: Channel<T>> {
    queue: &'a Q,
    place: Q::Place,
    next: Ticket,
    end: Ticket,
    waker: Option<Waker>,
    _values: PhantomData<T>,
}

impl<'a, T, Q: Channel<T>> Claim<'a, T, Q> {
    /// Begins with a claim of `count` slots at `place`, which has changed `tail`.
    ///
    /// # Safety
    ///
    /// The caller has just made that claim, and this is the only time that it says so.
    #[inline(always)]
    pub(super) unsafe fn new(queue: &'a Q, place: Q::Place, tail: Tail, count: usize) -> Self {
        let next = tail.next();
        // SAFETY: a claim clears PARKED, and this one has published nothing yet.
        let waker = if tail.is_parked() { unsafe { queue.claim_waker() } } else { None };
        Self { queue, place, next, end: next.plus(count), waker, _values: PhantomData }
    }

    /// Returns the next ticket to publish.
    pub(super) fn next(&self) -> Ticket {
        self.next
    }

    /// Returns how many slots are not published yet.
    pub(super) fn remaining(&self) -> usize {
        self.end.since(self.next) as usize
    }

    /// Publishes `value` in the next slot.
    ///
    /// # Safety
    ///
    /// At least one is [remaining](Self::remaining).
    #[inline(always)]
    pub(super) unsafe fn publish(&mut self, value: T) {
        let ticket = self.next;
        self.next = ticket.plus(1);
        // SAFETY: the ticket is ours, by the claim; `next` has passed it now, so this happens once.
        unsafe { self.queue.publish(self.place, ticket, value) };
    }

    #[cold]
    fn abort_rest(&mut self) {
        while self.next != self.end {
            let ticket = self.next;
            self.next = ticket.plus(1);
            // SAFETY: as in `publish`.
            unsafe { self.queue.abort(self.place, ticket) };
        }
    }
}

impl<T, Q: Channel<T>> Drop for Claim<'_, T, Q> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.next != self.end {
            self.abort_rest();
        }
        // The order of these two decides nothing but a detour: a consumer that is woken before the values are there
        // finds the slots stalled, and checks again.
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
