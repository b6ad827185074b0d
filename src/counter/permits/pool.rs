//! The permits that there are.

use super::{Acquire, AcquireError, Permit, TryAcquireError, Underflow};
use crate::atomic::Atomic;
use crate::prim;
use crate::wait::{Condition, WaitList};
use core::fmt;

sites! {
    /// Takes permits: pairs with GIVE_BACK, so that what was done under the permits before is over.
    TAKE: Acquire,
    /// A look at the number in use; TAKE or GIVE_BACK decides.
    LOOK: Relaxed,
    /// Gives permits back: pairs with TAKE.
    GIVE_BACK: Release,
    /// The limit is a number by itself. The list's fences make a waiter see a change of it.
    LIMIT: Relaxed,
    /// Closes: pairs with IS_CLOSED, and publishes what the closer did before.
    CLOSE: Release,
    /// Pairs with CLOSE.
    IS_CLOSED: Acquire,
}

/// A bounded number of things in flight: connections, requests, bytes of buffered writes.
///
/// ```
/// use latchfree::counter::{Permits, TryAcquireError};
///
/// static BUFFERED: Permits = Permits::new(64 << 20); // bytes
///
/// let write = BUFFERED.try_acquire(4096)?; // or `acquire`, which waits
/// assert_eq!(BUFFERED.in_use(), 4096);
/// drop(write); // flushed
/// assert_eq!(BUFFERED.in_use(), 0);
/// # Ok::<(), TryAcquireError>(())
/// ```
///
/// # Guarantees
///
/// *Limit*: no acquisition takes the number in use over the limit. (A [`resize`](Self::resize) may
/// leave it over the new one, until enough has come back.)
///
/// *Order*: who waits is served in the order of arrival, whatever it waits for; nobody overtakes.
///
/// *Progress*: [`try_acquire`](Self::try_acquire) and giving back are lock-free, and may be done by an
/// interrupt handler: to serve those who wait, it never waits for who is in the middle of something,
/// but leaves the serving to it. To begin or end a wait takes a short lock.
///
/// *Ordering*: what was done under permits happens before the return of the acquisition that gets
/// them next.
///
/// *Wake-ups*: none is lost, and nobody is woken who does not get what it waits for.
#[doc(alias("Semaphore", "budget", "quota", "limit", "in flight"))]
pub struct Permits {
    in_use: Atomic<u64>,
    limit: Atomic<u64>,
    closed: Atomic<bool>,
    waiters: WaitList,
}

/// Waiters are served in the order of arrival: they all have the same place.
pub(super) const IN_TURN: u64 = 0;

impl Permits {
    prim::const_fn! {
        /// `limit` permits, all free.
        #[must_use]
        pub const fn new(limit: u64) -> Self {
            Self {
                in_use: Atomic::new(0),
                limit: Atomic::new(limit),
                closed: Atomic::new(false),
                waiters: WaitList::new(),
            }
        }
    }

