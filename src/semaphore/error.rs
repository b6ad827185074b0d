//! Why permits were not acquired, or not released.

use core::{error, fmt};

/// Why [`try_acquire`](super::Semaphore::try_acquire) failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// Fewer permits are free, or other acquisitions wait for them.
    NoPermits,
    /// More permits were requested than there are at all.
    TooMany,
    /// [`close`](super::Semaphore::close) was called.
    Closed,
}

/// Why [`acquire`](super::Semaphore::acquire) failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcquireError {
    /// More permits were requested than there are at all, from the beginning or after a resize.
    TooMany,
    /// [`close`](super::Semaphore::close) was called, before or during the wait.
    Closed,
}

/// Why [`acquire_timeout`](super::Semaphore::acquire_timeout) failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcquireTimeoutError {
    /// The timeout expired.
    Timeout,
    /// As [`AcquireError::TooMany`].
    TooMany,
    /// As [`AcquireError::Closed`].
    Closed,
}

/// More permits were released than are in use. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Underflow;

const TOO_MANY: &str = "more permits were asked for than there are at all";
const CLOSED: &str = "no permits are given any more";

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPermits => "not enough permits are free",
            Self::TooMany => TOO_MANY,
            Self::Closed => CLOSED,
        })
    }
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooMany => TOO_MANY,
            Self::Closed => CLOSED,
        })
    }
}

impl fmt::Display for AcquireTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "the permits were not free in time",
            Self::TooMany => TOO_MANY,
            Self::Closed => CLOSED,
        })
    }
}

impl fmt::Display for Underflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more permits were given back than are in use")
    }
}

impl From<AcquireError> for TryAcquireError {
    fn from(error: AcquireError) -> Self {
        match error {
            AcquireError::TooMany => Self::TooMany,
            AcquireError::Closed => Self::Closed,
        }
    }
}

impl From<AcquireError> for AcquireTimeoutError {
    fn from(error: AcquireError) -> Self {
        match error {
            AcquireError::TooMany => Self::TooMany,
            AcquireError::Closed => Self::Closed,
        }
    }
}

impl error::Error for TryAcquireError {}
impl error::Error for AcquireTimeoutError {}
impl error::Error for AcquireError {}
impl error::Error for Underflow {}
