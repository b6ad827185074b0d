//! What the handles need of a queue: parking, closing and counting, the same for all, on the word that hands out
//! tickets.
//!
//! The proof, in numbered steps, is in the [family's documentation](super). Comments here repeat the numbers.

use super::claim::Claim;
use super::ticket::{Tail, Ticket};
use crate::atomic::{Atomic, fence};
use crate::sys::{self, UnsafeCell, unwind};
use core::fmt::{self, DebugStruct};
use core::task::Waker;

sites! {
    /// This claim cleared PARKED: pairs with PARK, so that the consumer's waker is in the cell.
    CLAIM_WAKER: fence(Acquire), pairs(PARK);
    /// This producer saw CLOSED: pairs with CLOSE, so that it sees all that the closer did before.
    CLOSED_SEEN: fence(Acquire), pairs(CLOSE);
    /// Reads the tail when the next slot has no value: pairs with CLOSE, so that a consumer that sees
    /// CLOSED sees all that the closer did before.
    TAIL: Acquire, pairs(CLOSE);
    /// The second load of the tail, which tells stalled from empty: only its ticket is used.
    TAIL_AGAIN: Relaxed;
    /// Returns whether the queue is closed: pairs with CLOSE, so that what the closer did before is visible.
    IS_CLOSED: Acquire, pairs(CLOSE);
    /// Sets PARKED: pairs with CLAIM_WAKER and CLOSE, and publishes the waker in the cell to them.
    PARK: Release;
    /// A value or the close came first: the consumer does not block, so there is nothing to order.
    PARK_REFUSED: Relaxed;
    /// Clears PARKED again. If it was still set, no other thread has touched the cell since PARK.
    CANCEL_PARK: Relaxed;
    /// A load of the tail before closing; CLOSE decides.
    CLOSE_LOOK: Relaxed;
    /// Closes: pairs with TAIL (release) and with PARK (acquire, for the waker in the cell).
    CLOSE: AcqRel, pairs(PARK);
    /// Counts another handle. The caller holds one, so the count cannot reach zero concurrently (as `Arc::clone`).
    PRODUCER_NEW: Relaxed;
    /// Counts a handle less. Release publishes this producer's work; acquire lets the last one see the work of all
    /// others before it closes (as `Arc::drop`).
    PRODUCER_GONE: AcqRel, pairs(PRODUCER_GONE);
    /// The queue is reset: no other thread uses it.
    RESET: Relaxed;
}

/// Why no slot was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Full,
    Closed,
}

impl Refusal {
    /// Refuses a producer that has read a closed tail.
    pub(super) fn closed() -> Self {
        fence(CLOSED_SEEN);
        Self::Closed
    }
}

/// Why there is no value at a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoValue {
    /// None yet.
    Nothing,
    /// The producer of this ticket had no value after all.
    Aborted,
}

/// What the two ends of a queue have of each other, besides the tail.
pub(super) struct Ends {
    producers: Atomic<usize>,
    /// Belongs to the consumer while PARKED is not set; then to the claim or close that clears PARKED, until that
    /// has published.
    waker: UnsafeCell<Option<Waker>>,
}

impl Ends {
    sys::const_fn! {
        /// Creates the state of a queue with `producers` handles, whose consumer is not parked.
        pub(super) const fn new(producers: usize) -> Self {
            Self { producers: Atomic::new(producers), waker: UnsafeCell::new(None) }
        }
    }

    /// Begins anew, with one producer. Returns the waker of a consumer that is gone.
    pub(super) fn reset(&mut self) -> Option<Waker> {
        self.producers.store(1, RESET);
        // SAFETY: `&mut self`: no other thread has the cell.
        unsafe { self.take_waker() }
    }

    /// Empties the waker cell.
    ///
    /// # Safety
    ///
    /// The cell is the caller's: it cleared PARKED and has not published since, or it is the
    /// consumer and PARKED is not set.
    unsafe fn take_waker(&self) -> Option<Waker> {
        // SAFETY: the cell is the caller's.
        self.waker.with_mut(|cell| unsafe { (*cell).take() })
    }
}

/// A queue, as its handles use it.
pub(super) trait Channel<T>: Sized {
    /// What a claim has found out about where its slots are.
    type Place: Copy;

    /// Returns the word that hands out tickets, a [`Tail`]. Once the queue is shared, it changes by
    /// read-modify-writes only.
    fn tail_word(&self) -> &Atomic<u64>;

    fn ends(&self) -> &Ends;

    /// Returns how many values the queue holds at the most, if there is a limit.
    fn bound(&self) -> Option<usize>;

    /// Returns how many slots are claimed and not freed.
    fn len(&self) -> usize;

    /// Wakes the producers that wait, after a close.
    fn wake_producers(&self) {}

    // The producers' half.

    /// Claims one slot, if that takes no more than an attempt: the queue is open, the consumer is not parked, there is
    /// room, and no other producer is faster.
    fn claim_one(&self) -> Option<(Self::Place, Ticket)>;

    /// Claims up to `want` slots, at least one if there is one. Lock-free.
    fn claim(&self, want: usize) -> Result<Claim<'_, T, Self>, Refusal>;

