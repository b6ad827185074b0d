//! How handles hold a buffer.

use super::core::Core;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use super::heap::HeapParts;
use super::ring::Ring;
use super::slot::Slot;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
use crate::sys::Arc;
use crate::sys::{Access, Byte};
use core::marker::PhantomData;
use core::ptr::NonNull;

/// A [`Ring`] that is borrowed for `'a`, or shared.
///
/// The pointers spare each call the question which of the two it is.
pub(super) struct Handle<'a> {
    core: NonNull<Core>,
    slots: NonNull<[Slot]>,
    bytes: NonNull<[Byte]>,
    access: NonNull<[Access]>,
    /// Keeps the parts alive, unless they are borrowed.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    owner: Option<Arc<HeapParts>>,
    _borrowed: PhantomData<&'a Core>,
}

// SAFETY: a handle gives shared references to the parts, which are all `Sync`.
unsafe impl Send for Handle<'_> {}
// SAFETY: as above.
unsafe impl Sync for Handle<'_> {}

impl<'a> Handle<'a> {
    /// Holds parts that are borrowed.
    pub(super) fn borrowed(ring: Ring<'a>) -> Self {
        let (core, slots, bytes, access) = ring.parts();
        Self {
            core: NonNull::from(core),
            slots: NonNull::from(slots),
            bytes: NonNull::from(bytes),
            access: NonNull::from(access),
            #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
            owner: None,
            _borrowed: PhantomData,
        }
    }

    /// Holds parts that are shared.
    #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
    pub(super) fn shared(owner: Arc<HeapParts>) -> Handle<'static> {
        let Handle { core, slots, bytes, access, .. } = Handle::borrowed(owner.ring());
        Handle { core, slots, bytes, access, owner: Some(owner), _borrowed: PhantomData }
    }

    #[inline(always)]
    pub(super) fn ring(&self) -> Ring<'_> {
        // SAFETY: all four were made of references to the parts of one ring. They live as long as `'a`, or as long as
        // `owner`, which does not move them; so they live as long as `self`. Nothing has them exclusively meanwhile.
        unsafe {
            Ring::new(
                self.core.as_ref(),
                self.slots.as_ref(),
                self.bytes.as_ref(),
                self.access.as_ref(),
            )
        }
    }
}

impl Clone for Handle<'_> {
    fn clone(&self) -> Self {
        Self {
            #[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
            owner: self.owner.clone(),
            ..*self
        }
    }
}
