//! Work of many threads that is done in groups: the call that comes first does it for all that have come meanwhile.
//!
//! A write-ahead log is the usual case: one write and one sync for all records that are there, by one of the threads
//! that wait for them, and without a thread of its own. [`GroupCommit`] decides which one leads, hands the leader what the others
//! have brought, and hands them their results.
//!
//! # States
//!
//! One word, the *line*: the newest of the members that wait (each has a link to the one before it), and three flags.
//!
//! ```text
//!                  begin (LEAD)                  join (JOIN)
//!   no leader  -------------------->  LED  ------------------->  LED, newest: me
//!       ^                             | ^                             |
//!       '---- end of lead (UNLEAD) ---' '--- takes them (TAKE) -------'
//! ```
//!
//! Members that were taken and did not fit into the batch are in the *backlog*, in the order of arrival. The backlog, the
//! links and all that the members in a batch have brought are the leader's.
//!
//! A member of [`commit_timeout`](GroupCommit::commit_timeout) may leave. It has a state of its own:
//!
//! ```text
//!               a leader has it in its batch (CLAIM)
//!   waits  ---------------------------------------------->  claimed: waits for the end of this lead
//!     |
//!     '----- its timeout is over (LEAVE) ---->  left: the next leader that comes across it frees it
//! ```
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
//!    it, or is in line or in the backlog, or has left.
//! 4. *A panic of the leader* tells the members of the batch as well, in a destructor.
//!
//! # Why no member blocks indefinitely
//!
//! While a leader leads, others may block. It has to be said that one of them is awake when it has ended:
//!
//! 5. A member blocks only after it has found LED and BLOCKED in the line, or has set the second one beside the first, by one
//!    compare-and-swap (BLOCK). BLOCKED is only removed together with all members in line (TAKE), or when there are none (UNLEAD).
//! 6. A leader that ends wakes the first of the backlog, if there is one, and else the newest in line, if BLOCKED is
//!    set. It takes their waker before UNLEAD, and calls it afterwards. The waker's call is kept until the member's next
//!    attempt to block: it is not lost if the member is still awake. (A leader that finds the line and the backlog
//!    empty has none to wake: it ends with a UNLEAD of the line as it was when it began.)
//! 7. So, when no leader is there and members wait, one of them is awake or about to be: if BLOCKED is not set and the
//!    backlog is empty, all of them, by step 5. Awake, it tries to lead. It succeeds, or another leads, which takes it along
//!    or repeats step 6 at its end. Or it leaves: step 10.
//!
//! A thread that comes while no leader is there leads at once, though others were woken for it: it is running already.
//! So no processor waits for a thread that is being scheduled, and threads do not come to wait in a line for each other.
//!
//! # Why one that leaves leaves nothing behind
//!
//! 8. *It is in a batch, or it has left.* A leader that takes a member into its batch changes the member's state before it
//!    touches what the member has brought (CLAIM); a member that leaves changes it, too (LEAVE). Both are
//!    read-modify-writes of one word, and the first decides. One that is claimed waits as all others do, until it is told. One
//!    that has left has its item back: that is on the stack of its thread, and no leader has a reference to it. The member
//!    itself is on the heap, and the leaders' from then on: the leader that finds LEAVE acquires it (CLAIM, HAS_LEFT),
//!    takes the member out of the list, and frees it.
//! 9. *It tells a leader.* After LEAVE its thread changes the line: if LED is there, it sets LEFT beside it (REPORT); if not,
//!    it leads (LEAD). Then it is a call as any other that finds no leader: it brings its item again, as a new member. So a call
//!    gives up only beside a leader.
//! 10. *It takes no wake-up away.* UNLEAD is a compare-and-swap of a word without LEFT. A leader that finds LEFT takes those in
//!     line into the backlog, and the flag with them (TAKE). With that it has acquired the LEAVE of each that has
//!     set the flag; and it looks after that for the first of the backlog that has not left (HAS_LEFT). So if the member that is
//!     woken leaves, and does so too late for that, its change of the line comes after UNLEAD. For if it came before,
//!     and after TAKE, then LEFT would be in the word; and if it came before TAKE, the member was seen to have left. (The
//!     newest in line has not been taken: its change, if it came before UNLEAD, has left the flag in the
//!     word.) And after UNLEAD it finds no leader, and leads, or finds a later one. Each of these repeats step 6 at its end.
//! 11. *None stays linked.* When all calls have returned, line and backlog are empty. For if a member were linked after
//!     the last UNLEAD, its call has not led nor been told, so it has left, and has changed the line: before this
//!     UNLEAD, because after it there was no leader, and it would have led. So it was taken (step 10) and is in the backlog. The
//!     first of the backlog has not left, or the leader would have freed it; so its call leaves, leads or is told after the last
//!     UNLEAD, which cannot be. So nothing is left to do when the last owner drops it all.

mod batch;
mod error;
mod group_commit;
mod line;
mod list;
mod member;
#[cfg(test)]
mod tests;
mod waiting;
mod work;

pub use self::batch::Batch;
pub use self::error::{CommitError, CommitTimeoutError};
pub use self::group_commit::GroupCommit;

crate::sys::loom_only! {
    /// The tables of this family, for the loom tests.
    pub(crate) const SITES: [&[crate::atomic::site::SiteInfo]; 2] = [line::SITES, member::SITES];
}
