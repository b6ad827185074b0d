//! Which call leads, and the calls that take part.

use super::member::{Member, OnHeap, Verdict};
use super::waiting::{Joined, Waiting};
use super::work::Work;
use super::{Batch, CommitError, CommitTimeoutError};
use crate::sys;
use crate::wait::block::{Deadline, Parker};
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr;
use core::time::Duration;

/// Calls that are done in groups, by the one of them that comes first.
///
/// Each call brings an item, and a closure that could do the work for any number of items. One call at a time *leads*: its
/// closure gets the items of all that have come meanwhile, its own among them, and gives each a result. The others
/// wait for theirs. When it has ended, one of those that have come since leads them.
///
/// # Examples
///
/// ```
/// use latchfree::group::GroupCommit;
/// use std::io::{self, Write};
/// use std::sync::{Mutex, PoisonError};
///
/// struct Log {
///     file: Mutex<Vec<u8>>, // or a file; only the leader locks it
///     group: GroupCommit<Vec<u8>, u64>,
/// }
///
/// impl Log {
///     /// Appends a record, and returns its position when it is durable.
///     fn append(&self, record: Vec<u8>) -> io::Result<u64> {
///         let committed = self.group.commit(record, |batch| {
///             let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
///             let mut position = file.len() as u64;
///             for (record, durable_at) in batch.iter_mut() {
///                 if file.write_all(record).is_ok() {
///                     *durable_at = Some(position);
///                     position += record.len() as u64;
///                 }
///             }
///             // file.sync_data(): once for all; if it fails, no result is left in place
///         });
///         committed.map_err(|_| io::Error::other("not written"))
///     }
/// }
///
/// let log = Log { file: Mutex::default(), group: GroupCommit::new() };
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         scope.spawn(|| log.append(b"record".to_vec()).unwrap());
///     }
/// });
/// assert_eq!(log.append(b"last".to_vec()).unwrap(), 24);
/// ```
///
/// # Guarantees
///
/// *Progress*: a call blocks until a leader, which may be itself, has returned. Among themselves the calls need no lock. A
/// leader that does not return holds up all others, but for [those that give up](Self::commit_timeout) before it has them
/// in its batch; and a call inside a leader's closure waits for itself.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering*: leads come one after the other, and each sees what those before it did. What was done before a call
/// happens before the lead that it is in, and that happens before the call's return.
///
/// *Exactness*: an item is in one batch, once. A call returns the result that its leader gave it, or its item. One that
/// gives up was in none.
///
/// *Order*: a batch has its items in the order of arrival, and batches follow each other in this order; but one that begins
/// to lead when others wait has its own item in its batch, also if these do not all fit. No call is
/// promised that another does not overtake it in this way.
///
/// *Wake-ups*: none is lost. A thread is woken when its result is there, or to lead.
///
/// *Memory*: one word on cache lines of its own, and some more words behind it. No allocation except one a thread, for
/// its waker, on its first wait, and one for each wait with a timeout. Members are linked through their own stacks. Those
/// with a timeout are on the heap, and one that has given up stays there until the lead is over that it did not wait for, or
/// until a later batch has room for all that came before it: no longer than calls are in progress.
///
/// *Cost*: of a call that meets no other, two compare-and-swaps. A member that waits with a timeout costs its leader
/// one atomic instruction more.
///
/// Proof and its tests: the [module](super).
#[doc(alias("write group", "commit queue", "flat combining", "batch leader"))]
pub struct GroupCommit<T, R> {
    waiting: Waiting<T, R>,
    max_batch: usize,
}

// SAFETY: items go to the leader's thread and perhaps back, results come from it. Nothing is shared: the backlog and all
// members that wait are accessed by the one leader, and leads are ordered (LEAD, UNLEAD). A member that has left has neither
// item nor result, and a leader frees it.
unsafe impl<T: Send, R: Send> Sync for GroupCommit<T, R> {}
// SAFETY: as above. There are no members while it is moved: they borrow it.
unsafe impl<T: Send, R: Send> Send for GroupCommit<T, R> {}

// After a panic of a leader's closure, all members were told, and another may lead.
impl<T, R> UnwindSafe for GroupCommit<T, R> {}
impl<T, R> RefUnwindSafe for GroupCommit<T, R> {}

