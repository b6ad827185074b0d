//! The gate.

mod entered;
mod idle;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod owned;
mod state;

use self::state::State;
use super::Closed;
use crate::atomic::{Atomic, fence};
use crate::sys;
use crate::wait::{Event, WaitQueue};
use core::fmt;

pub use self::entered::Entered;
pub use self::idle::IdleFuture;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
pub use self::owned::OwnedEntered;

sites! {
    /// Counts an entry. It orders nothing: what is done inside is over before LEAVE, and that is what matters. As a
    /// read-modify-write it continues the release sequences of LEAVE and CLOSE.
    ENTER: Relaxed;
    /// The gate is closed: pairs with CLOSE, so that a thread that is refused sees what the closer did before.
    REFUSED: fence(Acquire), pairs(CLOSE);
    /// Counts one less inside: pairs with IDLE and INSIDE, and publishes what was done inside.
    LEAVE: Release;
    /// Counts one less of those that were inside at the close. LEAVE has published what this one did, on the same word,
    /// in which only read-modify-writes follow.
    LEAVE_CLOSED: Relaxed;
    /// Closes: pairs with REFUSED, IS_CLOSED, CLOSE_LOOK and IDLE, and publishes what the closer did before.
    CLOSE: Release;
    /// A load of the state for CLOSE, which decides. If the gate is closed: pairs with that CLOSE, so that a second
    /// closer sees what the first one did before.
    CLOSE_LOOK: Acquire, pairs(CLOSE);
    /// Checks whether the gate is closed and none is inside. Pairs with LEAVE, so that what all have done inside is over;
    /// and with CLOSE.
    IDLE: Acquire, pairs(LEAVE, CLOSE);
    /// Checks whether the gate is closed: pairs with CLOSE.
    IS_CLOSED: Acquire, pairs(CLOSE);
    /// Reads how many are inside. Pairs with LEAVE: what those did that are no longer counted is over.
    INSIDE: Acquire, pairs(LEAVE);
    /// After more entries than fit: none is the last from then on, so there is nothing to order.
    SATURATE: Relaxed;
}

/// The key for which all waiters wait, and up to which they are ready once the gate is idle.
const IDLE_KEY: u64 = 1;

/// An entrance that can be closed: to shut down, to evict, to end an epoch when the last one inside has left.
///
/// Operations enter, and leave when their guard is dropped. Once the gate is closed none enters any more, and the
/// closer waits until those that are inside have left.
///
/// # Examples
///
/// ```
/// use latchfree::refcount::{Closed, Gate};
///
/// static OPERATIONS: Gate = Gate::new();
///
/// fn insert(key: u64) -> Result<(), Closed> {
///     let _inside = OPERATIONS.enter()?;
///     // ... the memtable and the log are there until this returns
///     Ok(())
/// }
///
/// assert!(insert(1).is_ok());
/// assert!(OPERATIONS.close()); // another call would not be the one that has closed it
/// # #[cfg(feature = "std")]
/// OPERATIONS.wait_idle(); // blocks
/// assert_eq!(insert(2), Err(Closed));
/// // ... nothing uses the memtable and the log any more
/// ```
///
/// # Guarantees
///
/// *Progress*: [`enter`](Self::enter) and leaving are wait-free, and [`close`](Self::close) is lock-free. None of them
/// blocks, so an interrupt handler may do all three: if the queue of waiters is locked, the lock's holder performs the
/// wake-ups. The last one that leaves a closed gate, or the closer of an empty one, runs the wakers of the waiters, and
/// takes as long as they do. To begin or end a wait takes a short lock. One that stops inside keeps the gate from
/// becoming idle, and no other from entering, leaving or closing. ([`guide::stopped`](crate::guide::stopped) says for
/// each participant what its stopping holds up.)
///
/// *Ordering*: what was done inside happens before the return of each wait, and of each
/// [`is_idle`](Self::is_idle), that finds the gate idle; and of the [`inside`](Self::inside) that no longer counts it.
/// What was done before the close happens before the return of each call that reports that the gate is closed, or idle.
/// A [`close`](Self::close) that finds the gate closed publishes nothing. An entry orders nothing.
///
/// *Exactness*: all answers are exact. None enters after the close, and those that were refused are never counted, not
/// for a moment. An idle gate stays idle.
///
/// *Cancel safety*: a [`wait_idle_async`](Self::wait_idle_async) that is dropped leaves nothing behind.
///
/// *Overflow*: more than 2^29 inside at a time are possible only if guards were forgotten. The gate is never idle
/// then, and waits for it do not end.
///
/// *Wake-ups*: none is lost, and no waiter is woken before the gate is idle.
///
/// *Memory*: a word, and the queue of waiters. No allocation, except as in a
/// [`Watermark`](crate::watermark::Watermark). Not padded: put it into a
/// [`CachePadded`](https://docs.rs/crossbeam-utils/latest/crossbeam_utils/struct.CachePadded.html) where its neighbours
/// are written often.
///
/// # Many processors
///
/// Each entry and each leaving changes the one word, whose line goes from processor to processor. Where that shows, take
/// several gates: an array of one gate a worker, each on lines of its own. A worker enters by its own; the closer closes
/// all of them, and then waits for each. When the last `close` has returned, none enters any more. An addition to a line
/// that is in the worker's cache takes about as long as what a slot of its own would need, a store and a fence.
///
/// Where that fence is the closer's, as it can be on Linux, [`Pins`](super::Pins) have such slots, and a position that
/// moves once is a gate:
///
/// ```
/// use latchfree::refcount::Pins;
/// use latchfree::watermark::Watermark;
///
/// static CLOSED: Watermark = Watermark::new(0); // at 1, it is
/// static INSIDE: Pins<64> = Pins::new();
///
/// let mut worker = INSIDE.reader().expect("no more than 64 workers");
/// let inside = worker.pin(|| CLOSED.get());
/// assert_eq!(inside.position(), 0); // let in
///
/// CLOSED.advance_to(1);
/// assert!(INSIDE.oldest(1) < 1); // to be asked again, from time to time
/// drop(inside);
/// assert_eq!(INSIDE.oldest(1), 1); // none is inside, nor will be
/// assert_eq!(worker.pin(|| CLOSED.get()).position(), 1); // refused
/// ```
///
/// Proof and its tests: the [module](super).
#[doc(alias(
    "rundown",
    "percpu_ref",
    "in flight",
    "drain",
    "shutdown",
    "WaitGroup",
    "seal",
    "phaser"
))]
pub struct Gate {
    /// A [`State`]. It decides.
    state: Atomic<u64>,
    waiters: WaitQueue,
}

