//! The permits that there are.

use super::state::State;
use super::{AcquireError, AcquireFuture, Permit, TryAcquireError, Underflow, WhenIdle};
use crate::atomic::Atomic;
use crate::sys;
use crate::wait::{Event, Token, WaitQueue};
use core::fmt;

sites! {
    /// Takes permits: pairs with RELEASE, so that what was done under them before is over.
    ACQUIRE: Acquire, pairs(RELEASE);
    /// A load of the state; the compare-and-swap after it decides.
    STATE_LOOK: Relaxed;
    /// Releases permits: pairs with ACQUIRE, AVAILABLE and IN_USE.
    RELEASE: Release;
    /// Reads how many are available: pairs with RELEASE, so that a thread that sees released permits
    /// sees what was done under them.
    AVAILABLE: Acquire, pairs(RELEASE);
    /// Reads how many are in use. Pairs with RELEASE: what was done under permits that are no longer counted
    /// is over, so what they protected can be freed. Pairs with RESIZE: LIMIT_AGAIN and
    /// RESIZES_AGAIN see the resize that this number is from.
    IN_USE: Acquire, pairs(RELEASE, RESIZE);
    /// The limit, before IN_USE. Pairs with LIMIT_LOWER, so that a lowered limit is not seen beside
    /// an older number available; and with LIMIT_RAISE, for RESIZES_AGAIN.
    LIMIT: Acquire, pairs(LIMIT_RAISE, LIMIT_LOWER);
    /// The limit, after IN_USE, which makes a raised limit visible. Pairs with LIMIT_LOWER and LIMIT_RAISE, so
    /// that RESIZES_AGAIN sees the resize that this limit is from.
    LIMIT_AGAIN: Acquire, pairs(LIMIT_RAISE, LIMIT_LOWER);
    /// How many resizes have begun: pairs with RESIZES_ADD, so that all but the last of them are over for
    /// LIMIT and IN_USE.
    RESIZES: Acquire, pairs(RESIZES_ADD);
    /// Checks whether another resize has begun; LIMIT, IN_USE and LIMIT_AGAIN order it.
    RESIZES_AGAIN: Relaxed;
    /// Counts a resize, before it changes anything: pairs with RESIZES, and publishes the earlier resizes.
    RESIZES_ADD: Release;
    /// Raises the limit, before the number available. RESIZE publishes it. Pairs with LIMIT, so that a thread
    /// that sees the limit alone sees that this resize is counted.
    LIMIT_RAISE: Release;
    /// Lowers the limit, after the number available: pairs with LIMIT.
    LIMIT_LOWER: Release;
    /// A resize's own load of the limit: the lock orders it.
    LIMIT_LOOK: Relaxed;
    /// The limit by itself, exact at the moment of the load; ACQUIRE decides.
    LIMIT_SHOW: Relaxed;
    /// Checks whether more permits seem to be released than were in use; `drop_excess` decides.
    LIMIT_ESTIMATE: Relaxed;
    /// Changes the number available by a resize: pairs with IN_USE, so that the new number is not
    /// seen beside a limit that is not raised yet.
    RESIZE: Release;
    /// The number available, for the wake-up of a waiter that competes. The fences and the lock of the wait queue show
    /// the notifier what it and the waiters have changed.
    GRANT_LOOK: Relaxed;
    /// How many permits are promised to waiters that compete. As GRANT_LOOK.
    GRANTED: Relaxed;
    /// Counts a promise, under the lock of the wait queue.
    GRANT: Relaxed;
    /// A promise was used or given up. The NOTIFY fence that follows shows it to the next notifier.
    GRANT_ENDS: Relaxed;
    /// Removes permits that were released and not in use. Pairs with nothing: nothing was done under them.
    EXCESS: Relaxed;
    /// Closes: pairs with IS_CLOSED, and publishes what the closer did before.
    CLOSE: Release;
    /// Checks whether the semaphore is closed: pairs with CLOSE, so that what the closer did before is visible.
    IS_CLOSED: Acquire, pairs(CLOSE);
}

