//! A user's type, made of latchfree's: two records are published by one watermark.

use latchfree::atomic::{Atomic, Relaxed};
use latchfree::watermark::Watermark;

/// Records, and how many of them are complete.
pub struct Records {
    values: [Atomic<u32>; 2],
    complete: Watermark,
}

impl Records {
    /// No records yet. (Not a `const fn`: in a model, no constructor of an atomic is.)
    #[allow(clippy::new_without_default, reason = "nobody would use it")]
    pub fn new() -> Self {
        Self { values: [0, 0].map(Atomic::new), complete: Watermark::new(0) }
    }

    /// Writes both, and publishes each.
    pub fn write(&self) {
        for (value, number) in self.values.iter().zip(1..) {
            value.store(number, Relaxed);
            self.complete.advance_to(number.into());
        }
    }

    /// How many are complete, each of which must then be there.
    pub fn read(&self) -> u64 {
        let complete = self.complete.get();
        for (value, number) in self.values.iter().zip(1..).take(complete as usize) {
            assert_eq!(value.load(Relaxed), number);
        }
        complete
    }

    /// Blocks until both are complete.
    pub fn wait(&self) {
        self.complete.wait_for(2).expect("never closed");
    }
}
