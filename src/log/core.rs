//! The words that decide: the tail, which writers claim from, and the head, up to which the flusher has released.
//!
//! The proof, in numbered steps, is in the [family's documentation](super). Comments here repeat the numbers; the
//! table says what each ordering is for.

use super::parking::Parking;
use super::tail::{Extent, Point, Tail};
use crate::atomic::{Atomic, LoadOrdering, fence};
use crate::sys::{self, Backoff};
use crate::wait::{Event, Token, WaitQueue};
use crate::watermark::Watermark;
use core::panic::{RefUnwindSafe, UnwindSafe};
use crossbeam_utils::CachePadded;

sites! {
    /// The tail before a claim: pairs with CLAIM, so that the head that is read next is not older than the one that
    /// the claims before have relied on. An older head could be so far behind that the tail's low bits do not tell.
    /// And with CLOSE, so that a writer that is refused sees all that the closer did before.
    CLAIM_LOOK: Acquire, pairs(CLAIM, CLOSE);
    /// Claims bytes and records. Acquires and releases what CLAIM_LOOK says from claim to claim, also if other
    /// claims came between the look and this one and led to the same word.
    CLAIM: AcqRel, pairs(CLAIM);
    /// The head before a claim: an estimate. FREED decides.
    HEAD_LOOK: Relaxed;
    /// The head behind a claim: pairs with FREE. The flusher has finished with the bytes and slots that are written
    /// now.
    FREED: Acquire, pairs(FREE);
    /// The head before the tail, for a refusal: pairs with FREE, so that the tail is not older than this head.
    FULL_HEAD: Acquire, pairs(FREE);
    /// The tail between two looks at the head. FULL acquires what comes with it: the heads that claims have relied
    /// on, and what a closer did before.
    FULL_TAIL: Relaxed;
    /// Between the load of the tail and the second look at the head: pairs with the NOTIFY fence of the wait
    /// queue, which follows FREE. Without it, or weaker, a writer could report a full buffer that was not full
    /// at any moment of the call.
    FULL: fence(SeqCst), pairs(crate::wait::NOTIFY);
    /// The head behind the tail.
    FULL_HEAD_AGAIN: Relaxed;
    /// Frees bytes and slots: pairs with FREED. Relaxed, a writer could write bytes before they were flushed.
    FREE: Release;
    /// The tail when the next record is not committed: pairs with CLOSE, so that a flusher that sees CLOSED sees all
    /// that the closer did before; and with CLAIM, so that it sees what the claiming writer has committed before.
    TAIL: Acquire, pairs(CLOSE, CLAIM);
    /// Returns whether the buffer is closed: pairs with CLOSE, so that what the closer did before is visible.
    IS_CLOSED: Acquire, pairs(CLOSE);
    /// Before CLOSE, which decides.
    CLOSE_LOOK: Relaxed;
    /// Closes, and publishes what the closer did before: pairs with CLAIM_LOOK, TAIL and IS_CLOSED. A
    /// read-modify-write also if the buffer is closed already: so a second closer publishes too, and hides neither
    /// the first one nor the claims before.
    CLOSE: Release;
    /// Looks for a close when the flusher has parked.
    PARKED_TAIL: Relaxed;
    /// Counts another handle. The caller holds one, so the count cannot reach zero concurrently (as `Arc::clone`).
    WRITER_NEW: Relaxed;
    /// Counts a handle less. Release publishes this writer's work; acquire lets the last one see the work of all
    /// others before it closes (as `Arc::drop`).
    WRITER_GONE: AcqRel, pairs(WRITER_GONE);
    /// How much was granted and is neither used nor returned. The fences of the wait queue order it.
    GRANTED: Relaxed;
    /// Counts a grant, under the lock of the wait queue.
    GRANT: Relaxed;
    /// A grant was used or returned. The NOTIFY fence that follows shows it to the next notifier.
    GRANT_ENDS: Relaxed;
    /// Nothing else has the buffer.
    ALONE: Relaxed;
}

/// The words of a buffer. Words share a cache line only if the same role writes them.
pub(super) struct Core {
    /// Written by writers. A [`Tail`].
    tail: CachePadded<Atomic<u64>>,
    /// Written by the flusher.
    head: CachePadded<Head>,
    /// Written when the flusher begins or ends a wait.
    flusher: CachePadded<Parking>,
    /// Written when writers begin or end a wait, and when handles come and go.
    shared: CachePadded<Shared>,
    durable: Watermark,
    capacity: Extent,
}

