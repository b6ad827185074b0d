//! Being inside.

use super::Gate;
use core::fmt;

/// Is inside a [`Gate`], and leaves it when it is dropped.
///
/// It may be dropped by another thread than the one that has entered.
#[must_use = "dropped at once, it has left"]
pub struct Entered<'a> {
    gate: &'a Gate,
}

impl<'a> Entered<'a> {
    /// Creates the guard of an entry that was counted already.
    #[inline]
    pub(super) fn new(gate: &'a Gate) -> Self {
        Self { gate }
    }

    /// Returns the gate.
    #[must_use]
    pub fn gate(&self) -> &'a Gate {
        self.gate
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        self.gate.leave();
    }
}

impl fmt::Debug for Entered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entered").finish_non_exhaustive()
    }
}