/// A bounded number of permits, for what may be in flight: connections, requests, bytes of buffered writes.
///
/// # Examples
///
/// ```
/// use latchfree::semaphore::{Semaphore, TryAcquireError};
///
/// static BUFFERED: Semaphore = Semaphore::new(64 << 20); // bytes
///
/// let write = BUFFERED.try_acquire(4096)?; // or `acquire`, which blocks
/// assert_eq!(BUFFERED.in_use(), 4096);
/// drop(write); // flushed
/// assert_eq!(BUFFERED.in_use(), 0);
/// # Ok::<(), TryAcquireError>(())
/// ```
///
/// # Guarantees
///
/// *Progress*: [`try_acquire`](Self::try_acquire) and releasing are lock-free and never block, so an interrupt
/// handler may do both: if the queue of waiters is locked, the lock's holder performs the wake-ups. To begin or end
/// a wait, and to resize, takes a short lock. A thread that notifies runs the wakers of the waiters that it grants
/// permits to, and takes as long as they do. A
/// waiter that was granted its permits has them: a future that is held and never polled, or a thread that
/// does not run, keeps them from others until it is dropped. A waiter at the front that wants more than is
/// free keeps the free permits from all others. ([`guide::stopped`](crate::guide::stopped) says for each participant
/// what its stopping holds up.)
///
/// *Ordering*: what was done under permits happens before the return of the acquisition that gets
/// them next, and of the [`in_use`](Self::in_use) that no longer counts them. What was done before
/// a close happens before the return of each call that reports that the semaphore is closed.
///
/// *Exactness*: no acquisition but a [`charge`](Self::charge) takes the number in use over the limit; once [`resize`](Self::resize) has
/// returned, none takes it over the new limit. (Permits that were in use before stay in use, and may be more.) Once
/// [`close`](Self::close) has returned, none succeeds: if [`in_use`](Self::in_use) then returns zero, there are no
/// permits in use, nor will be. All results are exact, except that of `in_use` during a resize.
///
/// *Cancel safety*: an [`acquire_async`](Self::acquire_async) that is dropped before it is ready has taken nothing;
/// permits that it was granted go to the next waiter.
///
/// *Overflow*: a limit over 2^61 - 1 is 2^61 - 1.
///
/// *Wake-ups*: none is lost, and a waiter is woken only with its permits or with an error, or (barging) while there are
/// permits for it.
///
/// *Order*: permits are granted in the order of arrival, whatever number is wanted. No waiter is overtaken, not even
/// by `try_acquire`. The price is a hand-over to a thread that may have to be scheduled first: while
/// one waits, each permit costs a context switch, and threads that ask for permits again and again come to wait in a
/// line for each other (a *convoy*). Where permits are held for less than that, make the semaphore by
/// [`barging`](Self::barging).
#[doc(alias("Permits", "budget", "quota", "limit", "in flight"))]
pub struct Semaphore {
    /// A [`State`]: how many permits are available, and whether the semaphore is closed. It decides.
    state: Atomic<u64>,
    /// The limit. Changed under the lock of the queue.
    limit: Atomic<u64>,
    /// How many changes of `limit` have begun. Changed under the same lock.
    resizes: Atomic<u64>,
    /// How many permits are promised to waiters that were woken and compete for them.
    granted: Atomic<u64>,
    is_barging: bool,
    waiters: WaitQueue,
    /// Those that wait until no permit is in use.
    pub(super) idle: WaitQueue,
}

impl Semaphore {
    sys::const_fn! {
        /// Creates a semaphore with `limit` permits, all free. A limit over 2^61 - 1 is 2^61 - 1.
        #[must_use]
        pub const fn new(limit: u64) -> Self {
            Self::with_policy(limit, false)
        }
    }

