//! The word that says whether one leads, and which members wait.

use super::member::Member;
use crate::atomic::{Atomic, RmwOrdering};
use crate::sys;
use core::ptr;

sites! {
    /// Begins to lead: pairs with UNLEAD, so that all that earlier leaders did is visible: the backlog, and what their
    /// closures have written.
    LEAD: Acquire, pairs(UNLEAD);
    /// Ends a lead: pairs with LEAD. Also shows a member that leads next that it was told before.
    UNLEAD: Release;
    /// Puts a member in line: pairs with TAKE and NEWEST. It publishes the item and the waker.
    JOIN: Release;
    /// Says that a member has left: pairs with TAKE, so that a leader that has taken the flag away sees which.
    REPORT: Release;
    /// Takes all members that are in line: pairs with JOIN and REPORT.
    TAKE: Acquire, pairs(JOIN, REPORT);
    /// The newest member in line, for its waker: pairs with JOIN.
    NEWEST: Acquire, pairs(JOIN);
    /// Sets BLOCKED. The word itself orders it with the leader's UNLEAD, which decides whether a member is woken.
    BLOCK: Relaxed;
    /// A load of the line, or the load that is left of a compare-and-swap that has failed: the next one decides.
    LOOK: Relaxed;
}

/// A leader leads.
const LED: usize = 1;
/// Some members in line may be blocked.
const BLOCKED: usize = 2;
/// Beside LED: some member, in line or in the backlog, has left since the leader has taken those in line.
const LEFT: usize = 4;

const FLAGS: usize = LED | BLOCKED | LEFT;

/// The newest member in line, with the flags in the lowest bits of its address.
pub(super) struct Line<T, R>(Atomic<*mut Member<T, R>>);

/// What a member does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It leads.
    Leads,
    /// Another leads.
    Waits,
}

fn has<M>(line: *mut M, flag: usize) -> bool {
    line.addr() & flag != 0
}

/// Returns the newest member of a line, or null.
fn newest<M>(line: *mut M) -> *mut M {
    line.map_addr(|addr| addr & !FLAGS)
}

fn with<M>(line: *mut M, flags: usize) -> *mut M {
    line.map_addr(|addr| addr | flags)
}

impl<T, R> Line<T, R> {
    sys::const_fn! {
        pub(super) const fn new() -> Self {
            Self(Atomic::new(ptr::null_mut()))
        }
    }

    /// Begins to lead, unless another does.
    #[inline]
    pub(super) fn try_lead(&self) -> bool {
        let seen = self.0.load(LOOK);
        !has(seen, LED) && self.0.compare_exchange(seen, with(seen, LED), LEAD, LOOK).is_ok()
    }

    /// Puts `member` in line, or begins to lead, if no other does any more.
    ///
    /// # Safety
    ///
    /// The member is its thread's own, has a waker, and stays where it is until it is told, leads, or has left.
    pub(super) unsafe fn join_or_lead(&self, member: *mut Member<T, R>) -> Turn {
        self.change_or_lead(JOIN, |seen| {
            // SAFETY: the caller's promise; not in line yet.
            unsafe { Member::set_next(member, newest(seen)) };
            with(member, seen.addr() & FLAGS)
        })
    }

    /// Step 9: tells the leader that a member has left, or begins to lead, if no other does any more.
    pub(super) fn report_or_lead(&self) -> Turn {
        // Also if the flag is there: the leader that takes it away has to see this one as well.
        self.change_or_lead(REPORT, |seen| with(seen, LEFT))
    }

    /// Changes the line of a leader, or begins to lead, if there is none.
    fn change_or_lead(
        &self,
        order: impl RmwOrdering,
        change: impl Fn(*mut Member<T, R>) -> *mut Member<T, R>,
    ) -> Turn {
        let mut seen = self.0.load(LOOK);
        loop {
            let result = if has(seen, LED) {
                self.0.compare_exchange_weak(seen, change(seen), order, LOOK).map(|_| Turn::Waits)
            } else {
                let led = with(seen, LED);
                self.0.compare_exchange_weak(seen, led, LEAD, LOOK).map(|_| Turn::Leads)
            };
            match result {
                Ok(turn) => return turn,
                Err(now) => seen = now,
            }
        }
    }

    /// Step 5: returns whether a member in line may block: a leader leads, and knows that some do.
    pub(super) fn may_block(&self) -> bool {
        let blocked = |seen| has(seen, LED).then(|| with(seen, BLOCKED));
        let seen = self.0.load(LOOK);
        has(seen, LED) && (has(seen, BLOCKED) || self.0.try_update(BLOCK, LOOK, blocked).is_ok())
    }

    /// Takes all members in line out, and the flags for them, and returns the newest, which leads to the others; null, if
    /// there is none. For the leader.
    pub(super) fn take(&self) -> *mut Member<T, R> {
        let seen = self.0.load(LOOK);
        if newest(seen).is_null() && !has(seen, LEFT) {
            return ptr::null_mut();
        }
        newest(self.0.swap(with(ptr::null_mut(), LED), TAKE))
    }

    /// Step 6: ends the lead, if there is no member in line, nor one that has left. Returns whether it has. The backlog is
    /// empty.
    #[inline]
    pub(super) fn try_unlead_alone(&self) -> bool {
        let alone = with(ptr::null_mut(), LED);
        if !self.is_alone() {
            return false;
        }
        sys::window();
        self.0.compare_exchange(alone, ptr::null_mut(), UNLEAD, LOOK).is_ok()
    }

    /// Returns whether there is no member in line, nor one that has left. For the leader.
    #[inline]
    pub(super) fn is_alone(&self) -> bool {
        self.0.load(LOOK) == with(ptr::null_mut(), LED)
    }

    /// Step 6: ends the lead, and wakes one of those that wait: `first`, or, if that is null, the newest in line, if some
    /// of these may be blocked. Returns whether it has. If not, a member has left, perhaps this one (step 10).
    ///
    /// # Safety
    ///
    /// The caller leads, and `first` is null or in the backlog.
    pub(super) unsafe fn try_unlead(&self, first: *mut Member<T, R>) -> bool {
        let mut seen = self.0.load(NEWEST);
        while !has(seen, LEFT) {
            let next = match first {
                first if first.is_null() && has(seen, BLOCKED) => newest(seen),
                first => first,
            };
            // SAFETY: we lead, so those in line and in the backlog stay, and are ours.
            let waker = (!next.is_null()).then(|| unsafe { Member::waker(next) }).flatten();
            sys::window();
            // With none in line, none of them is blocked.
            let is_empty = newest(seen).is_null();
            let unled = if is_empty { newest(seen) } else { seen.map_addr(|addr| addr & !LED) };
            match self.0.compare_exchange(seen, unled, UNLEAD, NEWEST) {
                Ok(_) => {
                    waker.into_iter().for_each(|waker| waker.wake());
                    return true;
                }
                Err(now) => seen = now,
            }
        }
        false
    }

    /// Returns the address of the newest member in line, 0 if there is none.
    #[cfg(all(test, feature = "std"))]
    pub(super) fn newest_addr(&self) -> usize {
        newest(self.0.load(LOOK)).addr()
    }

    crate::sys::loom_only! {
        /// Whether there is none in line, and no leader.
        pub(super) fn is_empty(&self) -> bool {
            self.0.load(LOOK).is_null()
        }
    }
}
