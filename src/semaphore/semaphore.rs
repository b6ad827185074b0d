//! The permits that there are.

use super::state::State;
use super::{AcquireError, AcquireFuture, Permit, TryAcquireError, Underflow};
use crate::atomic::Atomic;
use crate::sys;
use crate::wait::{Event, Token, WaitQueue};
use core::fmt;

sites! {
    /// Takes permits: pairs with GIVE_BACK, so that what was done under the permits before is over.
    TAKE: Acquire, pairs(GIVE_BACK);
    /// A look at the state; TAKE decides.
    LOOK: Relaxed;
    /// Gives permits back: pairs with TAKE, AVAILABLE and IN_USE.
    GIVE_BACK: Release;
    /// Shows how many are available: pairs with GIVE_BACK, so that a thread which sees permits that came back
    /// sees what was done under them.
    AVAILABLE: Acquire, pairs(GIVE_BACK);
    /// Shows how many are in use. Pairs with GIVE_BACK: what was done under permits that are not counted any
    /// more is over, and a pool that nobody uses can be taken apart. Pairs with RESIZE: LIMIT_AGAIN and
    /// RESIZES_AGAIN see the resize that this number is from.
    IN_USE: Acquire, pairs(GIVE_BACK, RESIZE);
    /// The limit, before IN_USE. Pairs with LIMIT_LOWER, so that a limit that was lowered is not seen beside
    /// the number available from before; and with LIMIT_RAISE, for RESIZES_AGAIN.
    LIMIT: Acquire, pairs(LIMIT_RAISE, LIMIT_LOWER);
    /// The limit, after IN_USE, which brings a raised one along. Pairs with LIMIT_LOWER and LIMIT_RAISE, so
    /// that RESIZES_AGAIN sees the resize that this limit is from.
    LIMIT_AGAIN: Acquire, pairs(LIMIT_RAISE, LIMIT_LOWER);
    /// How many resizes have begun: pairs with RESIZES_ADD, so that all but the last of them are over for
    /// LIMIT and IN_USE.
    RESIZES: Acquire, pairs(RESIZES_ADD);
    /// Whether another resize has begun; LIMIT, IN_USE and LIMIT_AGAIN order it.
    RESIZES_AGAIN: Relaxed;
    /// Counts a resize, before it changes anything: pairs with RESIZES, and publishes the resizes before.
    RESIZES_ADD: Release;
    /// Raises the limit, before the number available. RESIZE publishes it; and pairs with LIMIT, so that this
    /// resize counts for those that see the limit only.
    LIMIT_RAISE: Release;
    /// Lowers the limit, after the number available: pairs with LIMIT.
    LIMIT_LOWER: Release;
    /// A resize's own look at the limit: the lock orders it.
    LIMIT_LOOK: Relaxed;
    /// The limit by itself, which is true at the moment of the look; TAKE decides.
    LIMIT_SHOW: Relaxed;
    /// Whether more came back than was in use, as it seems; `drop_excess` decides.
    LIMIT_ESTIMATE: Relaxed;
    /// Changes the number available by a resize: pairs with IN_USE, so that the number from after it is not
    /// seen beside a limit that is not raised yet.
    RESIZE: Release;
    /// Takes away what was given back and in no use: pairs with nothing, for nothing was done under it.
    EXCESS: Relaxed;
    /// Closes: pairs with IS_CLOSED and CLOSED_SEEN, and publishes what the closer did before.
    CLOSE: Release;
    /// Pairs with CLOSE.
    IS_CLOSED: Acquire, pairs(CLOSE);
}

/// A bounded number of things in flight: connections, requests, bytes of buffered writes.
///
/// ```
/// use latchfree::semaphore::{Semaphore, TryAcquireError};
///
/// static BUFFERED: Semaphore = Semaphore::new(64 << 20); // bytes
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
/// *Limit*: no acquisition takes the number in use over the limit: when [`resize`](Self::resize) has
/// returned, none is over the new one. (What was in use before stays in use, and may be more.) When
/// [`close`](Self::close) has returned, none succeeds: once [`in_use`](Self::in_use) then says zero, nobody
/// has a permit, or will.
///
/// *Order*: waiters are served in the order of arrival, whatever they wait for; none is overtaken, also not
/// by `try_acquire`. The price is a hand-over to a thread that may have to be scheduled first: as long as
/// one waits, each permit costs a context switch. Where permits are held for less than that, a mutex gets
/// more done.
///
/// *Progress*: [`try_acquire`](Self::try_acquire) and giving back are lock-free, and may be done by an
/// interrupt handler: to serve those that wait, it never waits for a thread that is in the middle of
/// something, but leaves the serving to it. To begin or end a wait, and to resize, takes a short lock. What
/// serves runs the wakers of those that it serves, and takes as long as they do. A
/// waiter that was granted its permits has them: a future that is held and never polled, or a thread that
/// does not run, keeps them from others until it is dropped. A waiter at the front that wants more than is
/// free keeps what is free from all others. (Who is stuck behind whom, line by line:
/// [`guide::stopped`](crate::guide::stopped).)
///
/// *Ordering*: what was done under permits happens before the return of the acquisition that gets
/// them next, and of the [`in_use`](Self::in_use) that does not count them any more. What was done before
/// a close happens before the return of each call that answers that the pool is closed.
///
/// *Wake-ups*: none is lost, and only waiters that get what they wait for, or an error, are woken.
///
/// *Exactness*: all answers are exact, but for `in_use` while a resize is under way.
#[doc(alias("Permits", "budget", "quota", "limit", "in flight"))]
pub struct Semaphore {
    /// A [`State`]: what is available, and whether it is closed. It decides.
    state: Atomic<u64>,
    /// Of which the number available is a part. Changed under the lock of the list.
    limit: Atomic<u64>,
    /// How often `limit` was changed, or is about to be. Changed under the same lock.
    resizes: Atomic<u64>,
    waiters: WaitQueue,
}

