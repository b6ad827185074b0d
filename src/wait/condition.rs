//! What the waiters of a list wait for.

use super::WaitList;

/// A word that is handed to a waiter with its wake-up.
pub(crate) type Token = u64;

/// A state that changes, and a list of those that wait for it to be as they want.
///
/// A change is followed by [`WaitList::notify`], by the one that made it. Anything else may call it too,
/// at any time: it wakes only the waiters that are granted what they want.
pub(crate) trait Condition {
    /// The waiters.
    fn waiters(&self) -> &WaitList;

    /// Wishes up to this position may be granted; less than `u64::MAX`, or else a look at an empty list
    /// takes its lock.
    fn reached(&self) -> u64;

    /// Grants a want for `amount` whose position is reached, or returns `None` if that cannot be done yet,
    /// for it and for those behind it.
    ///
    /// Called under the lock, for the first in the list. The waiter finds the token, and it is the
    /// waiter's to use or to return.
    fn try_grant(&self, amount: u64) -> Option<Token> {
        let _ = amount;
        Some(0)
    }
}
