//! Finishing work when a user's code panics in the middle of it.

/// Runs its closure if it is dropped by a panic that unwinds past it, and not if it is
/// [disarmed](Self::disarm).
pub(crate) struct OnUnwind<F: FnMut()>(F);

impl<F: FnMut()> OnUnwind<F> {
    pub(crate) fn new(f: F) -> Self {
        Self(f)
    }

    /// The dangerous part is over.
    pub(crate) fn disarm(self) {
        core::mem::forget(self);
    }
}

impl<F: FnMut()> Drop for OnUnwind<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
