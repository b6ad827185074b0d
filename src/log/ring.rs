//! The algorithm: reserving, committing, flushing, closing, waking.
//!
//! The proof, in numbered steps, is in the [family's documentation](super). Comments here repeat the numbers; the
//! table says what each ordering is for.

use super::slot::{Mark, Slot};
use super::tail::{Extent, Point, RECORD_MASK, Tail};
use crate::atomic::{Atomic, fence, fence_heavy, fence_light};
use crate::sys::{self, Access, Backoff, Byte, UnsafeCell, unwind};
use crate::wait::{Event, Token, WaitQueue};
use crate::watermark::Watermark;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::slice;
use core::task::Waker;
use crossbeam_utils::CachePadded;

sites! {
    /// The tail before a claim: pairs with CLAIM, so that the head that is read next is not older than the one that
    /// the claims before have relied on. An older head could be so far behind that the tail's low bits do not tell.
    CLAIM_LOOK: Acquire, pairs(CLAIM);
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
    /// The tail between two looks at the head.
    FULL_TAIL: Relaxed;
    /// Between the load of the tail and the second look at the head: pairs with the NOTIFY fence of the wait
    /// queue, which follows FREE. Without it, or weaker, a writer could report a full buffer that was not full
    /// at any moment of the call.
    FULL: fence(SeqCst), pairs(crate::wait::NOTIFY);
    /// The head behind the tail.
    FULL_HEAD_AGAIN: Relaxed;
    /// This writer saw CLOSED: pairs with CLOSE, so that it sees all that the closer did before.
    CLOSED_SEEN: fence(Acquire), pairs(CLOSE);
    /// Frees bytes and slots: pairs with FREED. Relaxed, a writer could write bytes before they were flushed.
    FREE: Release;
    /// The tail when the next record is not committed: pairs with CLOSE, so that a flusher that sees CLOSED sees all
    /// that the closer did before; and with CLAIM, so that it sees what the claiming writer has committed before.
    TAIL: Acquire, pairs(CLOSE, CLAIM);
    /// Returns whether the buffer is closed: pairs with CLOSE, so that what the closer did before is visible.
    IS_CLOSED: Acquire, pairs(CLOSE);
    /// Before CLOSE, which decides.
    CLOSE_LOOK: Relaxed;
    /// Closes: pairs with CLAIM_LOOK, TAIL and IS_CLOSED.
    CLOSE: AcqRel, pairs(CLAIM);
    /// Between a commit and the look for a flusher that waits: pairs with PARKED. Weaker, each may miss the other.
    COMMITTED: fence(SeqCst), pairs(PARKED);
    /// Between a close and the look for a flusher that waits: pairs with PARKED. Weaker, each may miss the other.
    CLOSED: fence(SeqCst), pairs(PARKED);
    /// Between the flusher's note that it waits and its second look at the record and the tail: pairs with COMMITTED
    /// and CLOSED.
    PARKED: fence(SeqCst), pairs(COMMITTED, CLOSED);
    /// A writer looks for a flusher that waits. The fences order it; TAKE decides.
    WAITING: Relaxed;
    /// A closer looks for a flusher that waits, as for WAITING.
    CLOSE_WAITING: Relaxed;
    /// The flusher waits: pairs with TAKE, and publishes its waker.
    PARK: Release;
    /// Looks for a close when the flusher has parked.
    PARKED_TAIL: Relaxed;
    /// Takes the waker: pairs with PARK.
    TAKE: Acquire, pairs(PARK);
    /// Another thread has it, or the flusher has taken it back.
    TAKE_REFUSED: Relaxed;
    /// The waker was taken out of its cell: pairs with HOME, after which the flusher puts another in.
    TAKEN: Release;
    /// Checks whether the cell is the flusher's: pairs with TAKEN.
    HOME: Acquire, pairs(TAKEN);
    /// The flusher takes its own waker back. If that is still there, no other thread has touched the cell since PARK.
    CANCEL_PARK: Relaxed;
    /// The cell is the flusher's own again.
    CANCELLED: Relaxed;
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

struct Parking {
    /// What the flusher waits for: the number of a record, or [`NOTHING`], or [`TAKING`].
    waiting: Atomic<u64>,
    /// The flusher's, while it waits for [`NOTHING`]. Else of the thread that replaces `waiting`.
    waker: UnsafeCell<Option<Waker>>,
}

struct Shared {
    writers: Atomic<usize>,
    /// Writers that wait for room, in the order of arrival.
    waiters: WaitQueue,
    /// How much room was granted to writers that have not used or returned it: an [`Extent`].
    granted: Atomic<u64>,
}

/// The flusher does not wait.
const NOTHING: u64 = u64::MAX;
/// The thread that has ended the flusher's wait takes the waker out of the cell.
const TAKING: u64 = u64::MAX - 1;

// SAFETY: the waker's cell passes from hand to hand with `waiting`; the rest is atomics.
unsafe impl Sync for Core {}
// SAFETY: as above; a `Waker` is `Send`.
unsafe impl Send for Core {}

// A panic can come from wakers, and they run when the buffer is whole.
impl UnwindSafe for Core {}
impl RefUnwindSafe for Core {}

impl Core {
    sys::const_fn! {
        /// Creates the words of an empty buffer whose first record begins at `first`.
        pub(super) const fn new(capacity: Extent, first: Point) -> Self {
            let head = Head { position: Atomic::new(first.position), record: Atomic::new(first.record) };
            let flusher = Parking { waiting: Atomic::new(NOTHING), waker: UnsafeCell::new(None) };
            let shared = Shared {
                writers: Atomic::new(1),
                waiters: WaitQueue::new(),
                granted: Atomic::new(0),
            };
            Self {
                tail: CachePadded::new(Atomic::new(Tail::open(first).0)),
                head: CachePadded::new(head),
                flusher: CachePadded::new(flusher),
                shared: CachePadded::new(shared),
                durable: Watermark::new(first.position),
                capacity,
            }
        }
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
        Point { position: self.head.position.load(ALONE), record: self.head.record.load(ALONE) }
    }
}

/// A buffer, wherever its parts are.
#[derive(Clone, Copy)]
pub(super) struct Ring<'a> {
    pub(super) core: &'a Core,
    slots: &'a [Slot],
    bytes: &'a [Byte],
    access: &'a [Access],
}

