//! Wakers that count, and panic where they are told to.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Wake;

/// A waker that counts its wake-ups, and may panic in the first.
pub(super) struct Probe {
    wakes: AtomicUsize,
    is_armed: AtomicBool,
}

impl Probe {
    pub(super) fn new(panics: bool) -> Arc<Self> {
        Arc::new(Self { wakes: AtomicUsize::new(0), is_armed: AtomicBool::new(panics) })
    }

    pub(super) fn wakes(&self) -> usize {
        self.wakes.load(Ordering::Relaxed)
    }

    /// How many wakers there are, beside this reference.
    pub(super) fn wakers(self: &Arc<Self>) -> usize {
        Arc::strong_count(self) - 1
    }

    pub(super) fn is_armed(&self) -> bool {
        self.is_armed.load(Ordering::Relaxed)
    }

    pub(super) fn disarm(&self) {
        self.is_armed.store(false, Ordering::Relaxed);
    }
}

/// The panic of a waker.
struct Woken;

impl Wake for Probe {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        let is_armed = self.is_armed.swap(false, Ordering::Relaxed);
        // Without `std`, a second panic beside the first ends the process, as is documented.
        if is_armed && (cfg!(feature = "std") || !std::thread::panicking()) {
            resume_unwind(Box::new(Woken)); // says nothing
        }
    }
}

/// Returns whether a waker has panicked in `f`. Other panics go on.
pub(super) fn caught(f: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(()) => false,
        Err(panic) if panic.is::<Woken>() => true,
        Err(panic) => resume_unwind(panic),
    }
}