    sys::const_fn! {
        /// Creates a semaphore whose free permits go to whichever acquisition comes first: one that begins may
        /// overtake those that wait. A limit over 2^61 - 1 is 2^61 - 1.
        ///
        /// A release makes its permits available to all, and wakes the waiters that they are enough for, from the
        /// front. These *compete* for them, and wait again if another was faster. So permits
        /// do not lie idle while a thread is being scheduled, and a thread that runs need not stop for those that do
        /// not: for permits that are held shortly, in threads that ask for them again and again, that is
        /// many times the throughput. The price is that nothing is promised to a single waiter: it may be overtaken
        /// any number of times, one that wants many permits by those that want few, above all. What is
        /// promised is that no waiter stays blocked beside permits that are enough for it: it is woken for them.
        ///
        /// Take [`new`](Self::new) where permits are held for long (connections, buffers that are written to a disk),
        /// where waiters want different numbers, or where a bound on the wait counts for more than throughput.
        ///
        /// # Examples
        ///
        /// ```
        /// # #[cfg(feature = "std")] {
        /// # use latchfree::semaphore::Semaphore;
        /// static COMPRESSING: Semaphore = Semaphore::barging(4);
        /// # fn compress(_: &mut [u8]) {}
        ///
        /// fn seal(block: &mut [u8]) {
        ///     let _permit = COMPRESSING.acquire(1).expect("it is open");
        ///     compress(block);
        /// }
        /// # seal(&mut []);
        /// # }
        /// ```
        #[doc(alias("unfair", "new_unfair"))]
        #[must_use]
        pub const fn barging(limit: u64) -> Self {
            Self::with_policy(limit, true)
        }
    }

    sys::const_fn! {
        const fn with_policy(limit: u64, is_barging: bool) -> Self {
            let limit = if limit < State::MAX { limit } else { State::MAX };
            Self {
                state: Atomic::new(State::open(limit).0),
                limit: Atomic::new(limit),
                resizes: Atomic::new(0),
                granted: Atomic::new(0),
                is_barging,
                waiters: WaitQueue::new(),
                idle: WaitQueue::new(),
            }
        }
    }