    /// Takes `count` permits, if they are free and nobody waits.
    ///
    /// # Errors
    ///
    /// [`NoPermits`](TryAcquireError::NoPermits) if not, [`TooMany`](TryAcquireError::TooMany) if
    /// `count` is over the limit, [`Closed`](TryAcquireError::Closed) after a close.
    #[inline]
    pub fn try_acquire(&self, count: u64) -> Result<Permit<'_>, TryAcquireError> {
        self.refuse(count)?;
        if self.waiters.is_empty() && self.take(count) {
            return Ok(Permit::new(self, count));
        }
        Err(TryAcquireError::NoPermits)
    }

    /// Takes `count` permits as soon as they are free: a future, for any executor, without `std`.
    ///
    /// Dropped before it is done, it leaves the line, and nothing is taken.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    pub fn acquire_async(&self, count: u64) -> Acquire<'_> {
        Acquire::new(self, count)
    }

    /// Gives back `count` permits that were [forgotten](Permit::forget).
    ///
    /// # Errors
    ///
    /// [`Underflow`], if not that many are in use: somebody has given back what is not theirs. The
    /// number in use is left as it was.
    pub fn release(&self, count: u64) -> Result<(), Underflow> {
        let less = |in_use: u64| in_use.checked_sub(count);
        self.in_use.try_update(GIVE_BACK, LOOK, less).map_err(|_| Underflow)?;
        self.grant_after_rmw();
        Ok(())
    }

    /// Changes the limit.
    ///
    /// Upwards, it serves who waits. Downwards, what is in use stays in use; who waits for more than
    /// the new limit is refused when its turn comes.
    pub fn resize(&self, limit: u64) {
        self.limit.store(limit, LIMIT);
        self.grant();
    }

    /// Gives no more permits, and refuses all who wait. What is in use can be given back.
    pub fn close(&self) {
        self.closed.store(true, CLOSE);
        self.grant();
    }

    /// Whether [`close`](Self::close) was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(IS_CLOSED)
    }

    /// How many are in use now.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        self.in_use.load(LOOK)
    }

    /// How many may be in use at a time.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit.load(LIMIT)
    }

    /// How many are free now; none, if a resize has left too many in use.
    #[must_use]
    pub fn available(&self) -> u64 {
        self.limit().saturating_sub(self.in_use())
    }

    /// Whoever asks for `count` now cannot ever get it.
    #[inline]
    fn refuse(&self, count: u64) -> Result<(), AcquireError> {
        if self.is_closed() {
            Err(AcquireError::Closed)
        } else if count > self.limit() {
            Err(AcquireError::TooMany)
        } else {
            Ok(())
        }
    }

    /// Takes `count` permits, if they are free.
    #[inline]
    fn take(&self, count: u64) -> bool {
        let limit = self.limit();
        let more = |in_use: u64| in_use.checked_add(count).filter(|&sum| sum <= limit);
        self.in_use.try_update(TAKE, LOOK, more).is_ok()
    }

    /// Gives back what a guard has. If others have released more than was theirs, what is left.
    pub(super) fn give_back(&self, count: u64) {
        self.in_use.update(GIVE_BACK, LOOK, |in_use| in_use.saturating_sub(count));
        self.grant_after_rmw();
    }

    /// Serves who waits, from the front, as far as the permits reach.
    pub(super) fn grant(&self) {
        WaitList::serve(self);
    }

    /// [`grant`](Self::grant), right after a change of the number in use.
    fn grant_after_rmw(&self) {
        WaitList::serve_after_rmw(IN_TURN, self);
    }
}

impl Condition for Permits {
    fn waiters(&self) -> &WaitList {
        &self.waiters
    }

    fn reached(&self) -> u64 {
        IN_TURN
    }

    fn answer(&self, count: u64) -> Option<u64> {
        match self.refuse(count) {
            Err(error) => Some(Answer::Refused(error).word()),
            Ok(()) => self.take(count).then(|| Answer::Granted.word()),
        }
    }
}

/// What a waiter is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The permits were taken for it.
    Granted,
    /// It will not get any.
    Refused(AcquireError),
}

impl Answer {
    fn word(self) -> u64 {
        match self {
            Self::Granted => 0,
            Self::Refused(AcquireError::TooMany) => 1,
            Self::Refused(AcquireError::Closed) => 2,
        }
    }

    pub(super) fn from_word(word: u64) -> Self {
        match word {
            0 => Self::Granted,
            1 => Self::Refused(AcquireError::TooMany),
            _ => Self::Refused(AcquireError::Closed),
        }
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{AcquireError, Permit, Permits};
    use crate::counter::AcquireTimeoutError;
    use crate::wait::thread::{self, Deadline};
    use core::pin::pin;
    use core::time::Duration;

    impl Permits {
        /// Takes `count` permits, sleeping until they are free and all who came before are served.
        ///
        /// # Errors
        ///
        /// [`TooMany`](AcquireError::TooMany), if `count` is over the limit, now or after a resize;
        /// [`Closed`](AcquireError::Closed) after a close, also one during the wait.
        pub fn acquire(&self, count: u64) -> Result<Permit<'_>, AcquireError> {
            self.acquire_until(count, Deadline::NEVER).map_err(|error| match error {
                AcquireTimeoutError::TooMany => AcquireError::TooMany,
                AcquireTimeoutError::Closed => AcquireError::Closed,
                AcquireTimeoutError::Timeout => unreachable!("never is never over"),
            })
        }

        /// [`acquire`](Self::acquire), for `timeout` at the longest.
        ///
        /// # Errors
        ///
        /// [`Timeout`](AcquireTimeoutError::Timeout) when the time is over, else as
        /// [`acquire`](Self::acquire).
        pub fn acquire_timeout(
            &self,
            count: u64,
            timeout: Duration,
        ) -> Result<Permit<'_>, AcquireTimeoutError> {
            self.acquire_until(count, Deadline::after(timeout))
        }

        fn acquire_until(
            &self,
            count: u64,
            deadline: Deadline,
        ) -> Result<Permit<'_>, AcquireTimeoutError> {
            match thread::block_on(pin!(self.acquire_async(count)), deadline) {
                Some(result) => Ok(result?),
                None => Err(AcquireTimeoutError::Timeout),
            }
        }
    }
}

impl fmt::Debug for Permits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permits")
            .field("in_use", &self.in_use())
            .field("limit", &self.limit())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