impl Semaphore {
    sys::const_fn! {
        /// `limit` permits, all free. More than 2^61 - 1 are as many as that.
        #[must_use]
        pub const fn new(limit: u64) -> Self {
            let limit = if limit < State::MAX { limit } else { State::MAX };
            Self {
                state: Atomic::new(State::open(limit).0),
                limit: Atomic::new(limit),
                resizes: Atomic::new(0),
                waiters: WaitQueue::new(),
            }
        }
    }

    /// Takes `count` permits, if they are free and no other waits. No permits are always free.
    ///
    /// # Errors
    ///
    /// [`NoPermits`](TryAcquireError::NoPermits) if not, [`TooMany`](TryAcquireError::TooMany) if
    /// `count` is over the limit, [`Closed`](TryAcquireError::Closed) after a close. Each was so at a
    /// moment of the call.
    #[inline]
    pub fn try_acquire(&self, count: u64) -> Result<Permit<'_>, TryAcquireError> {
        if (count == 0 || self.waiters.is_empty()) && self.try_take(count) {
            return Ok(Permit::new(self, count));
        }
        self.check_admissible(count)?;
        Err(TryAcquireError::NoPermits)
    }

    /// Takes `count` permits as soon as they are free: a future, for any executor, without `std`.
    ///
    /// Dropped before it is done, it leaves the line, and nothing is taken.
    ///
    /// Granted and not polled, it keeps its permits; at the front and wanting more than is free, it holds up all
    /// behind it. Drop what you do not poll (see [`guide::stopped`](crate::guide::stopped)).
    ///
    /// Without `std`, all that wait for one semaphore must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    pub fn acquire_async(&self, count: u64) -> AcquireFuture<'_> {
        AcquireFuture::new(self, count)
    }

    /// Gives back `count` permits that were [forgotten](Permit::forget).
    ///
    /// # Errors
    ///
    /// [`Underflow`], if not that many are in use: somebody has given back what is not theirs. The
    /// number in use is left as it was. (While a [`resize`](Self::resize) is under way, more may seem to be in
    /// use, as for [`in_use`](Self::in_use), and such a mistake may pass; what is in use is never refused.)
    pub fn release(&self, count: u64) -> Result<(), Underflow> {
        loop {
            let (state, limit) = self.consistent();
            let returned = state.returned(count, limit).ok_or(Underflow)?;
            if self.state.compare_exchange_weak(state.0, returned.0, GIVE_BACK, LOOK).is_ok() {
                self.notify_after_rmw();
                return Ok(());
            }
        }
    }

    /// Changes the limit. More than 2^61 - 1 are as many as that.
    ///
    /// Upwards, it serves those that wait. Downwards, what is in use stays in use; a waiter for more than
    /// the new limit is refused when its turn comes. Takes a short lock: not for interrupt handlers.
    pub fn resize(&self, limit: u64) {
        let limit = limit.min(State::MAX);
        // The lock orders resizes. In between, a reader of both words finds too many in use, never too few.
        WaitQueue::change(self, || {
            let old = self.limit.load(LIMIT_LOOK);
            self.resizes.fetch_add(1, RESIZES_ADD);
            if old < limit {
                self.limit.store(limit, LIMIT_RAISE);
            }
            self.state.fetch_add(State::counts(limit.wrapping_sub(old)), RESIZE);
            if limit < old {
                self.limit.store(limit, LIMIT_LOWER);
            }
        });
    }

    /// Gives no more permits, and refuses all that wait. What is in use can be given back.
    pub fn close(&self) {
        self.state.fetch_or(State::CLOSED, CLOSE);
        self.notify();
    }

    /// Whether [`close`](Self::close) was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        State(self.state.load(IS_CLOSED)).is_closed()
    }

    /// How many are in use now.
    ///
    /// Exact, but for the moment of a [`resize`](Self::resize): while one is under way, the number may be
    /// too great by as much as the limit changes. Lock-free.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        let (state, limit) = self.consistent();
        state.in_use(limit)
    }

    /// How many may be in use at a time.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit.load(LIMIT_SHOW)
    }

    /// How many are free now; none, if a resize has left too many in use. They may be promised to waiters.
    #[must_use]
    pub fn available(&self) -> u64 {
        State(self.state.load(AVAILABLE)).available().max(0) as u64
    }

    /// The state, and the limit that it is of.
    ///
    /// While a resize is under way the limit may be the greater of both, and the number available the
    /// smaller: never fewer permits seem in use than are. Begins again only if a resize has begun meanwhile.
    fn consistent(&self) -> (State, u64) {
        loop {
            // 1. All resizes but the last that has begun are over, for all that is read below.
            let resizes = self.resizes.load(RESIZES);
            // 2. The last one, if it lowers the limit, does so after the state: a state from before it has a
            //    limit from before it. If it raises the limit, it does so before the state: then a state
            //    from after it has a limit from after it in the second look. So the greater of both is that
            //    of the state, or the greater of the two between which the resize is under way.
            let before = self.limit.load(LIMIT);
            let state = self.state.load(IN_USE);
            let after = self.limit.load(LIMIT_AGAIN);
            // 3. A value of a later resize would bring its number along.
            if self.resizes.load(RESIZES_AGAIN) == resizes {
                return (State(state), before.max(after));
            }
        }
    }

    /// Why `count` permits cannot be had now, nor later; `Ok` if they may be, later.
    #[cold]
    fn check_admissible(&self, count: u64) -> Result<(), AcquireError> {
        if self.is_closed() {
            Err(AcquireError::Closed)
        } else if count > self.limit() {
            Err(AcquireError::TooMany)
        } else {
            Ok(())
        }
    }

    /// Takes `count` permits, if they are free and the pool is open.
    #[inline]
    fn try_take(&self, count: u64) -> bool {
        let less = |state: u64| State(state).taken(count).map(|state| state.0);
        self.state.try_update(TAKE, LOOK, less).is_ok()
    }

    /// Gives back what a guard has, and serves.
    pub(super) fn release_raw(&self, count: u64) {
        let state = self.state.fetch_add(State::counts(count), GIVE_BACK);
        if State(state).in_use(self.limit.load(LIMIT_ESTIMATE)) < count {
            self.drop_excess();
        }
        self.notify_after_rmw();
    }

    /// Others have released more than was theirs, so that now more permits are free than there are.
    #[cold]
    fn drop_excess(&self) {
        loop {
            let (state, limit) = self.consistent();
            let Some(excess) = state.excess(limit) else { return };
            let less = state.0.wrapping_sub(State::counts(excess));
            if self.state.compare_exchange_weak(state.0, less, EXCESS, LOOK).is_ok() {
                return;
            }
        }
    }

    /// Serves those that wait, from the front, as far as the permits reach.
    pub(super) fn notify(&self) {
        WaitQueue::notify(self);
    }

    /// [`notify`](Self::notify), right after a change of the state.
    fn notify_after_rmw(&self) {
        WaitQueue::notify_after_rmw(self.ready_key(), self);
    }
}