impl<T, R> GroupCommit<T, R> {
    sys::const_fn! {
        /// Creates one whose batches have no limit.
        #[must_use]
        pub const fn new() -> Self {
            Self::with_limit(usize::MAX)
        }
    }

    sys::const_fn! {
        /// Creates one whose batches have at most `max_batch` items. (Of zero, it is one.)
        #[must_use]
        pub const fn with_limit(max_batch: usize) -> Self {
            let max_batch = if max_batch > 0 { max_batch } else { 1 };
            Self { waiting: Waiting::new(), max_batch }
        }
    }

    /// Brings `item`, and returns its result: that of this call's own `lead`, or of another's that has led it.
    ///
    /// If no other call leads, this one does, and `lead` runs on the batch; else `lead` may be dropped without
    /// having run. It runs on this thread, and at most once.
    ///
    /// # Errors
    ///
    /// [`CommitError::NoResult`], if the leader has left the item without a result;
    /// [`CommitError::LeaderPanicked`], if it has panicked before it gave it one. Both have the item, as the leader has
    /// left it.
    ///
    /// # Panics
    ///
    /// If `lead` does, in the call that leads. The others return.
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::group::{CommitError, GroupCommit};
    /// let group = GroupCommit::<u32, &str>::new();
    /// let commit = |item| {
    ///     group.commit(item, |batch| {
    ///         for (item, result) in batch.iter_mut() {
    ///             *result = (*item < 10).then_some("small");
    ///         }
    ///     })
    /// };
    /// assert_eq!(commit(3), Ok("small"));
    /// assert_eq!(commit(30), Err(CommitError::NoResult(30)));
    /// ```
    pub fn commit<F>(&self, item: T, lead: F) -> Result<R, CommitError<T>>
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        let work = Work::new(item);
        let verdict = if self.waiting.try_lead() {
            // SAFETY: we lead.
            unsafe { self.lead_first(&work, lead) }
        } else {
            self.commit_in_line(&work, lead)
        };
        work.into_outcome(verdict)
    }

    /// Brings `item` as [`commit`](Self::commit) does, but gives up if no leader has taken it into its batch in that time.
    ///
    /// The timeout bounds the time in line, and not a leader's work: a call whose item is in a batch waits until
    /// that lead has ended, however long it takes, because the item may be written already. A call
    /// that comes to lead takes as long as its `lead` does, and it may come to that at the very end of its timeout. With a
    /// timeout of zero the call leads, or gives up at once.
    ///
    /// # Errors
    ///
    /// [`CommitTimeoutError::Timeout`], if another call led when this one gave up: the item was in no batch, and comes
    /// back as it was. Else as [`commit`](Self::commit).
    ///
    /// # Panics
    ///
    /// As [`commit`](Self::commit).
    ///
    /// # Examples
    ///
    /// ```
    /// # use latchfree::group::{CommitTimeoutError, GroupCommit};
    /// # use std::time::Duration;
    /// let group = GroupCommit::<&str, usize>::new();
    /// let commit = |item| {
    ///     group.commit_timeout(item, Duration::from_millis(1), |batch| {
    ///         if batch.iter_mut().any(|(item, _)| *item == "slow") {
    ///             // Others that come now do not wait for it.
    ///             let late = group.commit_timeout("late", Duration::from_millis(1), |_| ());
    ///             assert_eq!(late, Err(CommitTimeoutError::Timeout("late")));
    ///         }
    ///         batch.iter_mut().for_each(|(item, result)| *result = Some(item.len()));
    ///     })
    /// };
    /// assert_eq!(commit("slow"), Ok(4)); // it leads, and its own timeout does not bound that
    /// assert_eq!(commit("late"), Ok(4));
    /// ```
    pub fn commit_timeout<F>(
        &self,
        item: T,
        timeout: Duration,
        lead: F,
    ) -> Result<R, CommitTimeoutError<T>>
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        let work = Work::new(item);
        let verdict = if self.waiting.try_lead() {
            // SAFETY: we lead.
            Some(unsafe { self.lead_first(&work, lead) })
        } else if timeout.is_zero() {
            None
        } else {
            self.commit_in_line_until(&work, Deadline::after(timeout), lead)
        };
        match verdict {
            Some(verdict) => Ok(work.into_outcome(verdict)?),
            None => Err(CommitTimeoutError::Timeout(work.into_item())),
        }
    }

    /// Leads, without having been in line.
    ///
    /// # Safety
    ///
    /// The caller leads.
    #[inline(always)]
    unsafe fn lead_first<F>(&self, work: &Work<T, R>, lead: F) -> Verdict
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        let mut member = Member::new(work);
        // SAFETY: the caller's promise. The member is ours, and stays here.
        unsafe { self.lead(ptr::from_mut(&mut member), false, lead) }
    }

    /// Leads.
    ///
    /// # Safety
    ///
    /// As for [`Batch::new`].
    #[inline(always)]
    unsafe fn lead<F>(&self, own: *mut Member<T, R>, is_in_line: bool, lead: F) -> Verdict
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        // SAFETY: the caller's promise.
        let mut batch = unsafe { Batch::new(self, own, is_in_line) };
        lead(&mut batch);
        batch.end();
        Verdict::Returned
    }

    /// Leads after a wait.
    ///
    /// # Safety
    ///
    /// As for [`Batch::new`].
    #[inline(never)]
    unsafe fn lead_slow<F>(&self, own: *mut Member<T, R>, is_in_line: bool, lead: F) -> Verdict
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        // SAFETY: the caller's promise.
        unsafe { self.lead(own, is_in_line, lead) }
    }

    /// Joins the line, and waits until another has led, or leads.
    #[cold]
    fn commit_in_line<F>(&self, work: &Work<T, R>, lead: F) -> Verdict
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        let parker = Parker::new();
        let mut member = Member::new(work);
        let this = ptr::from_mut(&mut member);
        // SAFETY: `member` is this thread's, and stays here until it is told or has led. It is accessed through `this` alone.
        unsafe {
            let joined = self.waiting.join(this, &parker);
            match joined.unwrap_or_else(|| self.waiting.wait(&*this, &parker)) {
                Joined::Told(verdict) => verdict,
                Joined::Leads { is_in_line } => self.lead_slow(this, is_in_line, lead),
            }
        }
    }

    /// Does the same, or gives up at the deadline: then it returns `None`.
    #[cold]
    fn commit_in_line_until<F>(
        &self,
        work: &Work<T, R>,
        deadline: Deadline,
        lead: F,
    ) -> Option<Verdict>
    where
        F: FnOnce(&mut Batch<'_, T, R>),
    {
        let (waiting, parker) = (&self.waiting, Parker::new());
        // SAFETY: it is dropped at the ends below, where it was told or has led; and if `lead` panics.
        let member = unsafe { OnHeap::new(work) };
        // SAFETY: the member is this thread's, and stays where it is, until it is told, has led, or has left. What it brought
        // stays for longer.
        unsafe {
            let joined = waiting.join(member.get(), &parker);
            let joined = joined.or_else(|| waiting.wait_until(&*member.get(), &parker, deadline));
            let (member, joined) = match joined {
                Some(joined) => (member, joined),
                None => match member.leave() {
                    Some(member) => {
                        let joined = waiting.wait(&*member.get(), &parker);
                        (member, joined)
                    }
                    None => {
                        let leads = waiting.leads_after_leaving();
                        let mut member = Member::new(work);
                        let this = ptr::from_mut(&mut member);
                        return leads.then(|| self.lead_slow(this, false, lead));
                    }
                },
            };
            match joined {
                Joined::Told(verdict) => Some(verdict),
                Joined::Leads { is_in_line } => {
                    Some(self.lead_slow(member.get(), is_in_line, lead))
                }
            }
        }
    }

    pub(super) fn waiting(&self) -> &Waiting<T, R> {
        &self.waiting
    }

    pub(super) fn max_batch(&self) -> usize {
        self.max_batch
    }

    sys::loom_only! {
        /// Whether no member is linked, nor a leader there (step 11). While there is no call.
        pub(crate) fn is_empty(&self) -> bool {
            self.waiting.is_empty()
        }
    }
}

impl<T, R> Default for GroupCommit<T, R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, R> fmt::Debug for GroupCommit<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupCommit").field("max_batch", &self.max_batch).finish_non_exhaustive()
    }
}