    /// Takes `count` permits, if they are free and no other acquisition waits. If the semaphore is
    /// [`barging`](Self::barging), others may wait.
    ///
    /// Zero permits are always free until a close, also while more are in use than the limit, and while others
    /// wait: an operation that turns out to need none passes.
    ///
    /// # Errors
    ///
    /// [`NoPermits`](TryAcquireError::NoPermits) if not, [`TooMany`](TryAcquireError::TooMany) if
    /// `count` is over the limit, [`Closed`](TryAcquireError::Closed) after a close. Each was true at a
    /// moment of the call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::{Semaphore, TryAcquireError};
    /// let requests = Semaphore::new(2);
    /// let both = requests.try_acquire(2)?;
    /// assert_eq!(requests.try_acquire(1).err(), Some(TryAcquireError::NoPermits));
    /// drop(both);
    /// assert!(requests.try_acquire(1).is_ok());
    /// # Ok::<(), TryAcquireError>(())
    /// ```
    #[inline]
    pub fn try_acquire(&self, count: u64) -> Result<Permit<'_>, TryAcquireError> {
        let is_turn = self.waiters.is_empty() || self.is_barging || count == 0;
        if is_turn && self.try_take(count) {
            return Ok(Permit::new(self, count));
        }
        self.check_admissible(count)?;
        Err(TryAcquireError::NoPermits)
    }

    /// Takes `count` permits that are in use in any case, also over the limit: what recovery finds in memory, or a
    /// record that turned out to be longer than was reserved.
    ///
    /// It waits for nothing and overtakes all waiters. They, and all other acquisitions, get no permits until the
    /// number in use is far enough below the limit again. Lock-free.
    ///
    /// # Errors
    ///
    /// [`Closed`](AcquireError::Closed) after a close; [`TooMany`](AcquireError::TooMany), if the number in use
    /// would be more than 2^61 - 1 over the limit.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::{AcquireError, Semaphore, TryAcquireError};
    /// let buffered = Semaphore::new(4096);
    /// let recovered = buffered.charge(6000)?; // the log has so much that is not flushed
    /// assert_eq!((buffered.in_use(), buffered.available()), (6000, 0));
    /// assert_eq!(buffered.try_acquire(1).err(), Some(TryAcquireError::NoPermits));
    /// drop(recovered);
    /// assert!(buffered.try_acquire(4096).is_ok());
    /// # Ok::<(), AcquireError>(())
    /// ```
    #[doc(alias("force", "over-commit", "debt"))]
    pub fn charge(&self, count: u64) -> Result<Permit<'_>, AcquireError> {
        let less = |state: u64| State(state).charged(count).map(|state| state.0);
        match self.state.try_update(ACQUIRE, STATE_LOOK, less) {
            Ok(_) => Ok(Permit::new(self, count)),
            Err(_) if self.is_closed() => Err(AcquireError::Closed),
            Err(_) => Err(AcquireError::TooMany),
        }
    }

    /// Takes `count` permits as soon as they are free: a future, for any executor, without `std`.
    ///
    /// Dropped before it is ready, it leaves the queue, and nothing is taken.
    ///
    /// A future that was granted its permits and is not polled keeps them (in a [`barging`](Self::barging) semaphore,
    /// from the others that wait). One at the front that wants more than is free holds up all behind it. Drop futures that you do not poll (see
    /// [`guide::stopped`](crate::guide::stopped)).
    ///
    /// Without `std`, all that wait for one semaphore must be polled and dropped at one priority, unless the
    /// feature `critical-section` is on.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::{AcquireError, Semaphore};
    /// async fn write(buffered: &Semaphore, record: &[u8]) -> Result<(), AcquireError> {
    ///     let _permit = buffered.acquire_async(record.len() as u64).await?;
    ///     // ... buffer it, and flush
    ///     Ok(())
    /// }
    /// ```
    pub fn acquire_async(&self, count: u64) -> AcquireFuture<'_> {
        AcquireFuture::new(self, count)
    }

    /// Releases `count` permits that were [forgotten](Permit::forget).
    ///
    /// # Errors
    ///
    /// [`Underflow`], if fewer are in use: some permits were released twice. The
    /// number in use is left as it was. (While a [`resize`](Self::resize) is in progress, more may seem to be in
    /// use, as for [`in_use`](Self::in_use), and such a mistake may pass; what is in use is never refused.)
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::semaphore::{Semaphore, Underflow};
    /// let buffered = Semaphore::new(4096);
    /// let bytes = buffered.try_acquire(512).unwrap().forget(); // travels as a number
    /// assert_eq!(buffered.release(bytes), Ok(()));
    /// assert_eq!(buffered.release(bytes), Err(Underflow));
    /// ```
    pub fn release(&self, count: u64) -> Result<(), Underflow> {
        loop {
            let (state, limit) = self.consistent();
            let returned = state.returned(count, limit).ok_or(Underflow)?;
            if self.state.compare_exchange_weak(state.0, returned.0, RELEASE, STATE_LOOK).is_ok() {
                self.notify_after_rmw();
                return Ok(());
            }
        }
    }

    /// Changes the limit. A limit over 2^61 - 1 is 2^61 - 1.
    ///
    /// If the limit is raised, waiters are granted the new permits. If it is lowered, permits in use stay in use,
    /// and a waiter for more than the new limit gets an error when its turn comes. Takes a short lock: not for
    /// interrupt handlers.
    #[doc(alias("set_limit", "shrink", "grow"))]
    pub fn resize(&self, limit: u64) {
        let limit = limit.min(State::MAX);
        // The lock orders resizes. During one, a reader of both words finds too many in use, never too few.
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
        // While it was in progress, a release may have found too many in use to wake those that wait for none.
        WaitQueue::notify(WhenIdle::of(self));
    }

    /// Closes the semaphore: all waiters and all later acquisitions get an error. Permits in use can be released.
    pub fn close(&self) {
        self.state.fetch_or(State::CLOSED, CLOSE);
        self.notify();
    }

    /// Returns whether [`close`](Self::close) was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        State(self.state.load(IS_CLOSED)).is_closed()
    }

    /// Returns how many permits are in use.
    ///
    /// Exact, except during a [`resize`](Self::resize): then the number may be
    /// too great, by at most the change of the limit. Lock-free.
    #[must_use]
    pub fn in_use(&self) -> u64 {
        let (state, limit) = self.consistent();
        state.in_use(limit)
    }

    /// Returns how many permits may be in use at a time.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit.load(LIMIT_SHOW)
    }

    /// Returns how many permits are free; zero, if a resize or a charge has left too many in use. Waiters may be about to be
    /// granted them.
    #[must_use]
    pub fn available(&self) -> u64 {
        State(self.state.load(AVAILABLE)).available().max(0) as u64
    }

    /// Returns the state, and the limit that belongs to it.
    ///
    /// During a resize the limit may be the greater of both, and the number available the
    /// smaller: never do fewer permits seem to be in use than are. Repeats only if another resize has begun.
    fn consistent(&self) -> (State, u64) {
        loop {
            // a. All resizes but the last that has begun are over, for all loads below.
            let resizes = self.resizes.load(RESIZES);
            // b. If the last one lowers the limit, it does so after it changes the state: with the old state, the
            //    first load returns the old limit. If it raises the limit, it does so before it changes the state:
            //    with the new state, the second load returns the new limit. So the greater of both belongs to
            //    the state, or is the greater of the two limits that the resize is between.
            let before = self.limit.load(LIMIT);
            let state = self.state.load(IN_USE);
            let after = self.limit.load(LIMIT_AGAIN);
            // c. If any of these values were from a later resize, its number would be visible here.
            if self.resizes.load(RESIZES_AGAIN) == resizes {
                return (State(state), before.max(after));
            }
        }
    }

    /// Returns why `count` permits will never be available; `Ok` if they may be, later.
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

    /// Takes `count` permits, if they are free and the semaphore is open.
    #[inline]
    fn try_take(&self, count: u64) -> bool {
        // Steps 1 and 2: the same word says how many there are, and that it is open.
        let less = |state: u64| State(state).taken(count).map(|state| state.0);
        self.state.try_update(ACQUIRE, STATE_LOOK, less).is_ok()
    }

    /// Releases the permits of a guard, and notifies.
    pub(super) fn release_raw(&self, count: u64) {
        let state = self.state.fetch_add(State::counts(count), RELEASE);
        if State(state).in_use(self.limit.load(LIMIT_ESTIMATE)) < count {
            self.drop_excess();
        }
        self.notify_after_rmw();
    }

    /// Removes the excess, after false releases have made more permits free than the limit.
    #[cold]
    fn drop_excess(&self) {
        loop {
            let (state, limit) = self.consistent();
            let Some(excess) = state.excess(limit) else { return };
            let less = state.0.wrapping_sub(State::counts(excess));
            if self.state.compare_exchange_weak(state.0, less, EXCESS, STATE_LOOK).is_ok() {
                return;
            }
        }
    }

    /// Grants permits to the waiters, from the front, as far as the permits reach.
    pub(super) fn notify(&self) {
        WaitQueue::notify(self);
    }

    /// Notifies as [`notify`](Self::notify) does, and those that wait until no permit is in use, right after a change of
    /// the state.
    #[inline]
    fn notify_after_rmw(&self) {
        WaitQueue::notify_both_after_rmw(self, WhenIdle::of(self));
    }

    /// Returns whether a waiter that is woken has its permits yet: else it has a promise, and competes.
    pub(super) fn is_barging(&self) -> bool {
        self.is_barging
    }

    /// Promises `count` permits to a waiter, if so many are available that were not promised to others.
    fn promise(&self, count: u64) -> Option<Token> {
        let available = State(self.state.load(GRANT_LOOK)).available();
        let unpromised = available.saturating_sub_unsigned(self.granted.load(GRANTED));
        (unpromised >= count as i64).then(|| {
            self.granted.fetch_add(count, GRANT);
            PROMISED
        })
    }
}

