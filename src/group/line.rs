//! The word that says whether one leads, and which members wait.

use super::member::Member;
use crate::atomic::Atomic;
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
    /// Takes all members that are in line: pairs with JOIN.
    TAKE: Acquire, pairs(JOIN);
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

/// The newest member in line, with both flags in the lowest bits of its address.
pub(super) struct Line<T, R>(Atomic<*mut Member<T, R>>);

/// What a member does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It leads.
    Leads,
    /// It is in line.
    Waits,
}

fn has<M>(line: *mut M, flag: usize) -> bool {
    line.addr() & flag != 0
}

/// Returns the newest member of a line, or null.
fn newest<M>(line: *mut M) -> *mut M {
    line.map_addr(|addr| addr & !(LED | BLOCKED))
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
    /// The member is its thread's own, has a waker, and stays where it is until it is told or leads.
    pub(super) unsafe fn join_or_lead(&self, member: *mut Member<T, R>) -> Turn {
        let mut seen = self.0.load(LOOK);
        loop {
            let result = if has(seen, LED) {
                // SAFETY: the caller's promise; not in line yet.
                unsafe { Member::set_next(member, newest(seen)) };
                let joined = with(member, seen.addr() & (LED | BLOCKED));
                self.0.compare_exchange_weak(seen, joined, JOIN, LOOK).map(|_| Turn::Waits)
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

    /// Takes all members in line out, and returns the newest, which leads to the others; null, if there is none. For the
    /// leader.
    pub(super) fn take(&self) -> *mut Member<T, R> {
        if newest(self.0.load(LOOK)).is_null() {
            return ptr::null_mut();
        }
        newest(self.0.swap(with(ptr::null_mut(), LED), TAKE))
    }

    /// Step 6: ends the lead, and wakes one of those that wait: `first`, or, if that is null, the newest in line, if some
    /// of these may be blocked.
    ///
    /// # Safety
    ///
    /// The caller leads, and `first` is null or waits.
    pub(super) unsafe fn unlead(&self, first: *mut Member<T, R>) {
        let mut seen = self.0.load(NEWEST);
        loop {
            let next = match first {
                first if first.is_null() && has(seen, BLOCKED) => newest(seen),
                first => first,
            };
            // SAFETY: we lead, so those that wait stay, and are ours.
            let waker = (!next.is_null()).then(|| unsafe { Member::waker(next) }).flatten();
            sys::window();
            // With none in line, none of them is blocked.
            let is_empty = newest(seen).is_null();
            let unled = if is_empty { newest(seen) } else { seen.map_addr(|addr| addr & !LED) };
            match self.0.compare_exchange(seen, unled, UNLEAD, NEWEST) {
                Ok(_) => return waker.into_iter().for_each(|waker| waker.wake()),
                Err(now) => seen = now,
            }
        }
    }
}