    /// Publishes the value of `ticket`.
    ///
    /// # Safety
    ///
    /// The ticket is part of the caller's claim, which found `place`, and was neither published nor aborted.
    unsafe fn publish(&self, place: Self::Place, ticket: Ticket, value: T);

    /// Gives the slot of `ticket` up.
    ///
    /// # Safety
    ///
    /// As for [`publish`](Self::publish).
    unsafe fn abort(&self, place: Self::Place, ticket: Ticket);

    // The consumer's half. `head` is the first ticket whose value it has not received.

    /// Returns the first ticket of a consumer that begins.
    fn first(&self) -> Ticket;

    /// Moves the value at `head` out, or returns why there is none.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, has received all values before `head` and not that of `head`, and has
    /// [finished](Self::finish_block) all blocks before that of `head`.
    unsafe fn receive(&self, head: Ticket) -> Result<T, NoValue>;

    /// Returns whether `head` is the last ticket of a block: before the consumer goes on, it calls
    /// [`finish_block`](Self::finish_block).
    fn is_last_of_block(&self, head: Ticket) -> bool {
        let _ = head;
        false
    }

    /// Goes on to the block that begins with `head`.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, has received the value before `head`, or found its slot given up, and calls this
    /// once for each block.
    unsafe fn finish_block(&self, head: Ticket) {
        let _ = head;
    }

    /// Frees all slots before `head`, and wakes as many waiting producers as there is room for.
    fn free(&self, head: Ticket);

    // The same for all queues.

    /// Returns the tail: the ticket of the next send, and whether the queue is closed.
    fn tail(&self) -> Tail {
        Tail(self.tail_word().load(TAIL))
    }

    /// Returns the ticket of the next send, alone.
    fn next(&self) -> Ticket {
        Tail(self.tail_word().load(TAIL_AGAIN)).next()
    }

    /// Returns whether the queue is closed.
    fn is_closed(&self) -> bool {
        Tail(self.tail_word().load(IS_CLOSED)).is_closed()
    }

    /// Closes the queue, and wakes the consumer and all producers that wait.
    fn close(&self) {
        let old = self.tail_word().update(CLOSE, CLOSE_LOOK, |tail| Tail(tail).closed().0);
        let mut consumer = Tail(old).is_parked().then(|| {
            // SAFETY: we cleared PARKED.
            unsafe { self.ends().take_waker() }
        });
        // Wakers are an executor's code: if the consumer's panics, the producers are still woken.
        unwind::each(|| match consumer.take() {
            Some(waker) => {
                waker.into_iter().for_each(Waker::wake);
                true
            }
            None => {
                self.wake_producers();
                false
            }
        });
    }

    /// Takes the consumer's waker.
    ///
    /// # Safety
    ///
    /// The caller's claim cleared PARKED, and has not published.
    #[cold]
    unsafe fn claim_waker(&self) -> Option<Waker> {
        fence(CLAIM_WAKER);
        // SAFETY: the caller's promise.
        unsafe { self.ends().take_waker() }
    }

    /// Counts another handle.
    fn add_producer(&self) {
        let others = self.ends().producers.fetch_add(1, PRODUCER_NEW);
        assert!(others < usize::MAX / 2, "too many producers (were handles forgotten?)");
    }

    /// Counts a handle less; closes after the last.
    fn remove_producer(&self) {
        if self.ends().producers.fetch_sub(1, PRODUCER_GONE) == 1 {
            self.close();
        }
    }

    /// Leaves `waker` for the next send or the close, if neither has come.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, and the waker cell is its own: PARKED is not set, and the value of the claim
    /// that last cleared it was received (step 8).
    unsafe fn park(&self, head: Ticket, waker: Waker) -> bool {
        // SAFETY: the cell is the caller's.
        let old = self.ends().waker.with_mut(|cell| unsafe { (*cell).replace(waker) });
        debug_assert!(old.is_none(), "the cell is empty whenever it comes back");
        // Step 6: succeeds only if the queue is open and nothing was claimed at `head`.
        let empty = Tail::open(head);
        let parked =
            self.tail_word().compare_exchange(empty.0, empty.parked().0, PARK, PARK_REFUSED);
        if parked.is_err() {
            // SAFETY: PARKED was not set, so the cell still is the caller's.
            drop(unsafe { self.ends().take_waker() });
        }
        parked.is_ok()
    }

    /// Clears PARKED and takes the waker back, if both are still there. If not, the cell comes back with the
    /// value of the claim that has it (step 8), or never, because the queue is closed.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, and has [parked](Self::park).
    unsafe fn cancel_park(&self) -> Option<Waker> {
        let was_parked = Tail(self.tail_word().fetch_and(Tail::AWAKE, CANCEL_PARK)).is_parked();
        // SAFETY: we cleared PARKED ourselves.
        if was_parked { unsafe { self.ends().take_waker() } } else { None }
    }
}

/// Ends the debug output of a handle.
pub(super) fn fmt<T>(queue: &impl Channel<T>, handle: &mut DebugStruct<'_, '_>) -> fmt::Result {
    match queue.bound() {
        Some(capacity) => handle.field("capacity", &capacity).finish(),
        None => handle.finish(),
    }
}