impl<'a> Ring<'a> {
    /// Joins the parts of a buffer.
    ///
    /// # Safety
    ///
    /// `core` was made for as many slots and bytes as these, both are powers of two, and there is an `Access` for each
    /// byte. Only rings of the same parts access them.
    pub(super) unsafe fn new(
        core: &'a Core,
        slots: &'a [Slot],
        bytes: &'a [Byte],
        access: &'a [Access],
    ) -> Self {
        Self { core, slots, bytes, access }
    }

    /// Takes the ring apart again.
    pub(super) fn parts(self) -> (&'a Core, &'a [Slot], &'a [Byte], &'a [Access]) {
        (self.core, self.slots, self.bytes, self.access)
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
impl<'a> Ring<'a> {
    #[inline(always)]
    pub(super) fn slot(self, record: u64) -> &'a Slot {
        let index = record as usize & (self.slots.len() - 1);
        // SAFETY: the slots are a power of two, so the index is less.
        unsafe { self.slots.get_unchecked(index) }
    }

    /// Claims the next bytes and records. Returns where they begin. Lock-free.
    #[inline]
    pub(super) fn claim(self, extent: Extent) -> Result<Point, Refusal> {
        self.core.claim(extent)
    }
}

impl Core {
    #[inline(always)]
    fn claim(&self, extent: Extent) -> Result<Point, Refusal> {
        let capacity = self.capacity;
        if extent.bytes > capacity.bytes || extent.records > capacity.records {
            return Err(Refusal::TooLong);
        }
        let backoff = Backoff::new();
        let mut tail = Tail(self.tail.load(CLAIM_LOOK));
        loop {
            // Step 3: a claim comes before the close, or fails.
            if tail.is_closed() {
                fence(CLOSED_SEEN);
                return Err(Refusal::Closed);
            }
            let head = Point {
                position: self.head.position.load(HEAD_LOOK),
                record: self.head.record.load(HEAD_LOOK),
            };
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
        let head = Point {
            position: self.head.position.load(FREED),
            record: self.head.record.load(FREED),
        };
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
            fence(CLOSED_SEEN);
            return Err(Refusal::Closed);
        }
        if ahead.leaves_room_for(extent, self.capacity) { Ok(tail) } else { Err(Refusal::Full) }
    }

