//! How the one flusher waits: for a record by its number.

use super::tail::RECORD_MASK;
use crate::atomic::{Atomic, fence_heavy};
use crate::sys::{self, UnsafeCell};
use core::task::Waker;

sites! {
    /// Between the flusher's note that it waits and its second look at the record and the tail: pairs with the ring's
    /// COMMITTED and CLOSED.
    pub(super) PARKED: fence(SeqCst), pairs(super::ring::COMMITTED, super::ring::CLOSED);
    /// A writer looks for a flusher that waits. The fences order it; TAKE decides.
    WAITING: Relaxed;
    /// A closer looks for a flusher that waits, as for WAITING.
    CLOSE_WAITING: Relaxed;
    /// The flusher waits: pairs with TAKE, and publishes its waker.
    PARK: Release;
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
}

/// Which record the flusher waits for, and its waker.
///
/// The waker passes from hand to hand with the number. It is the flusher's own while that is [`NOTHING`], and else of the
/// thread that replaces it.
pub(super) struct Parking {
    /// The number of a record, or [`NOTHING`], or [`TAKING`].
    waiting: Atomic<u64>,
    waker: UnsafeCell<Option<Waker>>,
}

/// The flusher does not wait.
const NOTHING: u64 = u64::MAX;
/// The thread that has ended the flusher's wait takes the waker out of the cell.
const TAKING: u64 = u64::MAX - 1;

// SAFETY: the waker's cell is accessed by one thread at a time, as `Parking` says, and a `Waker` is `Send`.
unsafe impl Sync for Parking {}

impl Parking {
    sys::const_fn! {
        /// Creates one in which no flusher waits.
        pub(super) const fn new() -> Self {
            Self { waiting: Atomic::new(NOTHING), waker: UnsafeCell::new(None) }
        }
    }

    /// Returns the number of the record that the flusher waits for, if it is among `records` ones from `first` on.
    #[inline(always)]
    pub(super) fn waits_for(&self, first: u64, records: u64) -> Option<u64> {
        let waiting = self.waiting.load(WAITING);
        (waiting.wrapping_sub(first) < records).then_some(waiting)
    }

    /// Returns the number of the record that the flusher waits for, if these are its low bits.
    pub(super) fn waits_for_low_bits(&self, low_bits: u64) -> Option<u64> {
        let waiting = self.waiting.load(CLOSE_WAITING);
        (waiting < TAKING && waiting & RECORD_MASK == low_bits).then_some(waiting)
    }

    /// Ends the flusher's wait for `record`, unless another thread does.
    #[cold]
    pub(super) fn wake(&self, record: u64) {
        // Step 6: the waker is that of the thread that replaces the number.
        if self.waiting.compare_exchange(record, TAKING, TAKE, TAKE_REFUSED).is_ok() {
            // SAFETY: that is this thread.
            let waker = self.waker.with_mut(|cell| unsafe { (*cell).take() });
            self.waiting.store(NOTHING, TAKEN);
            waker.into_iter().for_each(Waker::wake);
        }
    }

    /// Says that the flusher waits for `record`, and passes a fence, behind which it looks again (step 5). Returns `false`
    /// if nothing was said: the thread that has ended the last wait is about to take the waker out, or the
    /// system has failed.
    ///
    /// # Safety
    ///
    /// The caller is the flusher.
    pub(super) unsafe fn park(&self, record: u64, waker: Waker) -> bool {
        if self.waiting.load(HOME) != NOTHING {
            return false;
        }
        // SAFETY: it waits for nothing, so the cell is the flusher's.
        self.waker.with_mut(|cell| unsafe { *cell = Some(waker) });
        self.waiting.store(record, PARK);
        let is_ordered = fence_heavy(PARKED);
        if !is_ordered {
            // SAFETY: the caller's promise.
            unsafe { self.cancel(record) };
        }
        is_ordered
    }

    /// Ends the flusher's own wait for `record`, unless that was done already.
    ///
    /// # Safety
    ///
    /// The caller is the flusher.
    pub(super) unsafe fn cancel(&self, record: u64) {
        if self.waiting.compare_exchange(record, NOTHING, CANCEL_PARK, CANCELLED).is_ok() {
            // SAFETY: it waits for nothing, so the cell is the flusher's.
            drop(self.waker.with_mut(|cell| unsafe { (*cell).take() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::Count;
    use std::sync::Arc;

    fn park(parking: &Parking, record: u64) -> Arc<Count> {
        let count = Arc::<Count>::default();
        // SAFETY: this thread is the flusher.
        assert!(unsafe { parking.park(record, Waker::from(Arc::clone(&count))) });
        count
    }

    #[test]
    fn flusher_is_found_by_the_number_of_its_record_only() {
        let parking = Parking::new();
        assert_eq!(
            (parking.waits_for(0, u64::MAX), parking.waits_for_low_bits(RECORD_MASK)),
            (None, None)
        );
        // Another thread takes the waker: it is the only one.
        parking.waiting.store(TAKING, PARK);
        assert_eq!(parking.waits_for_low_bits(TAKING & RECORD_MASK), None);
        parking.waiting.store(NOTHING, TAKEN);
        let record = 3 * (RECORD_MASK + 1) + 5;
        park(&parking, record);
        assert_eq!(
            (parking.waits_for(record - 1, 1), parking.waits_for(record + 1, 9)),
            (None, None)
        );
        assert_eq!(parking.waits_for(record - 1, 2), Some(record));
        assert_eq!(
            (parking.waits_for_low_bits(4), parking.waits_for_low_bits(5)),
            (None, Some(record))
        );
    }

    #[test]
    fn waker_is_taken_once() {
        let parking = Parking::new();
        for round in 0..3 {
            let count = park(&parking, 7);
            parking.wake(6);
            assert_eq!((count.get(), Arc::strong_count(&count)), (0, 2));
            if round % 2 == 0 {
                parking.wake(7);
            } else {
                // SAFETY: this thread is the flusher.
                unsafe { parking.cancel(7) };
            }
            parking.wake(7);
            let woken = u32::from(round % 2 == 0);
            assert_eq!((count.get(), Arc::strong_count(&count)), (woken, 1));
        }
    }
}
