//! A waker that counts, for tests of futures that are polled by hand.

use crate::atomic::{Atomic, Relaxed};
use std::sync::Arc;
use std::task::Wake;

/// Counts its wake-ups.
#[derive(Default)]
pub(crate) struct Count(Atomic<u32>);

impl Count {
    pub(crate) fn get(&self) -> u32 {
        self.0.load(Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}