    /// Returns the tail, and how far it was ahead of the head at one moment.
    fn tail_and_lead(&self) -> (Tail, Extent) {
        loop {
            let head = Point {
                position: self.head.position.load(FULL_HEAD),
                record: self.head.record.load(FULL_HEAD),
            };
            let tail = Tail(self.tail.load(FULL_TAIL));
            fence(FULL);
            let again = Point {
                position: self.head.position.load(FULL_HEAD_AGAIN),
                record: self.head.record.load(FULL_HEAD_AGAIN),
            };
            // The head never goes back. If it is the same, it was there when the tail was read.
            if again == head {
                return (tail, tail.since(head));
            }
        }
    }
}

/// Bytes of the stream.
impl<'a> Ring<'a> {
    /// Returns how the bytes from `position` on lie in the ring: where they start, how many there are up to its end,
    /// and how many are at its beginning.
    #[inline(always)]
    fn split(self, position: u64, len: usize) -> (usize, usize, usize) {
        let start = position as usize & (self.bytes.len() - 1);
        let first = len.min(self.bytes.len() - start);
        (start, first, len - first)
    }

    /// Returns the bytes from `position` on, to be written.
    ///
    /// # Safety
    ///
    /// They are at most the capacity, and for as long as the slices are in use nothing else accesses them.
    #[inline]
    pub(super) unsafe fn bytes_mut(
        self,
        position: u64,
        len: usize,
    ) -> (&'a mut [u8], &'a mut [u8]) {
        let (start, first, second) = self.split(position, len);
        Access::write(self.access, start, first, second);
        let bytes = Byte::start(self.bytes);
        // SAFETY: both are within the ring, which lives as long as `'a`, and do not overlap, because together
        // they are no longer than it is. Its bytes are initialised. The caller promises that nothing else has them.
        unsafe {
            let first = slice::from_raw_parts_mut(bytes.add(start), first);
            (first, slice::from_raw_parts_mut(bytes, second))
        }
    }

    /// Copies `source` to the bytes from `position` on.
    ///
    /// # Safety
    ///
    /// They are at most the capacity, and nothing else accesses them.
    #[inline]
    pub(super) unsafe fn put(self, position: u64, source: &[u8]) {
        let (start, first, second) = self.split(position, source.len());
        Access::write(self.access, start, first, second);
        let bytes = Byte::start(self.bytes);
        // SAFETY: `first` and `second` together are the length of `source`, and both are within the ring. The caller
        // has the ring's bytes for itself, so they are not those of `source`.
        unsafe {
            if second == 0 {
                // Not `first`: the length of `source` may be known to the compiler.
                bytes.add(start).copy_from_nonoverlapping(source.as_ptr(), source.len());
            } else {
                bytes.add(start).copy_from_nonoverlapping(source.as_ptr(), first);
                bytes.copy_from_nonoverlapping(source.as_ptr().add(first), second);
            }
        }
    }

    /// Returns the bytes from `position` on, to be read.
    ///
    /// # Safety
    ///
    /// They are at most the capacity, and for as long as the slices are in use nothing writes them.
    #[inline]
    pub(super) unsafe fn bytes(self, position: u64, len: usize) -> (&'a [u8], &'a [u8]) {
        let (start, first, second) = self.split(position, len);
        Access::read(self.access, start, first, second);
        let bytes = Byte::start(self.bytes);
        // SAFETY: as in `bytes_mut`; the caller promises that nothing writes them.
        unsafe {
            let first = slice::from_raw_parts(bytes.add(start), first);
            (first, slice::from_raw_parts(bytes, second))
        }
    }

    /// Notes, for a model, that the bytes from `position` on can still be written.
    #[inline(always)]
    pub(super) fn still_written(self, position: u64, len: usize) {
        let (start, first, second) = self.split(position, len);
        Access::write(self.access, start, first, second);
    }

    /// Notes, for a model, that the bytes from `position` on can still be read.
    #[inline(always)]
    pub(super) fn still_read(self, position: u64, len: usize) {
        let (start, first, second) = self.split(position, len);
        Access::read(self.access, start, first, second);
    }
}

/// Marks the records of a reservation, all at once.
impl Ring<'_> {
    /// Keeps the length of the later record `record` of a group, until it is [marked](Self::mark).
    ///
    /// The slot is the claimer's: no flusher looks there before the group's first record is marked.
    pub(super) fn keep_length(self, record: u64, length: u64) {
        self.slot(record).keep_length(record, length);
    }

    /// Marks `records` records from `record` on, of which the first has the length `first`, as committed or abandoned, and wakes the flusher
    /// if it waits for them. Wait-free, except for the flusher's waker.
    #[inline]
    pub(super) fn mark(self, record: u64, records: u64, first: u64, mark: impl Fn(u64) -> Mark) {
        for later in record + 1..record + records {
            let slot = self.slot(later);
            slot.mark_later(later, mark(slot.kept_length()));
        }
        // Step 4: the bytes are there.
        self.slot(record).mark(record, mark(first));
        // Step 6: either this sees that the flusher waits, or the flusher sees the mark.
        fence_light(COMMITTED);
        let waiting = self.core.flusher.waiting.load(WAITING);
        if waiting.wrapping_sub(record) < records {
            self.wake_flusher(waiting);
        }
    }

