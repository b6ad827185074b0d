//! A block that waits to be used again.

use super::block::Block;
use crate::atomic::Atomic;
use core::ptr;

sites! {
    /// Takes the block: pairs with PUT, so that all others have finished with it.
    TAKE: Acquire, pairs(PUT);
    /// Leaves a block: pairs with TAKE. Relaxed, a producer could link it while another thread still reads it.
    PUT: Release;
    /// There is a block already: this one is freed.
    PUT_REFUSED: Relaxed;
    /// The queue is dropped: no other thread uses it.
    DROP: Relaxed;
}

/// Room for one block between the consumer, which has emptied it, and the producer that links it next.
pub(super) struct Spare<T>(Atomic<*mut Block<T>>);

impl<T> Spare<T> {
    pub(super) fn new() -> Self {
        Self(Atomic::new(ptr::null_mut()))
    }

    /// Returns the block, or a new one. `None` if there is no memory.
    pub(super) fn take(&self) -> Option<*mut Block<T>> {
        let block = self.0.swap(ptr::null_mut(), TAKE);
        if block.is_null() { Block::allocate() } else { Some(block) }
    }

    /// Leaves `block` to the next that takes one, or frees it if there is one already.
    ///
    /// # Safety
    ///
    /// The block is alive, and nobody else has it.
    pub(super) unsafe fn put(&self, block: *mut Block<T>) {
        if self.0.compare_exchange(ptr::null_mut(), block, PUT, PUT_REFUSED).is_err() {
            // SAFETY: the caller's promise.
            unsafe { Block::free(block) };
        }
    }
}

impl<T> Drop for Spare<T> {
    fn drop(&mut self) {
        let block = self.0.load(DROP);
        if !block.is_null() {
            // SAFETY: `&mut self`: it is nobody else's.
            unsafe { Block::free(block) };
        }
    }
}