/// The point up to which the flusher has released the stream.
struct Head {
    position: Atomic<u64>,
    record: Atomic<u64>,
}

impl Head {
    #[inline(always)]
    fn load(&self, order: impl LoadOrdering) -> Point {
        Point { position: self.position.load(order), record: self.record.load(order) }
    }
}

struct Shared {
    writers: Atomic<usize>,
    /// Writers that wait for room, in the order of arrival.
    waiters: WaitQueue,
    /// How much room was granted to writers that have not used or returned it: an [`Extent`].
    granted: Atomic<u64>,
}

// A panic can come from wakers, and they run when the buffer is whole.
impl UnwindSafe for Core {}
impl RefUnwindSafe for Core {}

impl Core {
    sys::const_fn! {
        /// Creates the words of an empty buffer whose first record begins at `first`.
        pub(super) const fn new(capacity: Extent, first: Point) -> Self {
            let head = Head { position: Atomic::new(first.position), record: Atomic::new(first.record) };
            let shared = Shared {
                writers: Atomic::new(1),
                waiters: WaitQueue::new(),
                granted: Atomic::new(0),
            };
            Self {
                tail: CachePadded::new(Atomic::new(Tail::open(first).0)),
                head: CachePadded::new(head),
                flusher: CachePadded::new(Parking::new()),
                shared: CachePadded::new(shared),
                durable: Watermark::new(first.position),
                capacity,
            }
        }
    }

    /// Returns how the flusher waits.
    #[inline(always)]
    pub(super) fn flusher(&self) -> &Parking {
        &self.flusher
    }

    pub(super) fn durable(&self) -> &Watermark {
        &self.durable
    }

    pub(super) fn capacity(&self) -> Extent {
        self.capacity
    }

    pub(super) fn is_closed(&self) -> bool {
        Tail(self.tail.load(IS_CLOSED)).is_closed()
    }

    /// Counts another handle.
    pub(super) fn add_writer(&self) {
        let others = self.shared.writers.fetch_add(1, WRITER_NEW);
        assert!(others < usize::MAX / 2, "too many writers (were handles forgotten?)");
    }

    /// Counts a handle less. Returns whether it was the last.
    pub(super) fn remove_writer(&self) -> bool {
        self.shared.writers.fetch_sub(1, WRITER_GONE) == 1
    }

    /// Makes the buffer empty and open again, behind all that was ever reserved.
    pub(super) fn reset(&mut self) {
        let head = self.head_alone();
        let first = head.plus(Tail(self.tail.load(ALONE)).since(head));
        // Dropping the old words drops a waker, which is user code: it comes last.
        let old = core::mem::replace(self, Self::new(self.capacity, first));
        drop(old);
    }

    /// Returns the head, if nothing moves it.
    pub(super) fn head_alone(&self) -> Point {
        self.head.load(ALONE)
    }
}

/// Why nothing was reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Full,
    Closed,
    TooLong,
}

/// The writers' half.
impl Core {
    /// Claims the next bytes and records. Returns where they begin. Lock-free.
    #[inline(always)]
    pub(super) fn claim(&self, extent: Extent) -> Result<Point, Refusal> {
        let capacity = self.capacity;
        if extent.bytes > capacity.bytes || extent.records > capacity.records {
            return Err(Refusal::TooLong);
        }
        let backoff = Backoff::new();
        let mut tail = Tail(self.tail.load(CLAIM_LOOK));
        loop {
            // Step 3: a claim comes before the close, or fails.
            if tail.is_closed() {
                return Err(Refusal::Closed);
            }
            let head = self.head.load(HEAD_LOOK);
            if !tail.since(head).leaves_room_for(extent, capacity) {
                tail = self.tail_with_room(extent)?;
                continue;
            }
            // Step 1: this hands out each byte and each number once.
            let claimed = tail.claimed(extent);
            match self.tail.compare_exchange_weak(tail.0, claimed.0, CLAIM, CLAIM_LOOK) {
                Ok(_) => break,
                Err(newer) => tail = Tail(newer),
            }
            backoff.spin();
        }
        match self.freed(tail, extent, capacity) {
            Some(start) => Ok(start),
            None => Ok(self.wait_until_freed(tail, extent)),
        }
    }