impl Event for Semaphore {
    fn waiters(&self) -> &WaitQueue {
        &self.waiters
    }

    fn try_grant(&self, count: u64) -> Option<Token> {
        // Step 5: under the lock of the queue.
        match self.check_admissible(count) {
            Err(AcquireError::TooMany) => Some(TOO_MANY),
            Err(AcquireError::Closed) => Some(CLOSED),
            Ok(()) if self.is_barging => self.promise(count),
            Ok(()) => self.try_take(count).then_some(TAKEN),
        }
    }

    /// Ends a grant that its waiter has not taken over.
    fn cancelled(&self, token: Token, count: u64) {
        match token {
            TAKEN => self.release_raw(count),
            PROMISED => {
                self.granted.fetch_sub(count, GRANT_ENDS);
                self.notify();
            }
            _ => {}
        }
    }
}

/// The token of a waiter: it has its permits, or the reason why it will not get any, or may compete for them.
const TAKEN: Token = 0;
const TOO_MANY: Token = 1;
const CLOSED: Token = 2;
const PROMISED: Token = 3;

/// Returns what a token stands for.
pub(super) fn outcome(token: Token) -> Result<(), AcquireError> {
    match token {
        TAKEN => Ok(()),
        TOO_MANY => Err(AcquireError::TooMany),
        _ => Err(AcquireError::Closed),
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
