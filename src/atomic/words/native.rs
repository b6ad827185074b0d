//! Values in memory as atomic words.

use crate::atomic::{LoadOrdering, StoreOrdering};
use crate::sys::{UnsafeCell, Word};
use core::mem::MaybeUninit;

/// A `T` that is copied in and out by atomic instructions, a word at a time.
///
/// The copy as a whole is not atomic: a reader during a write gets words of both, and must find
/// that out (as the seqlock does) before it makes a `T` of them. No access is a data race.
///
/// Words of the pointer's width go first, then at most one piece each of 4, 2 and 1 bytes for what is
/// left: as many instructions as a plain copy of aligned words. Every byte is always reached through the
/// same piece, so accesses of different sizes never meet.
#[repr(C)]
pub(crate) struct Words<T> {
    _align: [<usize as Word>::Atomic; 0],
    value: UnsafeCell<T>,
}

// SAFETY: shared access is by atomics only, and hands out copies of the value, which is what moves
// from thread to thread.
unsafe impl<T: Send> Sync for Words<T> {}

/// As [`Words`], in memory of one thread: gives the local copy the alignment of the words.
#[repr(C)]
struct Local<T> {
    _align: [<usize as Word>::Atomic; 0],
    value: MaybeUninit<T>,
}

impl<T: bytemuck::NoUninit> Words<T> {
    #[inline]
    pub(crate) const fn new(value: T) -> Self {
        Self { _align: [], value: UnsafeCell::new(value) }
    }

    /// Copies the words out.
    #[inline]
    pub(crate) fn load(&self, order: impl LoadOrdering) -> MaybeUninit<T> {
        let mut copy: Local<T> = Local { _align: [], value: MaybeUninit::uninit() };
        let (from, to) = (self.value.get().cast::<u8>(), copy.value.as_mut_ptr().cast::<u8>());
        for_each_piece::<T>(Load { from, to, order });
        copy.value
    }

    /// Copies `value` in. Two stores at a time leave a mixture.
    #[inline]
    pub(crate) fn store(&self, value: T, order: impl StoreOrdering) {
        let value = Local { _align: [], value: MaybeUninit::new(value) };
        let (from, to) = (value.value.as_ptr().cast::<u8>(), self.value.get().cast::<u8>());
        for_each_piece::<T>(Store { from, to, order });
    }
}

/// Copies one piece, of type `W`, at byte `at`.
trait Piece {
    fn copy<W: Word>(&self, at: usize);
}

struct Load<O> {
    from: *mut u8,
    to: *mut u8,
    order: O,
}

impl<O: LoadOrdering> Piece for Load<O> {
    #[inline(always)]
    fn copy<W: Word>(&self, at: usize) {
        // SAFETY: `for_each_piece` hands out offsets at which a `W` lies wholly inside the `T`, at
        // a multiple of its size; both ends are aligned to a word by `_align`. `from` points into
        // an `UnsafeCell` that is only ever accessed by atomics of this very size, whose layout is
        // that of `W`; every byte there is initialised, because `T: NoUninit`. `to` is ours alone.
        unsafe {
            let atomic = &*self.from.add(at).cast::<W::Atomic>();
            self.to.add(at).cast::<W>().write(W::load(atomic, self.order.get()));
        }
    }
}

struct Store<O> {
    from: *const u8,
    to: *mut u8,
    order: O,
}

impl<O: StoreOrdering> Piece for Store<O> {
    #[inline(always)]
    fn copy<W: Word>(&self, at: usize) {
        // SAFETY: as in `Load`, with the ends exchanged: `from` is our own copy, wholly
        // initialised because `T: NoUninit`, and `to` is reached through atomics only.
        unsafe {
            let atomic = &*self.to.add(at).cast::<W::Atomic>();
            W::store(atomic, self.from.add(at).cast::<W>().read(), self.order.get());
        }
    }
}

/// Cuts a `T` into pieces of the types that this machine has.
#[inline(always)]
fn for_each_piece<T>(piece: impl Piece) {
    const WORD: usize = size_of::<usize>();
    cut(size_of::<T>(), WORD, |at, width| {
        // Not a match: `WORD` is one of the others where words are narrower.
        if width == WORD {
            piece.copy::<usize>(at);
        } else if width == 4 {
            piece.copy::<u32>(at);
        } else if width == 2 {
            piece.copy::<u16>(at);
        } else {
            piece.copy::<u8>(at);
        }
    });
}

/// Cuts `size` bytes into pieces for a machine whose words have `word` bytes: words first, then what is
/// left in ever narrower pieces. Calls `piece` with the offset and the width of each.
#[inline(always)]
fn cut(size: usize, word: usize, mut piece: impl FnMut(usize, usize)) {
    let mut at = 0;
    while at + word <= size {
        piece(at, word);
        at += word;
    }
    let mut width = word / 2;
    while width > 0 {
        if size & width != 0 {
            piece(at, width);
            at += width;
        }
        width /= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    /// On machines of 16, 32 and 64 bits: each byte is in one piece, each piece is inside, aligned, and
    /// of a width that the machine has.
    #[test]
    fn cut_value_has_each_byte_in_one_piece() {
        for word in [2, 4, 8] {
            for size in 0..=if cfg!(miri) { 20 } else { 80 } {
                let mut pieces_of = vec![0; size];
                let mut widths = Vec::new();
                cut(size, word, |at, width| {
                    assert!(width <= word && width.is_power_of_two() && at % width == 0);
                    pieces_of[at..at + width].iter_mut().for_each(|pieces| *pieces += 1);
                    widths.push(width);
                });
                assert!(
                    pieces_of.iter().all(|&pieces| pieces == 1),
                    "{size} bytes, words of {word}"
                );
                let rest = (size % word).count_ones() as usize;
                assert_eq!(widths.len(), size / word + rest, "as few pieces as can be");
            }
        }
    }
}
