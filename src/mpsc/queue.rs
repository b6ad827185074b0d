//! The algorithm: claiming slots, publishing, receiving, closing, waking.
//!
//! The proof, in numbered steps, is in the [family's documentation](super). Comments here repeat the numbers; the
//! table says what each ordering is for.

use super::slot::{Slot, SlotState};
use super::ticket::{Tail, Ticket};
use crate::atomic::{Atomic, fence};
use crate::sys::unwind;
use crate::sys::{self, Backoff, UnsafeCell};
use crate::wait::{Event, Token, WaitQueue};
use core::marker::PhantomData;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::task::Waker;
use crossbeam_utils::CachePadded;

sites! {
    /// A load of the tail before a claim; CLAIM decides.
    CLAIM_LOOK: Relaxed;
    /// Claims slots. One word decides which producer gets which slot, so the claim itself orders nothing: LIMIT
    /// orders it after the freeing of the slots, and the stamps publish the values.
    CLAIM: Relaxed;
    /// This claim cleared PARKED: pairs with PARK, so that the consumer's waker is in the cell.
    CLAIM_WAKER: fence(Acquire), pairs(PARK);
    /// The ticket that producers must not reach, as another producer stored it: pairs with LIMIT_SET, and through
    /// it with FREE. Relaxed, a producer could write a slot that the consumer still reads.
    LIMIT: Acquire, pairs(LIMIT_SET);
    /// Publishes the head that LIMIT_REFRESH saw: pairs with LIMIT.
    LIMIT_SET: Release;
    /// The consumer's position: pairs with FREE, so that the values before it were taken out.
    LIMIT_REFRESH: Acquire, pairs(FREE);
    /// Between the load of the tail and a second load of the head, before a refusal: pairs with the NOTIFY fence of
    /// the wait queue, which follows FREE. The claims that this producer has seen may rest on heads that it has
    /// not seen: without the fence, or with a weaker one, it could report a full queue that was not full at any
    /// moment of the call.
    FULL: fence(SeqCst), pairs(crate::wait::NOTIFY);
    /// This producer saw CLOSED: pairs with CLOSE, so that it sees all that the closer did before.
    CLOSED_SEEN: fence(Acquire), pairs(CLOSE);
    /// Frees the slots of values that were received: pairs with LIMIT_REFRESH. Relaxed, a producer could write
    /// a slot before the consumer has read it.
    FREE: Release;
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
    /// An estimate: head and tail move while they are read.
    LEN: Relaxed;
    /// Where a consumer begins: nothing was received yet.
    FIRST: Relaxed;
    /// The producers' position, for a grant. The fences of the wait queue order it: the last notifier sees what all
    /// have changed.
    GRANT_TAIL: Relaxed;
    /// The consumer's position, for a grant. As GRANT_TAIL.
    GRANT_HEAD: Relaxed;
    /// The number of grants that were neither used nor returned yet. As GRANT_TAIL.
    GRANTED: Relaxed;
    /// Counts a grant, under the lock of the wait queue.
    GRANT: Relaxed;
    /// A grant was used or returned. The NOTIFY fence that follows shows it to the next notifier.
    GRANT_ENDS: Relaxed;
    /// The queue is dropped: no other thread uses it.
    DROP: Relaxed;
}

/// The slots of a queue.
pub(super) trait Slots<T> {
    /// Returns all of them, a power of two.
    fn slots(&self) -> &[Slot<T>];
    /// Returns how many may be in use at a time.
    fn capacity(&self) -> usize;
}

/// The words of a queue and its slots. Words share a cache line only if the same role writes them.
pub(super) struct Queue<T, S: Slots<T>> {
    /// Written by producers.
    claims: CachePadded<Claims>,
    /// Written by the consumer: the first ticket that it has not freed.
    head: CachePadded<Atomic<u64>>,
    /// Written by waiters and notifiers, and when handles come and go.
    shared: CachePadded<Shared>,
    slots: S,
    _values: PhantomData<T>,
}

struct Claims {
    /// A [`Tail`].
    tail: Atomic<u64>,
    /// A ticket that producers must not reach: some earlier head plus the capacity. It lies on
    /// the cache line that a claim owns anyway, so that `head` is read once a lap and not once a send.
    limit: Atomic<u64>,
}

struct Shared {
    producers: Atomic<usize>,
    /// Belongs to the consumer while PARKED is not set; then to the claim or close that clears PARKED, until that
    /// has published.
    waker: UnsafeCell<Option<Waker>>,
    /// Producers that wait for a free slot, in the order of arrival.
    waiting: WaitQueue,
    /// How many producers were woken for a slot, and have not taken or returned it.
    granted: Atomic<usize>,
}

