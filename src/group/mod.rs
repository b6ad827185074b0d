//! Work of many threads that is done in groups: the call that comes first does it for all that have come meanwhile.
//!
//! A write-ahead log is the usual case: one write and one sync for all records that are there, by one of the threads
//! that wait for them, and without a thread of its own. [`GroupCommit`] decides which one leads, hands the leader what the others
//! have brought, and hands them their results.
//!
//! # States
//!
//! One word, the *line*: the newest of the members that wait (each has a link to the one before it), and two flags.
//!
//! ```text
//!                  begin (LEAD)                  join (JOIN)
//!   no leader  -------------------->  LED  ------------------->  LED, newest: me
//!       ^                             | ^                             |
//!       '---- end of lead (UNLEAD) ---' '--- takes them (TAKE) -------'
//! ```
//!
//! Members that were taken and did not fit into the batch are in the *backlog*, in the order of arrival. The backlog, the
//! links and all that the members in line have brought are the leader's.
//!
//! # Why one leads, and all are handed their results
//!
//! 1. *One leader.* LED is set by a compare-and-swap of a word without it (LEAD), and removed by the one that has set it
//!    (UNLEAD), which releases what LEAD acquires. So leads are in one order, and each sees all that those before it did.
//! 2. *A member in line is seen by the leader that takes it.* A join (JOIN) releases the member, and TAKE acquires it. All
//!    changes of the line are read-modify-writes, so TAKE acquires each member of the chain, not only the newest.
//! 3. *A member is told once.* The leader writes the result and then the verdict (TELL), which the member acquires (HEAR);
//!    after that the leader does not touch it, and its memory may go. All members of a batch are told before
//!    UNLEAD. So a member that finds no leader, and none at the moment when it has set LED itself, was either told, and sees
//!    it, or is in line or in the backlog.
//! 4. *A panic of the leader* tells the members of the batch as well, in a destructor.
//!
//! # Why no member blocks indefinitely
//!
//! While a leader leads, others may block. It has to be said that one of them is awake when it has ended:
//!
//! 5. A member blocks only after it has found both flags in the line, or has set the second one, BLOCKED, beside LED, by one
//!    compare-and-swap (BLOCK). The flag is only removed together with all members in line (TAKE), or when there are none (UNLEAD).
//! 6. A leader that ends wakes the first of the backlog, if there is one, and else the newest in line, if BLOCKED is
//!    set. It takes their waker before UNLEAD, and calls it afterwards. The waker's call is kept until the member's next
//!    attempt to block: it is not lost if the member is still awake.
//! 7. So, when no leader is there and members wait, one of them is awake or about to be: if BLOCKED is not set and the
//!    backlog is empty, all of them, by step 5. Awake, it tries to lead. It succeeds, or another leads, which takes it along
//!    or repeats step 6 at its end.
//!
//! A thread that comes while no leader is there leads at once, though others were woken for it: it is running already.
//! So no processor waits for a thread that is being scheduled, and threads do not come to wait in a line for each other.

mod batch;
mod error;
mod group_commit;
mod line;
mod list;
mod member;
#[cfg(test)]
mod tests;

pub use self::batch::Batch;
pub use self::error::CommitError;
pub use self::group_commit::GroupCommit;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 2] = [line::SITES, member::SITES];
}
