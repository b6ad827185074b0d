//! What the sleepers of a list wait for.

use super::WaitList;

/// Something that changes, and a list of those who sleep until it has.
///
/// Whoever changes it calls [`WaitList::serve`]; and so may anybody else, at any time.
pub(crate) trait Condition {
    /// Who waits.
    fn waiters(&self) -> &WaitList;

    /// Wishes up to this position have come true.
    fn reached(&self) -> u64;

    /// How many are to be woken now, at the most.
    fn at_most(&self) -> usize {
        usize::MAX
    }

    /// What is answered to a wish for `amount` whose position is reached; `None` if there is no
    /// answer yet, for it and for those behind it. Called under the lock.
    fn answer(&self, amount: u64) -> Option<u64> {
        let _ = amount;
        Some(0)
    }
}