/// Why no slot was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Full,
    Closed,
}

// SAFETY: values go from the producers' threads to the consumer's, hence `T: Send`. A slot is
// written by the claimer of its ticket and read by the one consumer, in turns, as the family's
// documentation proves; the waker cell passes from hand to hand with PARKED; the rest is atomics.
unsafe impl<T: Send, S: Slots<T>> Sync for Queue<T, S> {}
// SAFETY: as above; a `Waker` is `Send`.
unsafe impl<T: Send, S: Slots<T>> Send for Queue<T, S> {}

// A panic can come from wakers, iterators and values' drops, and they run when the queue is whole: what they
// leave undone is given up, or done by the next call.
impl<T, S: Slots<T>> UnwindSafe for Queue<T, S> {}
impl<T, S: Slots<T>> RefUnwindSafe for Queue<T, S> {}

impl<T, S: Slots<T>> Queue<T, S> {
    sys::const_fn! {
        /// Creates an empty queue on `slots`, of which `capacity` may be in use, with `producers` handles.
        pub(super) const fn new(slots: S, capacity: usize, producers: usize, first: Ticket) -> Self {
            let claims = Claims {
                tail: Atomic::new(Tail::open(first).0),
                limit: Atomic::new(first.plus(capacity).to_bits()),
            };
            let shared = Shared {
                producers: Atomic::new(producers),
                waker: UnsafeCell::new(None),
                waiting: WaitQueue::new(),
                granted: Atomic::new(0),
            };
            Self {
                claims: CachePadded::new(claims),
                head: CachePadded::new(Atomic::new(first.to_bits())),
                shared: CachePadded::new(shared),
                slots,
                _values: PhantomData,
            }
        }
    }

    fn slot(&self, ticket: Ticket) -> &Slot<T> {
        let slots = self.slots.slots();
        &slots[ticket.index(slots.len())]
    }

    pub(super) fn capacity(&self) -> usize {
        self.slots.capacity()
    }

    /// Returns how many slots are claimed and not freed.
    pub(super) fn len(&self) -> usize {
        let head = Ticket::of(self.head.load(LEN));
        let tail = Tail(self.claims.tail.load(LEN));
        tail.next().since(head).clamp(0, self.capacity() as i64) as usize
    }

    /// Returns whether the queue is closed.
    pub(super) fn is_closed(&self) -> bool {
        Tail(self.claims.tail.load(IS_CLOSED)).is_closed()
    }

    /// Closes the queue, and wakes the consumer and all producers that wait.
    pub(super) fn close(&self) {
        let old = self.claims.tail.update(CLOSE, CLOSE_LOOK, |tail| Tail(tail).closed().0);
        let mut consumer = Tail(old).is_parked().then(|| {
            // SAFETY: we cleared PARKED.
            unsafe { self.take_waker() }
        });
        // Wakers are an executor's code: if the consumer's panics, the producers are still woken.
        unwind::each(|| match consumer.take() {
            Some(waker) => {
                waker.into_iter().for_each(Waker::wake);
                true
            }
            None => {
                WaitQueue::notify(self);
                false
            }
        });
    }

    /// Empties the waker cell.
    ///
    /// # Safety
    ///
    /// The cell is the caller's: it cleared PARKED and has not published since, or it is the
    /// consumer and PARKED is not set.
    unsafe fn take_waker(&self) -> Option<Waker> {
        // SAFETY: the cell is the caller's.
        self.shared.waker.with_mut(|cell| unsafe { (*cell).take() })
    }
}

