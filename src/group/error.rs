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

/// Why [`commit_timeout`](super::GroupCommit::commit_timeout) returned no result. Has the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitTimeoutError<T> {
    /// The item was in no batch, nor will it be: another call led, and had not taken it in by the end of the timeout.
    Timeout(T),
    /// As [`CommitError::NoResult`].
    NoResult(T),
    /// As [`CommitError::LeaderPanicked`].
    LeaderPanicked(T),
}

impl<T> CommitTimeoutError<T> {
    /// Returns the item.
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(item) | Self::NoResult(item) | Self::LeaderPanicked(item) => item,
        }
    }

    /// Returns whether the timeout expired, and no leader has seen the item.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout(_))
    }
}

const NO_RESULT: &str = "the leader of the batch had no result for this item";
const LEADER_PANICKED: &str = "the leader of the batch has panicked";

impl<T> fmt::Display for CommitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoResult(_) => NO_RESULT,
            Self::LeaderPanicked(_) => LEADER_PANICKED,
        })
    }
}

impl<T> fmt::Display for CommitTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout(_) => "the item was in no batch in time",
            Self::NoResult(_) => NO_RESULT,
            Self::LeaderPanicked(_) => LEADER_PANICKED,
        })
    }
}

impl<T> From<CommitError<T>> for CommitTimeoutError<T> {
    fn from(error: CommitError<T>) -> Self {
        match error {
            CommitError::NoResult(item) => Self::NoResult(item),
            CommitError::LeaderPanicked(item) => Self::LeaderPanicked(item),
        }
    }
}

impl<T: fmt::Debug> error::Error for CommitError<T> {}
impl<T: fmt::Debug> error::Error for CommitTimeoutError<T> {}
