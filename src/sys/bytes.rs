//! Memory that is accessed as slices of bytes.

use core::cell::UnsafeCell;

/// A byte that threads access in turns, as part of a slice.
///
/// It is not a cell of the model: there, an `Access` beside each byte checks that the turns are right.
#[repr(transparent)]
pub(crate) struct Byte(UnsafeCell<u8>);

// SAFETY: it gives out nothing but a raw pointer; the code that uses the pointer keeps the accesses apart.
unsafe impl Sync for Byte {}

impl Byte {
    /// Creates a byte that is zero.
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    /// Returns a pointer to the first of `bytes`, which is valid for all of them.
    #[inline(always)]
    pub(crate) const fn start(bytes: &[Self]) -> *mut u8 {
        UnsafeCell::raw_get(bytes.as_ptr().cast())
    }
}
