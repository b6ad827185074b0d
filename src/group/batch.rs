//! What a leader leads.

use super::GroupCommit;
use super::list::List;
use super::member::{Member, Verdict};
use core::fmt;
use core::marker::PhantomData;

/// The items of those that a leader leads, in the order of their arrival, each with room for its result.
///
/// The leader's own is among them. Those that get no result have their items returned to them, in an
/// [error](super::CommitError).
pub struct Batch<'a, T, R> {
    group: &'a GroupCommit<T, R>,
    /// The leader's own.
    own: *mut Member<T, R>,
    members: List<T, R>,
    verdict: Verdict,
    /// Invariant in `'a`: two batches cannot be exchanged.
    _brand: PhantomData<core::cell::Cell<&'a ()>>,
}

impl<'a, T, R> Batch<'a, T, R> {
    /// Takes those in that have come.
    ///
    /// # Safety
    ///
    /// The caller leads `group`, until the batch is dropped. `own` is its own member, and `is_in_line` says whether it has
    /// joined.
    #[inline(always)]
    pub(super) unsafe fn new(
        group: &'a GroupCommit<T, R>,
        own: *mut Member<T, R>,
        is_in_line: bool,
    ) -> Self {
        let verdict = Verdict::Panicked; // until it is told otherwise
        let mut batch = Self { group, own, members: List::new(), verdict, _brand: PhantomData };
        // SAFETY: we lead, and so all members in line, in the backlog and in the batch are ours; `own` is, too.
        unsafe {
            if group.waiting().is_alone() {
                batch.members.push(own);
            } else if !batch.fill(1) {
                if is_in_line {
                    group.waiting().with_backlog(|backlog| backlog.remove(own));
                }
                batch.members.push(own);
            }
        }
        batch
    }

    /// Takes in those that have come, up to the limit less `reserved`; returns whether the leader's own was among
    /// them, for which no room needs to be reserved then.
    #[inline(never)]
    fn fill(&mut self, reserved: usize) -> bool {
        let (own, members) = (self.own, &mut self.members);
        let (limit, mut reserved) = (self.group.max_batch(), reserved);
        // SAFETY: as in `new`. What is claimed was brought into line, and is in no list.
        let fill = |backlog: &mut List<T, R>| unsafe {
            let mut is_own_in = false;
            while !backlog.first().is_null() {
                let is_own = backlog.first() == own;
                if is_own {
                    (is_own_in, reserved) = (true, 0);
                } else if members.len() + reserved >= limit {
                    break;
                }
                let member = backlog.pop();
                if is_own || Member::claim(member) {
                    members.push(member);
                }
            }
            is_own_in
        };
        // SAFETY: as in `new`.
        unsafe { self.group.waiting().take_line(fill) }
    }

    /// Takes in those that have come since, up to the limit; returns how many. (Those that have
    /// [given up](GroupCommit::commit_timeout) are not among them.)
    ///
    /// At any time: between the write and the sync, say. Threads that were in the last batch may be about to come again. On
    /// a machine that has processors to spare, to let them run first ([`yield_now`](std::thread::yield_now)) makes
    /// larger groups for a step that takes long, as a sync does; on one that has none, a yield costs a time slice.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::group::GroupCommit;
    /// # use std::{fs::File, io::{self, Write}};
    /// fn append(mut log: &File, group: &GroupCommit<Vec<u8>, ()>, record: Vec<u8>) -> io::Result<()> {
    ///     let committed = group.commit(record, |batch| {
    ///         batch.gather(); // those that have come while this thread opened its file, or whatever took time
    ///         if batch.iter_mut().all(|(record, _)| log.write_all(record).is_ok()) && log.sync_data().is_ok() {
    ///             batch.iter_mut().for_each(|(_, done)| *done = Some(()));
    ///         }
    ///     });
    ///     committed.map_err(|_| io::Error::other("not durable"))
    /// }
    /// ```
    pub fn gather(&mut self) -> usize {
        let before = self.members.len();
        self.fill(0);
        self.members.len() - before
    }

    /// Returns how many items there are. At least one: the leader's own.
    #[expect(clippy::len_without_is_empty, reason = "it never is")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns the items, each with the room for its result, in the order of their arrival.
    ///
    /// Of a batch that has reached its limit, the leader's own may be the last although others that came earlier are left
    /// to the next.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&mut T, &mut Option<R>)> {
        let mut at = self.members.first();
        core::iter::from_fn(move || {
            let member = at;
            if member.is_null() {
                return None;
            }
            // SAFETY: we lead, and the members of the batch are ours until it is dropped. Each comes once, and the batch is
            // borrowed as long as what it yields.
            unsafe {
                at = Member::next(member);
                Some(Member::parts(member))
            }
        })
    }

    /// Ends the batch of a leader that has returned.
    pub(super) fn end(mut self) {
        self.verdict = Verdict::Returned;
    }
}

/// Tells the members, and ends the lead. (Also when the leader panics.)
impl<T, R> Drop for Batch<'_, T, R> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: as in `new`. Told members are out of the list; the leader's own was not told, and stays.
        unsafe {
            loop {
                let member = self.members.pop();
                if member.is_null() {
                    break;
                }
                if member != self.own {
                    Member::tell(member, self.verdict);
                }
            }
            self.group.waiting().unlead();
        }
    }
}

impl<T, R> fmt::Debug for Batch<'_, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("len", &self.len()).finish_non_exhaustive()
    }
}
