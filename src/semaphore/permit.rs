//! Permits in use.

use super::Semaphore;
use core::fmt;

/// Permits in use. Releases them when dropped.
#[must_use = "permits that are dropped at once permit nothing"]
pub struct Permit<'a> {
    permits: &'a Semaphore,
    count: u64,
}

impl<'a> Permit<'a> {
    /// Creates the guard of permits that were taken already.
    pub(super) fn new(permits: &'a Semaphore, count: u64) -> Self {
        Self { permits, count }
    }

    /// Returns how many permits these are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Splits `count` off, or returns `None` if there are not that many here.
    ///
    /// For releasing them in parts, as a buffer drains.
    pub fn split(&mut self, count: u64) -> Option<Self> {
        self.count = self.count.checked_sub(count)?;
        Some(Self::new(self.permits, count))
    }

    /// Takes the permits of `other` over.
    ///
    /// # Errors
    ///
    /// `other` itself, if its permits are of another [`Semaphore`].
    pub fn merge(&mut self, other: Self) -> Result<(), Self> {
        if !core::ptr::eq(self.permits, other.permits) {
            return Err(other);
        }
        self.count = self.count.saturating_add(other.forget()); // it saturates only after false releases
        Ok(())
    }

    /// Keeps the permits in use without the guard; returns how many. [`Semaphore::release`] releases them,
    /// perhaps elsewhere.
    #[must_use = "they stay in use until they are released"]
    pub fn forget(self) -> u64 {
        let count = self.count;
        core::mem::forget(self);
        count
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.permits.release_raw(self.count);
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("count", &self.count).finish_non_exhaustive()
    }
}
