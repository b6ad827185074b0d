//! An id that is taken.

use crate::atomic::Atomic;
use core::fmt;

sites! {
    /// Gives the id back: pairs with the CLAIM of the next holder, and publishes what this one did with it.
    pub(super) GIVE_BACK: Release;
}

/// An id of some [`Ids`](super::Ids), which no other has. Gives it back when it is dropped.
#[must_use = "dropped at once, another can have it"]
pub struct Id<'a> {
    id: usize,
    taken: &'a Atomic<bool>,
}

impl<'a> Id<'a> {
    /// Creates the guard of an id that was claimed already.
    pub(super) fn new(id: usize, taken: &'a Atomic<bool>) -> Self {
        Self { id, taken }
    }

    /// Returns the id.
    #[must_use]
    pub fn get(&self) -> usize {
        self.id
    }
}

impl Drop for Id<'_> {
    fn drop(&mut self) {
        self.taken.store(false, GIVE_BACK);
    }
}

/// Shows the id.
impl fmt::Debug for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Id").field(&self.id).finish()
    }
}
