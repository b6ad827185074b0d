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

#[cfg(test)]
mod tests {
    use super::OnUnwind;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn runs_when_a_panic_passes() {
        let mut ran = 0;
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let _guard = OnUnwind::new(|| ran += 1);
            panic!("passes the guard");
        }));
        assert!(caught.is_err());
        assert_eq!(ran, 1);
    }

    #[test]
    fn does_not_run_once_it_is_disarmed() {
        let mut ran = 0;
        OnUnwind::new(|| ran += 1).disarm();
        assert_eq!(ran, 0);
        drop(OnUnwind::new(|| ran += 1));
        assert_eq!(ran, 1);
    }
}