    /// Ends the flusher's wait for `record`, unless another thread does.
    #[cold]
    fn wake_flusher(self, record: u64) {
        let flusher = &self.core.flusher;
        if flusher.waiting.compare_exchange(record, TAKING, TAKE, TAKE_REFUSED).is_ok() {
            // SAFETY: this thread has replaced `waiting`.
            let waker = flusher.waker.with_mut(|cell| unsafe { (*cell).take() });
            flusher.waiting.store(NOTHING, TAKEN);
            waker.into_iter().for_each(Waker::wake);
        }
    }

    /// Closes the buffer, and wakes the flusher and all writers that wait.
    pub(super) fn close(self) {
        let tail = self.core.tail.update(CLOSE, CLOSE_LOOK, |tail| Tail(tail).closed().0);
        fence_light(CLOSED);
        let waiting = self.core.flusher.waiting.load(CLOSE_WAITING);
        // The flusher waits for the next record, which will not come; or for one before, whose writer wakes it.
        let mut wakes = waiting < TAKING && waiting & RECORD_MASK == Tail(tail).record();
        unwind::each(|| {
            if core::mem::take(&mut wakes) {
                self.wake_flusher(waiting);
                return true;
            }
            WaitQueue::notify(self.core);
            false
        });
    }
}

/// Whether the flusher is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Park {
    Parked,
    /// There is something to see: the record is marked, or the buffer is closed.
    Refused,
    /// Not now: the thread that has ended the last wait is about to take the waker out, or the system has failed.
    Busy,
}

/// The flusher's half.
impl Ring<'_> {
    /// Returns the tail's lead over `head`, and whether the buffer is closed.
    pub(super) fn lead(self, head: Point) -> (Extent, bool) {
        let tail = Tail(self.core.tail.load(TAIL));
        (tail.since(head), tail.is_closed())
    }

    /// Frees all before `head`, advances the watermark, and wakes.
    pub(super) fn free(self, head: Point) {
        // Step 2: the flusher has finished with the bytes and the slots.
        self.core.head.record.store(head.record, FREE);
        self.core.head.position.store(head.position, FREE);
        let mut is_durable = false;
        unwind::each(|| {
            if core::mem::replace(&mut is_durable, true) {
                WaitQueue::notify(self.core);
                return false;
            }
            self.core.durable.advance_to(head.position);
            true
        });
    }

    /// Leaves `waker` for the mark of the record at `head`, or the close.
    ///
    /// # Safety
    ///
    /// The caller is the flusher.
    pub(super) unsafe fn park(self, head: Point, waker: Waker) -> Park {
        let flusher = &self.core.flusher;
        if flusher.waiting.load(HOME) != NOTHING {
            return Park::Busy;
        }
        // SAFETY: it waits for nothing, so the cell is the flusher's.
        flusher.waker.with_mut(|cell| unsafe { *cell = Some(waker) });
        // Step 5: it says what it waits for, and looks again.
        flusher.waiting.store(head.record, PARK);
        let is_ordered = fence_heavy(PARKED);
        if is_ordered && !self.has_news(head) {
            return Park::Parked;
        }
        // SAFETY: the caller's promise.
        unsafe { self.cancel_park(head) };
        if is_ordered { Park::Refused } else { Park::Busy }
    }

    /// Returns whether the record at `head` is marked, or will not come.
    fn has_news(self, head: Point) -> bool {
        let tail = Tail(self.core.tail.load(PARKED_TAIL));
        self.slot(head.record).look(head.record) != Mark::Nothing
            || tail.is_closed() && tail.since(head).records == 0
    }

    /// Ends the flusher's own wait for the record at `head`, unless that was done already.
    ///
    /// # Safety
    ///
    /// The caller is the flusher.
    pub(super) unsafe fn cancel_park(self, head: Point) {
        let flusher = &self.core.flusher;
        let cancelled =
            flusher.waiting.compare_exchange(head.record, NOTHING, CANCEL_PARK, CANCELLED);
        if cancelled.is_ok() {
            // SAFETY: it waits for nothing, so the cell is the flusher's.
            drop(flusher.waker.with_mut(|cell| unsafe { (*cell).take() }));
        }
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