impl Event for Semaphore {
    fn waiters(&self) -> &WaitQueue {
        &self.waiters
    }

    fn try_grant(&self, count: u64) -> Option<Token> {
        match self.check_admissible(count) {
            Err(AcquireError::TooMany) => Some(TOO_MANY),
            Err(AcquireError::Closed) => Some(CLOSED),
            Ok(()) => self.try_take(count).then_some(GRANTED),
        }
    }

    fn cancelled(&self, token: Token, count: u64) {
        if token == GRANTED {
            self.release_raw(count);
        }
    }
}

/// What a waiter is granted: its permits, or the reason why it will not get any.
const GRANTED: Token = 0;
const TOO_MANY: Token = 1;
const CLOSED: Token = 2;

/// What a token stands for.
pub(super) fn outcome(token: Token) -> Result<(), AcquireError> {
    match token {
        GRANTED => Ok(()),
        TOO_MANY => Err(AcquireError::TooMany),
        _ => Err(AcquireError::Closed),
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::{AcquireError, Permit, Semaphore};
    use crate::semaphore::AcquireTimeoutError;
    use crate::wait::block::{self, Deadline};
    use core::pin::pin;
    use core::time::Duration;

    impl Semaphore {
        /// Takes `count` permits, sleeping until they are free and all who came before are served.
        ///
        /// # Errors
        ///
        /// [`TooMany`](AcquireError::TooMany), if `count` is over the limit, now or after a resize;
        /// [`Closed`](AcquireError::Closed) after a close, also one during the wait.
        pub fn acquire(&self, count: u64) -> Result<Permit<'_>, AcquireError> {
            block::block_on(pin!(self.acquire_async(count)))
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
            let deadline = Deadline::after(timeout);
            let result = block::block_on_until(pin!(self.acquire_async(count)), deadline);
            Ok(result.ok_or(AcquireTimeoutError::Timeout)??)
        }
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore")
            .field("in_use", &self.in_use())
            .field("limit", &self.limit())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
