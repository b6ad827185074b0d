//! The algorithm: claiming places, publishing, taking, closing, waking.
//!
//! The proof is in the [family's documentation](super); here is what each ordering is for.

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
    /// A look at the tail before a claim; CLAIM decides.
    CLAIM_LOOK: Relaxed;
    /// Claims places. One word decides who gets which, so the claim itself orders nothing: the
    /// slots were freed before LIMIT said so, and the values are published by their stamps.
    CLAIM: Relaxed;
    /// This claim took PARKED away: pairs with PARK, so that the consumer's waker is in the cell.
    CLAIM_WAKER: fence(Acquire), pairs(PARK);
    /// How far producers may go, as one of them last found out: pairs with LIMIT_NOTE, and by it
    /// with FREE. Relaxed, a producer could write a slot that the consumer still reads.
    LIMIT: Acquire, pairs(LIMIT_NOTE);
    /// Passes on what LIMIT_REFRESH saw: pairs with LIMIT.
    LIMIT_NOTE: Release;
    /// How far the consumer is: pairs with FREE.
    LIMIT_REFRESH: Acquire, pairs(FREE);
    /// Between the look at the tail and a second one at the head, before a refusal: pairs with the WAKE of
    /// the wait list, behind FREE. The claims that this producer has seen may have been made possible by
    /// heads that it has not: without the fence, or with a weaker one, it could report a full queue that was
    /// not full at any moment of the call.
    FULL: fence(SeqCst), pairs(crate::wait::NOTIFY);
    /// This producer saw CLOSED: pairs with CLOSE, so that it sees all that the closer did before.
    CLOSED_SEEN: fence(Acquire), pairs(CLOSE);
    /// Frees the places that were taken: pairs with LIMIT_REFRESH. Relaxed, a producer could write
    /// a slot before the consumer has read it.
    FREE: Release;
    /// What the tail says when there is nothing to take: pairs with CLOSE, so that a consumer that learns
    /// the end sees all that the closer did before.
    TAIL: Acquire, pairs(CLOSE);
    /// The second look, which tells stalled from empty: only its ticket is used.
    TAIL_AGAIN: Relaxed;
    /// Answers whether the queue is closed: pairs with CLOSE, for all that the closer did before.
    IS_CLOSED: Acquire, pairs(CLOSE);
    /// Goes to sleep: pairs with CLAIM_WAKER and CLOSE, and gives them the waker in the cell.
    PARK: Release;
    /// Something came: no sleep, nothing to order.
    PARK_REFUSED: Relaxed;
    /// Takes PARKED back. If it is still there, nobody has touched the cell since PARK.
    RECALL: Relaxed;
    /// A look at the tail before closing; CLOSE decides.
    CLOSE_LOOK: Relaxed;
    /// Closes: pairs with TAIL (release) and with PARK (acquire, for the waker in the cell).
    CLOSE: AcqRel, pairs(PARK);
    /// Another handle: nothing can have gone wrong while this one exists.
    PRODUCER_NEW: Relaxed;
    /// A handle is gone: the last one closes, and all that the others did before they went is
    /// published by that (acquire), to which each adds its own (release).
    PRODUCER_GONE: AcqRel, pairs(PRODUCER_GONE);
    /// An estimate: head and tail move while they are read.
    LEN: Relaxed;
    /// Where a consumer begins: nothing was received yet.
    FIRST: Relaxed;
    /// How far producers are, for a grant. The fences of the wait queue order it: the last of those that
    /// change something sees what all have changed.
    GRANT_TAIL: Relaxed;
    /// How far the consumer is, for a grant. As GRANT_TAIL.
    GRANT_HEAD: Relaxed;
    /// How many are granted room and have not come yet. As GRANT_TAIL.
    GRANTED: Relaxed;
    /// Counts a grant, under the lock of the wait queue.
    GRANT: Relaxed;
    /// A grant was used or returned. The NOTIFY fence that follows shows it to the next that grants.
    GRANT_ENDS: Relaxed;
    /// The queue goes away: nobody else is here.
    DROP: Relaxed;
}

/// The places of a queue.
pub trait Slots<T> {
    /// All of them, a power of two.
    fn slots(&self) -> &[Slot<T>];
    /// How many may be in use at a time.
    fn capacity(&self) -> usize;
}

/// The words of a queue and its places, on cache lines by who writes them.
pub struct Queue<T, S: Slots<T>> {
    /// Written by producers.
    claims: CachePadded<Claims>,
    /// Written by the consumer: the first ticket that it has not taken, and not freed.
    head: CachePadded<Atomic<u64>>,
    /// Written by waiters and notifiers, and when handles come and go.
    shared: CachePadded<Shared>,
    slots: S,
    _values: PhantomData<T>,
}

