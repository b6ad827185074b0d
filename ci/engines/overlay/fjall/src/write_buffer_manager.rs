//! The size of a database's write buffers in fjall 3.1.13, on `Gauge<16>`.
//!
//! Replaces `src/write_buffer_manager.rs`. Keeps `WriteBufferManager`, a handle whose clones are the same level, with
//! `allocate`, `free` and `get`; what `allocate` and `free` return, no caller reads, so they return nothing.
//!
//! A flush may free before the writer has allocated. The level is below zero then, and `get` says zero, but
//! nothing of it is lost.

use latchfree::counter::Gauge;
use std::sync::Arc;

/// Bytes in memtables, active ones and those that wait for their flush.
#[derive(Clone, Default, Debug)]
pub struct WriteBufferManager(Arc<Gauge<16>>);

impl WriteBufferManager {
    /// Returns the bytes.
    pub fn get(&self) -> u64 {
        self.0.level()
    }

    /// Adds `n` bytes.
    #[inline]
    pub fn allocate(&self, n: u64) {
        self.0.add(n as i64);
    }

    /// Subtracts `n` bytes.
    #[inline]
    pub fn free(&self, n: u64) {
        self.0.sub(n as i64);
    }
}

#[cfg(test)]
mod overlay_tests {
    use super::WriteBufferManager;

    #[test]
    fn bytes_freed_before_they_are_allocated_are_not_lost() {
        let bytes = WriteBufferManager::default();
        bytes.free(7);
        assert_eq!(bytes.get(), 0);
        bytes.clone().allocate(10);
        assert_eq!(bytes.get(), 3);
    }
}