    /// Returns where a claim begins that has replaced `tail`, if the flusher has freed its bytes and slots.
    #[inline(always)]
    fn freed(&self, tail: Tail, extent: Extent, capacity: Extent) -> Option<Point> {
        // Step 2: what is written next was freed, and this writer has acquired that.
        let head = self.head.load(FREED);
        let ahead = tail.since(head);
        ahead.leaves_room_for(extent, capacity).then(|| head.plus(ahead))
    }

    /// Returns as [`freed`](Self::freed) does, once it is so. Between the look and the claim, the tail has gone through
    /// all values that it can have. The claim is good, but has come before its room.
    #[cold]
    fn wait_until_freed(&self, tail: Tail, extent: Extent) -> Point {
        let backoff = Backoff::new();
        loop {
            if let Some(start) = self.freed(tail, extent, self.capacity) {
                return start;
            }
            backoff.snooze();
        }
    }

    /// Returns a tail behind which there is room; or why there is none: true at a moment of the call.
    #[cold]
    fn tail_with_room(&self, extent: Extent) -> Result<Tail, Refusal> {
        let (tail, ahead) = self.tail_and_lead();
        if tail.is_closed() {
            return Err(Refusal::Closed);
        }
        if ahead.leaves_room_for(extent, self.capacity) { Ok(tail) } else { Err(Refusal::Full) }
    }

    /// Returns the tail, and how far it was ahead of the head at one moment.
    fn tail_and_lead(&self) -> (Tail, Extent) {
        loop {
            let head = self.head.load(FULL_HEAD);
            let tail = Tail(self.tail.load(FULL_TAIL));
            fence(FULL);
            let again = self.head.load(FULL_HEAD_AGAIN);
            // The head never goes back. If it is the same, it was there when the tail was read.
            if again == head {
                return (tail, tail.since(head));
            }
        }
    }
}

/// The flusher's half.
impl Core {
    /// Returns the tail's lead over `head`, and whether the buffer is closed.
    pub(super) fn lead(&self, head: Point) -> (Extent, bool) {
        let tail = Tail(self.tail.load(TAIL));
        (tail.since(head), tail.is_closed())
    }

    /// Returns whether the buffer is closed and nothing is reserved behind `head`, for a flusher that has said that it
    /// waits.
    pub(super) fn is_at_end(&self, head: Point) -> bool {
        let tail = Tail(self.tail.load(PARKED_TAIL));
        tail.is_closed() && tail.since(head).records == 0
    }

    /// Moves the head: frees all before it (step 2).
    pub(super) fn set_head(&self, head: Point) {
        self.head.record.store(head.record, FREE);
        self.head.position.store(head.position, FREE);
    }

    /// Closes the buffer. Returns the low bits of the record number that would have been next.
    pub(super) fn close(&self) -> u64 {
        let tail = self.tail.update(CLOSE, CLOSE_LOOK, |tail| Tail(tail).closed().0);
        Tail(tail).record()
    }
}

/// Woken because there is room.
const GRANTED_ROOM: Token = 0;
/// Woken because the buffer is closed.
const GRANTED_END: Token = 1;

/// Writers wait for room, or for the close. As many are woken as there is room for, less the grants that were not
/// used yet.
impl Event for Core {
    fn waiters(&self) -> &WaitQueue {
        &self.shared.waiters
    }

    fn try_grant(&self, amount: u64) -> Option<Token> {
        let (tail, ahead) = self.tail_and_lead();
        if tail.is_closed() {
            return Some(GRANTED_END);
        }
        let (wanted, granted) =
            (Extent::from_bits(amount), Extent::from_bits(self.shared.granted.load(GRANTED)));
        let taken =
            Extent { bytes: ahead.bytes + granted.bytes, records: ahead.records + granted.records };
        taken.leaves_room_for(wanted, self.capacity).then(|| {
            self.shared.granted.fetch_add(amount, GRANT);
            GRANTED_ROOM
        })
    }

    /// Ends a grant: its writer has used the room, or will not use it.
    fn cancelled(&self, token: Token, amount: u64) {
        if token == GRANTED_ROOM {
            self.shared.granted.fetch_sub(amount, GRANT_ENDS);
            WaitQueue::notify(self);
        }
    }
}