struct Claims {
    /// A [`Tail`].
    tail: Atomic<u64>,
    /// A ticket that producers must not reach: a capacity behind some head of the past. It lies on
    /// the line that a claim owns anyway, so that `head` is read once a lap and not once a push.
    limit: Atomic<u64>,
}

struct Shared {
    producers: Atomic<usize>,
    /// The consumer's while PARKED is not set; then of who takes PARKED away, until it publishes.
    waker: UnsafeCell<Option<Waker>>,
    /// Producers that wait for a free slot, in the order of arrival.
    waiting: WaitQueue,
    /// How many producers were woken for a slot, and have not taken or returned it.
    granted: Atomic<usize>,
}

/// Why no place was claimed.
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
        /// An empty queue on `slots`, of which `capacity` may be in use, with `producers` handles.
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

    /// How many places are claimed and not freed.
    pub(super) fn len(&self) -> usize {
        let head = Ticket::of(self.head.load(LEN));
        let tail = Tail(self.claims.tail.load(LEN));
        tail.next().since(head).clamp(0, self.capacity() as i64) as usize
    }

    /// Whether the queue is closed.
    pub(super) fn is_closed(&self) -> bool {
        Tail(self.claims.tail.load(IS_CLOSED)).is_closed()
    }

    /// Accepts no more pushes, and wakes everybody who waits.
    pub(super) fn close(&self) {
        let old = self.claims.tail.update(CLOSE, CLOSE_LOOK, |tail| Tail(tail).closed().0);
        let mut consumer = Tail(old).is_parked().then(|| {
            // SAFETY: we took PARKED away.
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
    /// The cell is the caller's: it took PARKED away and has not published since, or it is the
    /// consumer and PARKED is not set.
    unsafe fn take_waker(&self) -> Option<Waker> {
        // SAFETY: the cell is the caller's.
        self.shared.waker.with_mut(|cell| unsafe { (*cell).take() })
    }
}

/// The producers' half.
impl<T, S: Slots<T>> Queue<T, S> {
    /// Claims up to `want` places, at least one of them if there is one. Lock-free.
    #[inline]
    pub(super) fn claim(&self, want: usize) -> Result<Claim<'_, T, S>, Refusal> {
        let backoff = Backoff::new();
        let mut tail = Tail(self.claims.tail.load(CLAIM_LOOK));
        loop {
            if tail.is_closed() {
                fence(CLOSED_SEEN);
                return Err(Refusal::Closed);
            }
            let count = self.room(tail.next(), want);
            if count == 0 {
                return Err(Refusal::Full);
            }
            let claimed = tail.claimed(count);
            match self.claims.tail.compare_exchange_weak(tail.0, claimed.0, CLAIM, CLAIM_LOOK) {
                Ok(_) => return Ok(self.claimed(tail, count)),
                Err(newer) => tail = Tail(newer),
            }
            backoff.spin();
        }
    }

    /// How many slots, up to `want`, are free from `next` on. Says none only if there was a moment at which
    /// that was so.
    #[inline(always)]
    fn room(&self, next: Ticket, want: usize) -> usize {
        let room = Ticket::of(self.claims.limit.load(LIMIT)).room_from(next);
        let room = if room >= want { room } else { self.refreshed_room(next) };
        want.min(room)
    }

    /// How many slots are free, from the consumer's own word. Leaves the limit for the others.
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
        self.claims.limit.store(limit.to_bits(), LIMIT_NOTE);
        limit.room_from(next)
    }

    #[inline(always)]
    fn claimed(&self, tail: Tail, count: usize) -> Claim<'_, T, S> {
        let next = tail.next();
        let waker = if tail.is_parked() { self.claim_waker() } else { None };
        Claim { queue: self, next, end: next.plus(count), waker }
    }

    /// This claim took PARKED away.
    #[cold]
    fn claim_waker(&self) -> Option<Waker> {
        fence(CLAIM_WAKER);
        // SAFETY: we took PARKED away, and publish later.
        unsafe { self.take_waker() }
    }

    /// Whether there was a moment of this call without room in an open queue.
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

/// Producers wait for room, or for the close. As many are woken as there is room for; how many of those have
/// not come yet is counted. So a woken producer that does not run keeps one slot from the others, and no
/// more.
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

    /// The producer has used the room, or will not: it no longer counts.
    fn cancelled(&self, token: Token, _: u64) {
        if token == GRANTED_ROOM {
            self.shared.granted.fetch_sub(1, GRANT_ENDS);
            WaitQueue::notify(self);
        }
    }
}

/// Places that a producer has claimed. Those that it does not publish it gives up when dropped,
/// and only then it wakes the consumer, once.
pub(super) struct Claim<'a, T, S: Slots<T>> {
    queue: &'a Queue<T, S>,
    next: Ticket,
    end: Ticket,
    waker: Option<Waker>,
}

