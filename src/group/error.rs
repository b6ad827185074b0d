//! Why a member has no result.

use core::{error, fmt};

/// Why [`commit`](super::GroupCommit::commit) returned no result. Has the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitError<T> {
    /// The leader has returned, and left this item without a result.
    NoResult(T),
    /// The leader has panicked before it had a result for this item. How much of its work was done, only
    /// the leader could say.
    LeaderPanicked(T),
}

impl<T> CommitError<T> {
    /// Returns the item.
    pub fn into_inner(self) -> T {
        match self {
            Self::NoResult(item) | Self::LeaderPanicked(item) => item,
        }
    }
}

impl<T> fmt::Display for CommitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoResult(_) => "the leader of the batch had no result for this item",
            Self::LeaderPanicked(_) => "the leader of the batch has panicked",
        })
    }
}

impl<T: fmt::Debug> error::Error for CommitError<T> {}
