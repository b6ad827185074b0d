//! Which call leads, and the calls that take part.

use super::line::{Line, Turn};
use super::list::List;
use super::member::{Member, Verdict};
use super::{Batch, CommitError};
use crate::sys::{self, UnsafeCell};
use crate::wait::block::{Deadline, Parker};
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};
use core::ptr;
use crossbeam_utils::CachePadded;

/// How often a member looks for its verdict before it blocks, with growing pauses: for a microsecond or two. It does not
/// yield: on a machine with other work, that costs a time slice, and a thread that blocks is woken sooner.
const SPINS: u32 = 7;

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
/// leader that does not return holds up all others, and a call inside a leader's closure waits for itself.
/// ([`guide::stopped`](crate::guide::stopped) says for each participant what its stopping holds up.)
///
/// *Ordering*: leads come one after the other, and each sees what those before it did. What was done before a call
/// happens before the lead that it is in, and that happens before the call's return.
///
/// *Exactness*: an item is in one batch, once. A call returns the result that its leader gave it, or its item.
///
/// *Order*: a batch has its items in the order of arrival, and batches follow each other in this order; but one that begins
/// to lead when others wait has its own item in its batch, also if these do not all fit. No call is
/// promised that another does not overtake it in this way.
///
/// *Wake-ups*: none is lost. A thread is woken when its result is there, or to lead.
///
/// *Memory*: one word on cache lines of its own, and some more words behind it. No allocation except one a thread, for
/// its waker, on its first wait. Members are linked through their own stacks.
///
/// *Cost*: of a call that meets no other, two compare-and-swaps.
///
/// Proof and its tests: the [module](super).
#[doc(alias("write group", "commit queue", "flat combining", "batch leader"))]
pub struct GroupCommit<T, R> {
    line: CachePadded<Line<T, R>>,
    /// Members that were taken out of the line, and were in no batch. The leader's.
    backlog: UnsafeCell<List<T, R>>,
    max_batch: usize,
}

// SAFETY: items go to the leader's thread and perhaps back, results come from it. Nothing is shared: the backlog and all
// members that wait are accessed by the one leader, and leads are ordered (LEAD, UNLEAD).
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
            Self {
                line: CachePadded::new(Line::new()),
                backlog: UnsafeCell::new(List::new()),
                max_batch,
            }
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
        let mut member = Member::new(item);
        let this = ptr::from_mut(&mut member);
        // SAFETY: `member` is this thread's, and stays here until it is told or has led. From here on it is accessed through
        // `this` alone until then.
        let verdict = unsafe {
            if self.line.try_lead() {
                self.lead(this, false, lead)
            } else {
                match self.join(this) {
                    Joined::Told(verdict) => verdict,
                    Joined::Leads { is_in_line } => self.lead(this, is_in_line, lead),
                }
            }
        };
        member.into_outcome(verdict)
    }

    /// Leads.
    ///
    /// # Safety
    ///
    /// As for [`Batch::new`].
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

    /// Waits in line until the member is told, or leads.
    ///
    /// # Safety
    ///
    /// The member is this thread's, and stays where it is until it is told or has led.
    #[cold]
    unsafe fn join(&self, member: *mut Member<T, R>) -> Joined {
        let parker = Parker::new();
        // SAFETY: the caller's promise; it is not in line yet.
        let turn = unsafe {
            Member::set_waker(member, parker.waker());
            self.line.join_or_lead(member)
        };
        if turn == Turn::Leads {
            return Joined::Leads { is_in_line: false };
        }
        // SAFETY: alive, and all that is used of it is atomic.
        let member = unsafe { &*member };
        let backoff = sys::Backoff::new();
        for _ in 0..SPINS {
            if let Some(joined) = self.check(member) {
                return joined;
            }
            if backoff.is_completed() {
                break;
            }
            backoff.spin();
        }
        loop {
            member.about_to_block();
            if let Some(joined) = self.check(member) {
                return joined;
            }
            sys::window();
            if self.line.may_block() {
                sys::window();
                parker.park(Deadline::NEVER);
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

    pub(super) fn line(&self) -> &Line<T, R> {
        &self.line
    }

    pub(super) fn max_batch(&self) -> usize {
        self.max_batch
    }

    /// Runs `f` on the backlog, for the leader.
    pub(super) fn with_backlog<O>(&self, f: impl FnOnce(&mut List<T, R>) -> O) -> O {
        // SAFETY: one leads, and leads are ordered (LEAD, UNLEAD). `f` is ours, and does not come here again.
        self.backlog.with_mut(|backlog| f(unsafe { &mut *backlog }))
    }

    /// Ends the lead.
    ///
    /// # Safety
    ///
    /// The caller leads.
    pub(super) unsafe fn unlead(&self) {
        let first = self.with_backlog(|backlog| backlog.first());
        // SAFETY: the caller's promise; those in the backlog wait.
        unsafe { self.line.unlead(first) };
    }
}

/// How a member's time in line has ended.
enum Joined {
    Told(Verdict),
    /// It leads. It may have begun to before it was in line.
    Leads {
        is_in_line: bool,
    },
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