impl<T, S: Slots<T>> Claim<'_, T, S> {
    /// The next ticket to publish.
    pub(super) fn next(&self) -> Ticket {
        self.next
    }

    /// How many places are left.
    pub(super) fn left(&self) -> usize {
        self.end.since(self.next) as usize
    }

    /// Publishes `value` in the next place.
    ///
    /// # Safety
    ///
    /// There is one [left](Self::left).
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
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// The consumer's half. `at` is always the consumer's place: the first ticket it has not taken.
impl<T, S: Slots<T>> Queue<T, S> {
    /// The place of a consumer that begins.
    pub(super) fn first(&self) -> Ticket {
        Ticket::of(self.head.load(FIRST))
    }

    /// The ticket of the next push, and whether there will be one.
    pub(super) fn tail(&self) -> Tail {
        Tail(self.claims.tail.load(TAIL))
    }

    /// The ticket of the next push, alone.
    pub(super) fn next(&self) -> Ticket {
        Tail(self.claims.tail.load(TAIL_AGAIN)).next()
    }

    #[inline(always)]
    pub(super) fn peek(&self, at: Ticket) -> SlotState {
        self.slot(at).peek(at)
    }

    /// Moves the value of `at` out.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, [`peek`](Self::peek) found a value at `at`, and this is the only
    /// time that it is taken; `at` is not [freed](Self::free) yet.
    #[inline(always)]
    pub(super) unsafe fn take(&self, at: Ticket) -> T {
        // SAFETY: the caller's promises.
        unsafe { self.slot(at).take() }
    }

    /// Frees all places before `at`, and wakes as many waiting producers as there is room for.
    #[inline]
    pub(super) fn free(&self, at: Ticket) {
        self.head.store(at.to_bits(), FREE);
        WaitQueue::notify(self);
    }

    /// Leaves `waker` for the next push or the close, if neither has come.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, and the waker cell is its own: PARKED is not set, and what was
    /// claimed by who last took it away has been taken out.
    pub(super) unsafe fn park(&self, at: Ticket, waker: Waker) -> bool {
        // SAFETY: the cell is the caller's.
        let old = self.shared.waker.with_mut(|cell| unsafe { (*cell).replace(waker) });
        debug_assert!(old.is_none(), "the cell is empty whenever it comes back");
        let empty = Tail::open(at);
        let parked =
            self.claims.tail.compare_exchange(empty.0, empty.parked().0, PARK, PARK_REFUSED);
        if parked.is_err() {
            // SAFETY: PARKED was not set, so the cell still is the caller's.
            drop(unsafe { self.take_waker() });
        }
        parked.is_ok()
    }

    /// Takes PARKED and the waker back, if they are still there; if not, the cell comes back with the
    /// value of the push that has it, or never, because the queue is closed.
    ///
    /// # Safety
    ///
    /// The caller is the consumer, and has [parked](Self::park).
    pub(super) unsafe fn cancel_park(&self) -> Option<Waker> {
        let recalled = Tail(self.claims.tail.fetch_and(Tail::AWAKE, RECALL)).is_parked();
        // SAFETY: we took PARKED away ourselves.
        if recalled { unsafe { self.take_waker() } } else { None }
    }
}

impl<T, S: Slots<T>> Drop for Queue<T, S> {
    fn drop(&mut self) {
        let mut at = Ticket::of(self.head.load(DROP));
        let end = Tail(self.claims.tail.load(DROP)).next();
        self.drop_values(&mut at, end);
    }
}

impl<T, S: Slots<T>> Queue<T, S> {
    /// Empties the queue and opens it, with one producer, at the position where it was.
    pub(super) fn reset(&mut self) {
        let mut at = Ticket::of(self.head.load(DROP));
        let end = Tail(self.claims.tail.load(DROP)).next();
        self.claims.tail.store(Tail::open(end).0, DROP);
        self.claims.limit.store(end.plus(self.capacity()).to_bits(), DROP);
        self.head.store(end.to_bits(), DROP);
        self.shared.producers.store(1, DROP);
        self.shared.granted.store(0, DROP);
        // SAFETY: `&mut self`: no other thread has the cell.
        let waker = unsafe { self.take_waker() };
        self.drop_values(&mut at, end);
        drop(waker);
    }

    /// Drops what was pushed and never taken. A panic in one value's `Drop` spares the others.
    fn drop_values(&mut self, at: &mut Ticket, end: Ticket) {
        unwind::each(|| {
            if *at == end {
                return false;
            }
            let ticket = *at;
            *at = ticket.plus(1);
            if self.peek(ticket) == SlotState::Value {
                // SAFETY: nobody else is here; published, not taken (not before `head`), and `at`
                // has passed it.
                drop(unsafe { self.take(ticket) });
            }
            true
        });
    }
}