/// The producers' half.
impl<T, S: Slots<T>> Queue<T, S> {
    /// Claims up to `want` slots, at least one if there is one. Lock-free.
    #[inline]
    pub(super) fn claim(&self, want: usize) -> Result<Claim<'_, T, S>, Refusal> {
        let backoff = Backoff::new();
        let mut tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        loop {
            // Step 4: a claim comes before the close, or fails.
            if tail.is_closed() {
                fence(CLOSED_SEEN);
                return Err(Refusal::Closed);
            }
            // Step 2: the slots up to the limit were freed, and this producer has acquired that.
            let count = self.room(tail.next(), want);
            if count == 0 {
                return Err(Refusal::Full);
            }
            // Step 1: this hands out each ticket once. It also clears PARKED, which gives the waker to this claim
            // (step 7).
            let claimed = tail.claimed(count);
            match self.claims.tail.compare_exchange_weak(tail.0, claimed.0, CLAIM, CLAIM_LOOK) {
                Ok(_) => return Ok(self.claimed(tail, count)),
                Err(newer) => tail = Tail(newer),
            }
            backoff.spin();
        }
    }

    /// Returns how many slots, up to `want`, are free from `next` on. Returns zero only if that was so at a moment
    /// of the call.
    #[inline(always)]
    fn room(&self, next: Ticket, want: usize) -> usize {
        let room = Ticket::of(self.claims.limit.load(LIMIT)).room_from(next);
        let room = if room >= want { room } else { self.refreshed_room(next) };
        want.min(room)
    }

    /// Returns how many slots are free by the consumer's own word, and stores the limit for other producers.
    fn refreshed_room(&self, next: Ticket) -> usize {
        match self.room_at_head(next) {
            0 => {
                fence(FULL);
                self.room_at_head(next)
            }
            room => room,
        }
    }

    fn room_at_head(&self, next: Ticket) -> usize {
        let head = Ticket::of(self.head.load(LIMIT_REFRESH));
        let limit = head.plus(self.capacity());
        // Also without room: only the cost of the next claim depends on the limit.
        self.claims.limit.store(limit.to_bits(), LIMIT_SET);
        limit.room_from(next)
    }

    #[inline(always)]
    fn claimed(&self, tail: Tail, count: usize) -> Claim<'_, T, S> {
        let next = tail.next();
        let waker = if tail.is_parked() { self.claim_waker() } else { None };
        Claim { queue: self, next, end: next.plus(count), waker }
    }

    /// Takes the consumer's waker, for a claim that cleared PARKED.
    #[cold]
    fn claim_waker(&self) -> Option<Waker> {
        fence(CLAIM_WAKER);
        // SAFETY: we cleared PARKED, and publish later.
        unsafe { self.take_waker() }
    }

    /// Returns whether there was a moment of this call at which the queue was open and had no room.
    pub(super) fn is_full(&self) -> bool {
        let tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        !tail.is_closed() && self.room(tail.next(), 1) == 0
    }

    /// Counts another handle.
    pub(super) fn add_producer(&self) {
        let others = self.shared.producers.fetch_add(1, PRODUCER_NEW);
        assert!(others < usize::MAX / 2, "too many producers (were handles forgotten?)");
    }

    /// Counts a handle less; closes after the last.
    pub(super) fn remove_producer(&self) {
        if self.shared.producers.fetch_sub(1, PRODUCER_GONE) == 1 {
            self.close();
        }
    }
}

/// Woken because there is room.
const GRANTED_ROOM: Token = 0;
/// Woken because the queue is closed.
const GRANTED_END: Token = 1;

/// Producers wait for room, or for the close. As many are woken as there is room for, less the grants that were
/// not used yet. So a woken producer that does not run keeps one slot from the others, and no more.
impl<T, S: Slots<T>> Event for Queue<T, S> {
    fn waiters(&self) -> &WaitQueue {
        &self.shared.waiting
    }

    fn try_grant(&self, _: u64) -> Option<Token> {
        let tail = Tail(self.claims.tail.load(GRANT_TAIL));
        if tail.is_closed() {
            return Some(GRANTED_END);
        }
        let limit = Ticket::of(self.head.load(GRANT_HEAD)).plus(self.capacity());
        let room = limit.room_from(tail.next());
        (room > self.shared.granted.load(GRANTED)).then(|| {
            self.shared.granted.fetch_add(1, GRANT);
            GRANTED_ROOM
        })
    }

    /// Ends a grant: its producer has used the room, or will not use it.
    fn cancelled(&self, token: Token, _: u64) {
        if token == GRANTED_ROOM {
            self.shared.granted.fetch_sub(1, GRANT_ENDS);
            WaitQueue::notify(self);
        }
    }
}

/// Slots that a producer has claimed. When it is dropped, it gives up those that were not published, and
/// then wakes the consumer, once.
pub(super) struct Claim<'a, T, S: Slots<T>> {
    queue: &'a Queue<T, S>,
    next: Ticket,
    end: Ticket,
    waker: Option<Waker>,
}

impl<T, S: Slots<T>> Claim<'_, T, S> {
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
        // SAFETY: `claim` made the ticket ours, within a capacity (at most a lap) of a head that
        // LIMIT or LIMIT_REFRESH acquired; `next` has passed it now, so this happens once.
        unsafe { self.queue.slot(ticket).publish(ticket, value) };
    }

    #[cold]
    fn abort_rest(&mut self) {
        while self.next != self.end {
            let ticket = self.next;
            self.next = ticket.plus(1);
            // SAFETY: as in `publish`.
            unsafe { self.queue.slot(ticket).abort(ticket) };
        }
    }
}