impl Gate {
    sys::const_fn! {
        /// Creates an open gate with none inside.
        #[must_use]
        pub const fn new() -> Self {
            Self { state: Atomic::new(State::OPEN.0), waiters: WaitQueue::new() }
        }
    }

    /// Enters, unless the gate is closed. The guard leaves when it is dropped.
    ///
    /// Wait-free: one atomic addition.
    ///
    /// # Errors
    ///
    /// [`Closed`] after a close. This is final.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::{Closed, Gate};
    /// let gate = Gate::new();
    /// let inside = gate.enter()?;
    /// gate.close();
    /// assert!(gate.enter().is_err());
    /// assert!(!gate.is_idle()); // the first one is still inside
    /// drop(inside);
    /// assert!(gate.is_idle());
    /// # Ok::<(), Closed>(())
    /// ```
    #[doc(alias("tryget_live", "try_get", "acquire", "protect"))]
    #[inline]
    pub fn enter(&self) -> Result<Entered<'_>, Closed> {
        self.count_entry().map(|()| Entered::new(self))
    }

    /// Counts an entry. [`leave`](Self::leave) is to follow it, once.
    #[inline]
    fn count_entry(&self) -> Result<(), Closed> {
        let state = State(self.state.fetch_add(State::ENTRY, ENTER));
        if state.is_exceptional() { self.count_entry_slow(state) } else { Ok(()) }
    }

    #[cold]
    fn count_entry_slow(&self, state: State) -> Result<(), Closed> {
        if state.is_closed() {
            fence(REFUSED);
            return Err(Closed); // what was added means nothing there
        }
        self.state.fetch_or(State::STUCK, SATURATE);
        Ok(())
    }

    /// Counts one less inside.
    #[inline]
    fn leave(&self) {
        let state = State(self.state.fetch_sub(State::ENTRY, LEAVE));
        if state.is_closed() {
            self.leave_closed(state);
        }
    }

    /// Counts one less of those that were inside at the close, and wakes the waiters if there is no other.
    #[cold]
    fn leave_closed(&self, state: State) {
        if state.is_stuck() {
            return; // what is left of the number means nothing
        }
        let state = self.state.fetch_sub(State::REST, LEAVE_CLOSED);
        if State(state.wrapping_sub(State::REST)).is_idle() {
            self.notify_idle();
        }
    }

    /// Closes the gate: from now on none enters. Returns whether this call has closed it, which one does.
    ///
    /// It does not wait for those inside: [`wait_idle`](Self::wait_idle) does. Any thread may call it, also one that is
    /// inside.
    #[doc(alias("seal", "kill", "shutdown"))]
    pub fn close(&self) -> bool {
        let closed = |state: u64| State(state).closed().map(|state| state.0);
        let Ok(open) = self.state.try_update(CLOSE, CLOSE_LOOK, closed) else { return false };
        if State(open).inside() == 0 {
            self.notify_idle();
        }
        true
    }

    /// Wakes the waiters, right after the read-modify-write by which the gate became idle.
    fn notify_idle(&self) {
        WaitQueue::notify_after_rmw(IDLE_KEY, self);
    }

    /// Opens a closed gate again, by its only owner.
    ///
    /// None is inside then; guards that were forgotten are not counted any more.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Gate;
    /// let mut gate = Gate::new();
    /// gate.close();
    /// gate.reopen();
    /// assert!(gate.enter().is_ok());
    /// ```
    #[doc(alias("reinit", "resurrect"))]
    pub fn reopen(&mut self) {
        // Not `*self = ..`: a wait that was forgotten is still in the queue.
        self.state = Atomic::new(State::OPEN.0);
    }

    /// Returns whether [`close`](Self::close) was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        State(self.state.load(IS_CLOSED)).is_closed()
    }

    /// Returns whether the gate is closed and none is inside. `true` is final.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        State(self.state.load(IDLE)).is_idle()
    }

    /// Returns how many are inside.
    ///
    /// Exact at a moment of the call. Of an open gate even zero is old by its return: see [`is_idle`](Self::is_idle).
    #[must_use]
    pub fn inside(&self) -> u64 {
        State(self.state.load(INSIDE)).inside()
    }

    /// Returns as soon as the gate is closed and none is inside: a future, for any executor, without `std`.
    ///
    /// It does not close the gate. Dropped before it is ready, it leaves nothing behind. Held or forgotten, it
    /// keeps nothing from others (see [`guide::stopped`](crate::guide::stopped)).
    ///
    /// Without `std`, all that wait for one gate must be polled and dropped at one priority, unless the feature
    /// `critical-section` is on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::refcount::Gate;
    /// async fn shut_down(operations: &Gate) {
    ///     operations.close();
    ///     operations.wait_idle_async().await;
    ///     // ... flush, and drop the engine
    /// }
    /// ```
    pub fn wait_idle_async(&self) -> IdleFuture<'_> {
        IdleFuture::new(self)
    }
}

