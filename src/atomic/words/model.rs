//! Values as words, each in an atomic of its own that loom follows.

use crate::atomic::{LoadOrdering, StoreOrdering};
use crate::sys::Word;
use core::mem::MaybeUninit;
use std::vec::Vec;

/// The pieces of a `T`, each in an atomic of its own; see the type of the same name in `native`.
///
/// Loom's atomics are not laid out as the machine's, so the value cannot lie in memory as itself.
pub(crate) struct Words<T> {
    pieces: Vec<<usize as Word>::Atomic>,
    _value: core::marker::PhantomData<core::cell::Cell<T>>,
}

// SAFETY: as in `native`.
unsafe impl<T: Send> Sync for Words<T> {}

const WORD: usize = size_of::<usize>();

impl<T: bytemuck::NoUninit> Words<T> {
    pub(crate) fn new(value: T) -> Self {
        let pieces = bytemuck::bytes_of(&value)
            .chunks(WORD)
            .map(|bytes| <usize as Word>::atomic(join(bytes)));
        Self { pieces: pieces.collect(), _value: core::marker::PhantomData }
    }

    pub(crate) fn load(&self, order: impl LoadOrdering) -> MaybeUninit<T> {
        let mut copy = MaybeUninit::<T>::uninit();
        for (i, piece) in self.pieces.iter().enumerate() {
            let bytes = usize::load(piece, order.get()).to_ne_bytes();
            let len = WORD.min(size_of::<T>() - i * WORD);
            // SAFETY: the piece begins inside `copy`, ends with it at the latest, and is ours.
            unsafe {
                let to = copy.as_mut_ptr().cast::<u8>().add(i * WORD);
                to.copy_from_nonoverlapping(bytes.as_ptr(), len);
            }
        }
        copy
    }

    pub(crate) fn store(&self, value: T, order: impl StoreOrdering) {
        for (piece, bytes) in self.pieces.iter().zip(bytemuck::bytes_of(&value).chunks(WORD)) {
            usize::store(piece, join(bytes), order.get());
        }
    }
}

/// Up to a word of bytes, filled up with zeros.
fn join(bytes: &[u8]) -> usize {
    let mut word = [0; WORD];
    word[..bytes.len()].copy_from_slice(bytes);
    usize::from_ne_bytes(word)
}
