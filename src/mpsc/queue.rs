//! The bounded queue: claiming slots, freeing them, and waiting for room.
//!
//! The proof, in numbered steps, is in the [family's documentation](super). Comments here repeat the numbers; the
//! table says what each ordering is for.

use super::channel::{Channel, Ends, NoValue, Refusal};
use super::claim::Claim;
use super::slot::Slot;
use super::storage::Room;
use super::ticket::{Tail, Ticket};
use crate::atomic::{Atomic, fence};
use crate::sys::{self, Backoff, unwind};
use crate::wait::{Event, Token, WaitQueue};
use core::marker::PhantomData;
use core::panic::{RefUnwindSafe, UnwindSafe};
use crossbeam_utils::CachePadded;

sites! {
    /// A load of the tail before a claim; CLAIM decides.
    CLAIM_LOOK: Relaxed;
    /// Claims slots. One word decides which producer gets which slot, so the claim itself orders nothing: LIMIT
    /// orders it after the freeing of the slots, and the stamps publish the values.
    CLAIM: Relaxed;
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
    /// Frees the slots of values that were received: pairs with LIMIT_REFRESH. Relaxed, a producer could write
    /// a slot before the consumer has read it.
    FREE: Release;
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
    ends: Ends,
    /// Producers that wait for a free slot, in the order of arrival.
    waiting: WaitQueue,
    /// How many producers were woken for a slot, and have not taken or returned it.
    granted: Atomic<usize>,
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
                ends: Ends::new(producers),
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

    fn capacity(&self) -> usize {
        self.slots.capacity()
    }
}

impl<T, S: Slots<T>> Channel<T> for Queue<T, S> {
    type Place = ();

    #[inline(always)]
    fn tail_word(&self) -> &Atomic<u64> {
        &self.claims.tail
    }

    #[inline(always)]
    fn ends(&self) -> &Ends {
        &self.shared.ends
    }

    fn bound(&self) -> Option<usize> {
        Some(self.capacity())
    }

    fn len(&self) -> usize {
        let head = Ticket::of(self.head.load(LEN));
        let tail = Tail(self.claims.tail.load(LEN));
        tail.next().since(head).clamp(0, self.capacity() as i64) as usize
    }

    fn wake_producers(&self) {
        WaitQueue::notify(self);
    }

    #[inline(always)]
    fn claim_one(&self) -> Option<((), Ticket)> {
        let tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        let room = Ticket::of(self.claims.limit.load(LIMIT)).room_from(tail.next());
        if !tail.has_no_flags() || room == 0 {
            return None;
        }
        // Steps 1, 2 and 4, as in `claim`.
        let claimed = tail.claimed(1);
        match self.claims.tail.compare_exchange(tail.0, claimed.0, CLAIM, CLAIM_LOOK) {
            Ok(_) => Some(((), tail.next())),
            Err(_) => {
                Backoff::new().spin();
                None
            }
        }
    }

    #[inline]
    fn claim(&self, want: usize) -> Result<Claim<'_, T, Self>, Refusal> {
        let backoff = Backoff::new();
        let mut tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        loop {
            // Step 4: a claim comes before the close, or fails.
            if tail.is_closed() {
                return Err(Refusal::closed());
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
                // SAFETY: the claim was made, now.
                Ok(_) => return Ok(unsafe { Claim::new(self, (), tail, count) }),
                Err(newer) => tail = Tail(newer),
            }
            backoff.spin();
        }
    }

    #[inline(always)]
    unsafe fn publish(&self, (): (), ticket: Ticket, value: T) {
        // SAFETY: the caller has claimed the ticket, within a capacity (at most a lap) of a head that
        // LIMIT or LIMIT_REFRESH acquired.
        unsafe { self.slot(ticket).publish(ticket, value) };
    }

    unsafe fn abort(&self, (): (), ticket: Ticket) {
        // SAFETY: as in `publish`.
        unsafe { self.slot(ticket).abort(ticket) };
    }

    fn first(&self) -> Ticket {
        Ticket::of(self.head.load(FIRST))
    }

    #[inline(always)]
    unsafe fn receive(&self, head: Ticket) -> Result<T, NoValue> {
        // SAFETY: the caller's promises; `head` is not freed yet.
        unsafe { self.slot(head).receive(head) }
    }

    #[inline]
    fn free(&self, head: Ticket) {
        // Step 2: the values before `head` were taken out.
        self.head.store(head.to_bits(), FREE);
        WaitQueue::notify(self);
    }
}

/// Room.
impl<T, S: Slots<T>> Queue<T, S> {
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
}

impl<T, S: Slots<T>> Room for Queue<T, S> {
    fn capacity(&self) -> usize {
        self.slots.capacity()
    }

    fn is_full(&self) -> bool {
        let tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        !tail.is_closed() && self.room(tail.next(), 1) == 0
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
        self.shared.granted.store(0, DROP);
        let waker = self.shared.ends.reset();
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
            // SAFETY: `&mut self`: no other thread is here. A value that was published was not taken out, and `head`
            // has passed it, so this is the only time.
            drop(unsafe { self.slot(ticket).receive(ticket) });
            true
        });
    }
}
