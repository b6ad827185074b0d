//! Arithmetic and tag bits on pointers. Provenance is kept: the result points into the old object.

use super::{Atomic, Relaxed, RmwOrdering};

/// Pointer operations, each a *loop* over `lock cmpxchg` or `cas`: on the minimum supported Rust version there is
/// no stable operation for them that keeps provenance. Lock-free. All return the *old* pointer.
impl<T> Atomic<*mut T> {
    /// Moves the pointer `count` elements up, wrapping around the address space.
    #[inline]
    pub fn fetch_ptr_add(&self, count: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.wrapping_add(count))
    }

    /// Moves the pointer `count` elements down, wrapping around the address space.
    #[inline]
    pub fn fetch_ptr_sub(&self, count: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.wrapping_sub(count))
    }

    /// Moves the pointer `count` bytes up, wrapping around the address space.
    #[inline]
    pub fn fetch_byte_add(&self, count: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.wrapping_byte_add(count))
    }

    /// Moves the pointer `count` bytes down, wrapping around the address space.
    #[inline]
    pub fn fetch_byte_sub(&self, count: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.wrapping_byte_sub(count))
    }

    /// Sets the bits of the address that are set in `mask`: tags in the low bits of an aligned
    /// pointer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::atomic::{AcqRel, Atomic};
    /// let mut node = 0u64;
    /// let head = Atomic::new(&raw mut node);
    /// assert_eq!(head.fetch_or(1, AcqRel), &raw mut node); // closed from here on
    /// assert_eq!(head.fetch_and(!1, AcqRel).addr() & 1, 1);
    /// ```
    #[inline]
    pub fn fetch_or(&self, mask: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.map_addr(|addr| addr | mask))
    }

    /// Keeps the bits of the address that are set in `mask`.
    #[inline]
    pub fn fetch_and(&self, mask: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.map_addr(|addr| addr & mask))
    }

    /// Inverts the bits of the address that are set in `mask`.
    #[inline]
    pub fn fetch_xor(&self, mask: usize, order: impl RmwOrdering) -> *mut T {
        self.update(order, Relaxed, |ptr| ptr.map_addr(|addr| addr ^ mask))
    }
}

#[cfg(test)]
mod tests {
    use crate::atomic::{AcqRel, Acquire, Atomic};

    #[test]
    fn pointer_offsets_are_in_elements_or_bytes() {
        let mut array = [10u16, 11, 12, 13];
        let base = (&raw mut array).cast::<u16>();
        let atomic = Atomic::new(base);
        assert_eq!(atomic.fetch_ptr_add(3, AcqRel), base);
        assert_eq!(atomic.fetch_byte_sub(2, AcqRel), base.wrapping_add(3));
        // SAFETY: two elements behind `base`, in the array.
        assert_eq!(unsafe { atomic.load(Acquire).read() }, 12);
        assert_eq!(atomic.fetch_ptr_sub(2, AcqRel), base.wrapping_add(2));
        assert_eq!(atomic.fetch_byte_add(6, AcqRel), base);
        // SAFETY: three elements behind `base`, in the array.
        assert_eq!(unsafe { atomic.load(Acquire).read() }, 13);
    }

    #[test]
    fn pointer_is_shown_as_address() {
        let pointer = core::ptr::without_provenance_mut::<u8>(0x1230);
        assert_eq!(std::format!("{:p}", Atomic::new(pointer)), "0x1230");
    }

    /// A tagged pointer leads to its object again once the tag is off.
    #[test]
    fn tag_bits_are_set_and_cleared() {
        let mut object = 7u32;
        let atomic = Atomic::new(&raw mut object);
        assert_eq!(atomic.fetch_or(0b10, AcqRel), &raw mut object);
        assert_eq!(atomic.fetch_or(0b11, AcqRel).addr() & 0b11, 0b10);
        assert_eq!(atomic.fetch_xor(0b01, AcqRel).addr() & 0b11, 0b11);
        assert_eq!(atomic.fetch_and(!0b11, AcqRel).addr() & 0b11, 0b10);
        // SAFETY: the pointer to `object`, without a tag.
        assert_eq!(unsafe { atomic.load(Acquire).read() }, 7);
    }
}
