//! A buffer's bytes and slots: what a claim is filled with, marked and released.
//!
//! The proof, in numbered steps, is in the [family's documentation](super). Comments here repeat the numbers.

use super::core::Core;
use super::slot::{Mark, Slot};
use super::tail::Point;
use crate::atomic::fence_light;
use crate::sys::{Access, Byte, unwind};
use crate::wait::WaitQueue;
use core::slice;
use core::task::Waker;

sites! {
    /// Between a commit and the look for a flusher that waits: pairs with PARKED. Weaker, each may miss the other.
    pub(super) COMMITTED: fence(SeqCst), pairs(super::parking::PARKED);
    /// Between a close and the look for a flusher that waits: pairs with PARKED. Weaker, each may miss the other.
    pub(super) CLOSED: fence(SeqCst), pairs(super::parking::PARKED);
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

    #[inline(always)]
    pub(super) fn slot(self, record: u64) -> &'a Slot {
        let index = record as usize & (self.slots.len() - 1);
        // SAFETY: the slots are a power of two, so the index is less.
        unsafe { self.slots.get_unchecked(index) }
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

    /// Marks `records` records from `record` on, of which the first has the length `first`, as committed or abandoned,
    /// and wakes the flusher if it waits for them. Wait-free, except for the flusher's waker.
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
        if let Some(waiting) = self.core.flusher().waits_for(record, records) {
            self.core.flusher().wake(waiting);
        }
    }

    /// Closes the buffer, and wakes the flusher and all writers that wait.
    pub(super) fn close(self) {
        let next = self.core.close();
        fence_light(CLOSED);
        // The flusher waits for the next record, which will not come; or for one before, whose writer wakes it.
        let mut waiting = self.core.flusher().waits_for_low_bits(next);
        unwind::each(|| match waiting.take() {
            Some(record) => {
                self.core.flusher().wake(record);
                true
            }
            None => {
                WaitQueue::notify(self.core);
                false
            }
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
    /// Frees all before `head`, advances the watermark, and wakes.
    pub(super) fn free(self, head: Point) {
        // Step 2: the flusher has finished with the bytes and the slots.
        self.core.set_head(head);
        let mut is_durable = false;
        unwind::each(|| {
            if core::mem::replace(&mut is_durable, true) {
                WaitQueue::notify(self.core);
                return false;
            }
            self.core.durable().advance_to(head.position);
            true
        });
    }

    /// Leaves `waker` for the mark of the record at `head`, or the close.
    ///
    /// # Safety
    ///
    /// The caller is the flusher.
    pub(super) unsafe fn park(self, head: Point, waker: Waker) -> Park {
        let flusher = self.core.flusher();
        // Step 5: it says what it waits for, and looks again.
        // SAFETY: the caller's promise.
        if !unsafe { flusher.park(head.record, waker) } {
            return Park::Busy;
        }
        let is_marked = self.slot(head.record).look(head.record) != Mark::Nothing;
        if !is_marked && !self.core.is_at_end(head) {
            return Park::Parked;
        }
        // SAFETY: the caller's promise.
        unsafe { flusher.cancel(head.record) };
        Park::Refused
    }
}
