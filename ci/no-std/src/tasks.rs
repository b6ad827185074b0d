//! Waiting without threads, an executor or an allocator: wakers that count how often they wake.

use core::pin::Pin;
use core::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use latchfree::atomic::{Atomic, Relaxed};

/// Polls once, with a waker that adds to `wakes`.
pub(crate) fn poll<F: Future>(task: Pin<&mut F>, wakes: &'static Atomic<u32>) -> Poll<F::Output> {
    task.poll(&mut Context::from_waker(&waker(wakes)))
}

/// A waker that adds to `wakes`.
pub(crate) fn waker(wakes: &'static Atomic<u32>) -> Waker {
    // SAFETY: the functions of the table take pointers to atomics that are static, as this one
    // is, and may be called from any thread.
    unsafe { Waker::new((&raw const *wakes).cast(), &VTABLE) }
}

static VTABLE: RawWakerVTable =
    RawWakerVTable::new(|wakes| RawWaker::new(wakes, &VTABLE), wake, wake, |_| ());

/// # Safety
///
/// `wakes` points to an `Atomic<u32>`.
unsafe fn wake(wakes: *const ()) {
    // SAFETY: the caller's promise.
    unsafe { (*wakes.cast::<Atomic<u32>>()).fetch_add(1, Relaxed) };
}