impl<T, S: Slots<T>> Drop for Claim<'_, T, S> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.next != self.end {
            self.abort_rest();
        }
        // The order of these two decides nothing but a detour: a consumer that is woken before the stamps are there
        // finds the slots stalled, and checks again.
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The consumer's half. `head` is the first ticket whose value it has not received.
impl<T, S: Slots<T>> Queue<T, S> {
    /// Returns the first ticket of a consumer that begins.
    pub(super) fn first(&self) -> Ticket {
        Ticket::of(self.head.load(FIRST))
    }

    /// Returns the tail: the ticket of the next send, and whether the queue is closed.
    pub(super) fn tail(&self) -> Tail {
        Tail(self.claims.tail.load(TAIL))
    }

    /// Returns the ticket of the next send, alone.
    pub(super) fn next(&self) -> Ticket {
        Tail(self.claims.tail.load(TAIL_AGAIN)).next()
    }

    #[inline(always)]
    pub(super) fn peek(&self, head: Ticket) -> SlotState {
        self.slot(head).peek(head)
    }

    /// Moves the value at `head` out.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, [`peek`](Self::peek) found a value at `head`, and this is the only
    /// time that it is moved out; `head` is not [freed](Self::free) yet.
    #[inline(always)]
    pub(super) unsafe fn take(&self, head: Ticket) -> T {
        // SAFETY: the caller's promises.
        unsafe { self.slot(head).take() }
    }

    /// Frees all slots before `head`, and wakes as many waiting producers as there is room for.
    #[inline]
    pub(super) fn free(&self, head: Ticket) {
        // Step 2: the values before `head` were taken out.
        self.head.store(head.to_bits(), FREE);
        WaitQueue::notify(self);
    }

    /// Leaves `waker` for the next send or the close, if neither has come.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, and the waker cell is its own: PARKED is not set, and the value of the claim
    /// that last cleared it was received (step 8).
    pub(super) unsafe fn park(&self, head: Ticket, waker: Waker) -> bool {
        // SAFETY: the cell is the caller's.
        let old = self.shared.waker.with_mut(|cell| unsafe { (*cell).replace(waker) });
        debug_assert!(old.is_none(), "the cell is empty whenever it comes back");
        // Step 6: succeeds only if the queue is open and nothing was claimed at `head`.
        let empty = Tail::open(head);
        let parked =
            self.claims.tail.compare_exchange(empty.0, empty.parked().0, PARK, PARK_REFUSED);
        if parked.is_err() {
            // SAFETY: PARKED was not set, so the cell still is the caller's.
            drop(unsafe { self.take_waker() });
        }
        parked.is_ok()
    }

    /// Clears PARKED and takes the waker back, if both are still there. If not, the cell comes back with the
    /// value of the claim that has it (step 8), or never, because the queue is closed.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, and has [parked](Self::park).
    pub(super) unsafe fn cancel_park(&self) -> Option<Waker> {
        let was_parked = Tail(self.claims.tail.fetch_and(Tail::AWAKE, CANCEL_PARK)).is_parked();
        // SAFETY: we cleared PARKED ourselves.
        if was_parked { unsafe { self.take_waker() } } else { None }
    }
}

impl<T, S: Slots<T>> Drop for Queue<T, S> {
    fn drop(&mut self) {
        let mut head = Ticket::of(self.head.load(DROP));
        let end = Tail(self.claims.tail.load(DROP)).next();
        self.drop_values(&mut head, end);
    }
}

impl<T, S: Slots<T>> Queue<T, S> {
    /// Empties the queue and opens it again, with one producer. Positions go on where they were.
    pub(super) fn reset(&mut self) {
        let mut head = Ticket::of(self.head.load(DROP));
        let end = Tail(self.claims.tail.load(DROP)).next();
        self.claims.tail.store(Tail::open(end).0, DROP);
        self.claims.limit.store(end.plus(self.capacity()).to_bits(), DROP);
        self.head.store(end.to_bits(), DROP);
        self.shared.producers.store(1, DROP);
        self.shared.granted.store(0, DROP);
        // SAFETY: `&mut self`: no other thread has the cell.
        let waker = unsafe { self.take_waker() };
        self.drop_values(&mut head, end);
        drop(waker);
    }

    /// Drops the values that were sent and never received. If the `Drop` of one panics, the others are dropped
    /// all the same.
    fn drop_values(&mut self, head: &mut Ticket, end: Ticket) {
        unwind::each(|| {
            if *head == end {
                return false;
            }
            let ticket = *head;
            *head = ticket.plus(1);
            if self.peek(ticket) == SlotState::Value {
                // SAFETY: `&mut self`: no other thread is here. The value was published and not taken out, and
                // `head` has passed it, so this is the only time.
                drop(unsafe { self.take(ticket) });
            }
            true
        });
    }
}