impl Event for Gate {
    fn waiters(&self) -> &WaitQueue {
        &self.waiters
    }

    fn ready_key(&self) -> u64 {
        if self.is_idle() { IDLE_KEY } else { IDLE_KEY - 1 }
    }
}

#[cfg(feature = "std")]
mod blocking {
    use super::Gate;
    use crate::wait::block::{self, Deadline};
    use core::pin::pin;
    use core::time::Duration;

    impl Gate {
        /// Blocks until the gate is closed and none is inside.
        ///
        /// It does not close the gate. A thread that is inside and waits for its own gate waits indefinitely.
        ///
        /// # Examples
        ///
        /// ```
        /// # use latchfree::refcount::Gate;
        /// let gate = Gate::new();
        /// let inside = gate.enter().unwrap();
        /// std::thread::scope(|scope| {
        ///     scope.spawn(move || drop(inside));
        ///     gate.close();
        ///     gate.wait_idle();
        /// });
        /// assert!(gate.is_idle());
        /// ```
        #[doc(alias("wait", "join", "drain"))]
        pub fn wait_idle(&self) {
            block::spin_until(|| self.is_idle().then_some(()))
                .unwrap_or_else(|| block::block_on(pin!(self.wait_idle_async())));
        }

        /// Waits as [`wait_idle`](Self::wait_idle) does, blocking for `timeout` at the longest. Returns whether the gate
        /// is idle.
        ///
        /// # Examples
        ///
        /// ```
        /// # use latchfree::refcount::Gate;
        /// # use std::time::Duration;
        /// let gate = Gate::new();
        /// assert!(!gate.wait_idle_timeout(Duration::from_millis(1))); // it is open
        /// gate.close();
        /// assert!(gate.wait_idle_timeout(Duration::ZERO));
        /// ```
        #[must_use = "it may not be idle"]
        pub fn wait_idle_timeout(&self, timeout: Duration) -> bool {
            if self.is_idle() {
                return true;
            }
            let deadline = Deadline::after(timeout);
            block::spin_until(|| self.is_idle().then_some(()))
                .or_else(|| block::block_on_until(pin!(self.wait_idle_async()), deadline))
                .is_some()
        }
    }
}

/// An open gate.
impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("inside", &self.inside())
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
