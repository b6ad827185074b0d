//! The members that wait, how a thread waits among them, and how a lead ends.

use super::line::{Line, Turn};
use super::list::List;
use super::member::{Member, Verdict};
use crate::sys::{self, UnsafeCell};
use crate::wait::block::{self, Deadline, Parker};
use crossbeam_utils::CachePadded;

/// The line, and the backlog behind it.
pub(super) struct Waiting<T, R> {
    line: CachePadded<Line<T, R>>,
    /// Members that were taken out of the line, and were in no batch. The leader's.
    backlog: UnsafeCell<List<T, R>>,
}

/// How a member's time in line has ended.
pub(super) enum Joined {
    Told(Verdict),
    /// It leads. It may have begun to before it was in line.
    Leads {
        is_in_line: bool,
    },
}

impl<T, R> Waiting<T, R> {
    sys::const_fn! {
        pub(super) const fn new() -> Self {
            Self { line: CachePadded::new(Line::new()), backlog: UnsafeCell::new(List::new()) }
        }
    }

    /// Begins to lead, unless another does.
    #[inline]
    pub(super) fn try_lead(&self) -> bool {
        self.line.try_lead()
    }

    /// Puts the member in line, and waits for a moment until it is told, or leads. Returns `None` after that.
    ///
    /// # Safety
    ///
    /// The member is this thread's, and stays where it is until it is told, has led, or has left.
    pub(super) unsafe fn join(&self, member: *mut Member<T, R>, parker: &Parker) -> Option<Joined> {
        // SAFETY: the caller's promise; it is not in line yet.
        let turn = unsafe {
            Member::set_waker(member, parker.waker());
            self.line.join_or_lead(member)
        };
        match turn {
            Turn::Leads => Some(Joined::Leads { is_in_line: false }),
            // SAFETY: alive, and all that is used of it is atomic.
            Turn::Waits => block::spin_without_yield(|| self.check(unsafe { &*member })),
        }
    }

    /// Blocks until a member in line is told, or leads.
    pub(super) fn wait(&self, member: &Member<T, R>, parker: &Parker) -> Joined {
        loop {
            if let Some(joined) = self.wait_until(member, parker, Deadline::NEVER) {
                return joined;
            }
        }
    }

    /// Blocks as [`wait`](Self::wait) does, until the deadline: then it returns `None`.
    pub(super) fn wait_until(
        &self,
        member: &Member<T, R>,
        parker: &Parker,
        deadline: Deadline,
    ) -> Option<Joined> {
        loop {
            member.about_to_block();
            let joined = self.check(member);
            if joined.is_some() {
                return joined;
            }
            sys::window();
            if self.line.may_block() {
                sys::window();
                if !parker.park(deadline) {
                    return None;
                }
            }
        }
    }

    /// Returns what has come of a member in line, or makes it the leader, if there is none.
    fn check(&self, member: &Member<T, R>) -> Option<Joined> {
        if let Some(verdict) = member.verdict() {
            return Some(Joined::Told(verdict));
        }
        if !self.line.try_lead() {
            return None;
        }
        // Step 3: if another has led meanwhile, it was told before.
        match member.verdict() {
            Some(verdict) => {
                // SAFETY: we lead.
                unsafe { self.unlead() };
                Some(Joined::Told(verdict))
            }
            None => Some(Joined::Leads { is_in_line: true }),
        }
    }

    /// Step 9: what follows when a member of this thread has left. Returns whether the thread leads.
    pub(super) fn leads_after_leaving(&self) -> bool {
        sys::window();
        self.line.report_or_lead() == Turn::Leads
    }

    /// Runs `f` on the backlog, for the leader.
    pub(super) fn with_backlog<O>(&self, f: impl FnOnce(&mut List<T, R>) -> O) -> O {
        // SAFETY: one leads, and leads are ordered (LEAD, UNLEAD). `f` is ours, and does not come here again.
        self.backlog.with_mut(|backlog| f(unsafe { &mut *backlog }))
    }

    /// Returns whether there is no member, for the leader.
    #[inline]
    pub(super) fn is_alone(&self) -> bool {
        self.line.is_alone() && self.is_backlog_empty()
    }

    #[inline]
    fn is_backlog_empty(&self) -> bool {
        self.with_backlog(|backlog| backlog.first().is_null())
    }

    /// Takes those in line into the backlog, and runs `f` on that.
    ///
    /// # Safety
    ///
    /// The caller leads.
    pub(super) unsafe fn take_line<O>(&self, f: impl FnOnce(&mut List<T, R>) -> O) -> O {
        let newest = self.line.take();
        self.with_backlog(|backlog| {
            // SAFETY: the caller's promise: what was in line, and what is in the backlog, are ours.
            unsafe { backlog.append_line(newest) };
            f(backlog)
        })
    }

    /// Step 6: ends the lead.
    ///
    /// # Safety
    ///
    /// The caller leads.
    #[inline]
    pub(super) unsafe fn unlead(&self) {
        if !self.is_backlog_empty() || !self.line.try_unlead_alone() {
            // SAFETY: the caller's promise.
            unsafe { self.unlead_slow() };
        }
    }

    /// Ends a lead when there are others, or were.
    ///
    /// # Safety
    ///
    /// The caller leads.
    #[cold]
    unsafe fn unlead_slow(&self) {
        // SAFETY: the caller's promise; the first of the backlog is in it.
        unsafe {
            while !self.line.try_unlead(self.first_that_waits()) {
                self.take_line(|_| ());
            }
        }
    }

    /// Returns the first of the backlog that has not left, and frees those before it; null, if there is none.
    ///
    /// # Safety
    ///
    /// The caller leads.
    unsafe fn first_that_waits(&self) -> *mut Member<T, R> {
        // SAFETY: the caller's promise: those in the backlog are ours. One that is out of it, and has left, is in no list.
        self.with_backlog(|backlog| unsafe {
            loop {
                let first = backlog.first();
                if first.is_null() || !Member::has_left(first) {
                    return first;
                }
                Member::free(backlog.pop());
            }
        })
    }

    /// Returns the address of the newest member in line: another for each that joins, while a leader takes none.
    #[cfg(all(test, feature = "std"))]
    pub(super) fn newest_addr(&self) -> usize {
        self.line.newest_addr()
    }

    crate::sys::loom_only! {
        /// Step 11: whether none is linked. While there is no call.
        pub(super) fn is_empty(&self) -> bool {
            self.line.is_empty() && self.is_backlog_empty()
        }
    }
}
