//! A list of members that the leader has taken, in the order of arrival.

use super::member::Member;
use core::ptr;

/// Members from the first to the last, linked through themselves.
pub(super) struct List<T, R> {
    first: *mut Member<T, R>,
    last: *mut Member<T, R>,
    len: usize,
}

/// Its methods are for the leader, and its members are those that were taken and not told: each is alive.
impl<T, R> List<T, R> {
    pub(super) const fn new() -> Self {
        Self { first: ptr::null_mut(), last: ptr::null_mut(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the first member, or null.
    pub(super) fn first(&self) -> *mut Member<T, R> {
        self.first
    }

    /// Adds a member at the end.
    ///
    /// # Safety
    ///
    /// As for [`Member::next`], for `member` and all members of the list. It is in no list.
    pub(super) unsafe fn push(&mut self, member: *mut Member<T, R>) {
        // SAFETY: the caller's promise.
        unsafe { Member::set_next(member, ptr::null_mut()) };
        match self.last {
            last if last.is_null() => self.first = member,
            // SAFETY: the caller's promise.
            last => unsafe { Member::set_next(last, member) },
        }
        self.last = member;
        self.len += 1;
    }

    /// Takes the first member out; null, if there is none.
    ///
    /// # Safety
    ///
    /// As for [`Member::next`], for all members of the list.
    pub(super) unsafe fn pop(&mut self) -> *mut Member<T, R> {
        let first = self.first;
        if !first.is_null() {
            // SAFETY: the caller's promise.
            self.first = unsafe { Member::next(first) };
            if self.first.is_null() {
                self.last = ptr::null_mut();
            }
            self.len -= 1;
        }
        first
    }

    /// Adds a chain of members, which leads from the newest to the oldest, in the order of arrival.
    ///
    /// # Safety
    ///
    /// As for [`Member::next`], for all members of the list and of the chain. Those of the chain are in no list.
    pub(super) unsafe fn append_line(&mut self, newest: *mut Member<T, R>) {
        let (mut older, mut first, mut len) = (newest, ptr::null_mut(), 0);
        while !older.is_null() {
            let member = older;
            // SAFETY: the caller's promise.
            unsafe {
                older = Member::next(member);
                Member::set_next(member, first);
            }
            (first, len) = (member, len + 1);
        }
        match self.last {
            _ if first.is_null() => return,
            last if last.is_null() => self.first = first,
            // SAFETY: the caller's promise.
            last => unsafe { Member::set_next(last, first) },
        }
        (self.last, self.len) = (newest, self.len + len);
    }

    /// Takes `member` out, wherever it is, if it is in the list.
    ///
    /// # Safety
    ///
    /// As for [`Member::next`], for all members of the list.
    pub(super) unsafe fn remove(&mut self, member: *mut Member<T, R>) {
        let mut rest = core::mem::replace(self, Self::new());
        // SAFETY: the caller's promise; what was popped is in no list.
        unsafe {
            loop {
                let first = rest.pop();
                if first.is_null() {
                    return;
                }
                if first != member {
                    self.push(first);
                }
            }
        }
    }
}
