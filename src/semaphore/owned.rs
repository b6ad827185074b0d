//! Permits in use that travel.

use super::{AcquireError, Permit, Semaphore, TryAcquireError};
use alloc::sync::Arc;
use core::fmt;

/// [Permits](Permit) that keep their semaphore alive, and so can travel with the work that they permit: to
/// another thread, into a queue. Releases them when dropped.
#[must_use = "permits that are dropped at once permit nothing"]
pub struct OwnedPermit {
    semaphore: Arc<Semaphore>,
    count: u64,
}

impl OwnedPermit {
    /// Creates the guard of permits that were taken already.
    fn new(semaphore: Arc<Semaphore>, count: u64) -> Self {
        Self { semaphore, count }
    }

    /// Returns how many permits these are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the semaphore of these permits.
    #[must_use]
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        &self.semaphore
    }

    /// Splits `count` off, or returns `None` if there are not that many here.
    pub fn split(&mut self, count: u64) -> Option<Self> {
        self.count = self.count.checked_sub(count)?;
        Some(Self::new(Arc::clone(&self.semaphore), count))
    }

    /// Takes the permits of `other` over.
    ///
    /// # Errors
    ///
    /// `other` itself, if its permits are of another [`Semaphore`].
    pub fn merge(&mut self, mut other: Self) -> Result<(), Self> {
        if !Arc::ptr_eq(&self.semaphore, &other.semaphore) {
            return Err(other);
        }
        // It saturates only after false releases.
        self.count = self.count.saturating_add(core::mem::take(&mut other.count));
        Ok(())
    }
}

impl Drop for OwnedPermit {
    fn drop(&mut self) {
        if self.count > 0 {
            self.semaphore.release_raw(self.count);
        }
    }
}

impl fmt::Debug for OwnedPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Semaphore {
    /// Takes permits as [`try_acquire`](Self::try_acquire) does, and keeps the semaphore alive with them.
    ///
    /// # Errors
    ///
    /// As [`try_acquire`](Self::try_acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// use latchfree::semaphore::Semaphore;
    /// use std::sync::Arc;
    ///
    /// let connections = Arc::new(Semaphore::new(100));
    /// let permit = Arc::clone(&connections).try_acquire_owned(1)?;
    /// std::thread::spawn(move || {
    ///     let _permit = permit; // as long as the connection lives
    /// });
    /// # Ok::<(), latchfree::semaphore::TryAcquireError>(())
    /// ```
    pub fn try_acquire_owned(self: Arc<Self>, count: u64) -> Result<OwnedPermit, TryAcquireError> {
        let count = self.try_acquire(count).map(Permit::forget)?;
        Ok(OwnedPermit::new(self, count))
    }

    /// Takes permits as [`acquire_async`](Self::acquire_async) does, and keeps the semaphore alive with them.
    ///
    /// # Errors
    ///
    /// As [`acquire_async`](Self::acquire_async).
    pub async fn acquire_owned_async(
        self: Arc<Self>,
        count: u64,
    ) -> Result<OwnedPermit, AcquireError> {
        let count = self.acquire_async(count).await.map(Permit::forget)?;
        Ok(OwnedPermit::new(self, count))
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{AcquireError, Arc, OwnedPermit, Permit, Semaphore};
    use crate::semaphore::AcquireTimeoutError;
    use core::time::Duration;

    impl Semaphore {
        /// Takes permits as [`acquire`](Self::acquire) does, and keeps the semaphore alive with them.
        ///
        /// # Errors
        ///
        /// As [`acquire`](Self::acquire).
        pub fn acquire_owned(self: Arc<Self>, count: u64) -> Result<OwnedPermit, AcquireError> {
            let count = self.acquire(count).map(Permit::forget)?;
            Ok(OwnedPermit::new(self, count))
        }

        /// Takes permits as [`acquire_timeout`](Self::acquire_timeout) does, and keeps the semaphore alive with them.
        ///
        /// # Errors
        ///
        /// As [`acquire_timeout`](Self::acquire_timeout).
        pub fn acquire_owned_timeout(
            self: Arc<Self>,
            count: u64,
            timeout: Duration,
        ) -> Result<OwnedPermit, AcquireTimeoutError> {
            let count = self.acquire_timeout(count, timeout).map(Permit::forget)?;
            Ok(OwnedPermit::new(self, count))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semaphore::TryAcquireError::NoPermits;
    use core::future::Future;
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};

    #[test]
    fn owned_permits_come_back_when_dropped() {
        let semaphore = Arc::new(Semaphore::new(5));
        let mut permit = Arc::clone(&semaphore).try_acquire_owned(3).unwrap();
        assert_eq!((permit.count(), semaphore.in_use()), (3, 3));
        let part = permit.split(2).unwrap();
        assert!(permit.split(2).is_none());
        assert_eq!(permit.count(), 1);
        let other = Arc::new(Semaphore::new(1)).try_acquire_owned(1).unwrap();
        let other = permit.merge(other).unwrap_err();
        assert_eq!((other.count(), other.semaphore().in_use()), (1, 1));
        permit.merge(part).unwrap();
        assert_eq!((permit.count(), semaphore.in_use()), (3, 3));
        assert_eq!(Arc::clone(&semaphore).try_acquire_owned(3).unwrap_err(), NoPermits);
        drop(permit);
        assert_eq!((semaphore.in_use(), Arc::strong_count(&semaphore)), (0, 1));
    }

    #[test]
    fn owned_acquisition_waits_for_permits() {
        let semaphore = Arc::new(Semaphore::new(1));
        let permit = Arc::clone(&semaphore).try_acquire_owned(1).unwrap();
        let mut waits = pin!(Arc::clone(&semaphore).acquire_owned_async(1));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waits.as_mut().poll(&mut cx).is_pending());
        drop(permit);
        let Poll::Ready(Ok(permit)) = waits.as_mut().poll(&mut cx) else { panic!("it is granted") };
        assert_eq!((permit.count(), semaphore.in_use()), (1, 1));
    }

    #[cfg(feature = "std")]
    #[test]
    fn owned_permits_go_to_other_threads() {
        let semaphore = Arc::new(Semaphore::new(1));
        let permit = Arc::clone(&semaphore).acquire_owned(1).unwrap();
        let short = core::time::Duration::from_millis(1);
        assert!(Arc::clone(&semaphore).acquire_owned_timeout(1, short).is_err());
        std::thread::spawn(move || drop(permit)).join().unwrap();
        assert_eq!(semaphore.in_use(), 0);
    }
}
