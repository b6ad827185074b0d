//! Why nothing was reserved, and why there is no batch.

use super::core::Refusal;
use core::{error, fmt};

/// Why [`try_reserve`](super::Writer::try_reserve) did not reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryReserveError {
    /// There is no room now.
    Full,
    /// The flusher is gone, or the buffer was closed.
    Closed,
    /// The buffer never has so much room.
    TooLong,
}

/// Why [`reserve_async`](super::Writer::reserve_async) or a `reserve` that blocks did not reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReserveError {
    /// The flusher is gone, or the buffer was closed.
    Closed,
    /// The buffer never has so much room.
    TooLong,
}

/// Why a `reserve` with a time limit did not reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReserveTimeoutError {
    /// There was no room in that time.
    Timeout,
    /// The flusher is gone, or the buffer was closed.
    Closed,
    /// The buffer never has so much room.
    TooLong,
}

/// Why [`try_batch`](super::Flusher::try_batch) has no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryBatchError {
    /// Nothing is reserved.
    Empty,
    /// The next record is reserved, and neither committed nor abandoned.
    Stalled,
    /// The buffer is closed, and all was released.
    Closed,
}

/// The buffer is closed, or all writers are gone, and all was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchError;

/// Why a `batch` with a time limit has no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchTimeoutError {
    /// No record was finished in that time.
    Timeout,
    /// The buffer is closed, and all was released.
    Closed,
}

/// The buffer was split before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadySplit;

impl From<Refusal> for TryReserveError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self::Full,
            Refusal::Closed => Self::Closed,
            Refusal::TooLong => Self::TooLong,
        }
    }
}

impl From<ReserveError> for ReserveTimeoutError {
    fn from(error: ReserveError) -> Self {
        match error {
            ReserveError::Closed => Self::Closed,
            ReserveError::TooLong => Self::TooLong,
        }
    }
}

impl From<BatchError> for BatchTimeoutError {
    fn from(BatchError: BatchError) -> Self {
        Self::Closed
    }
}

const FULL: &str = "the log buffer is full";
const CLOSED: &str = "the log buffer is closed";
const TOO_LONG: &str = "the records are longer than the log buffer";
const NO_TIME: &str = "the timeout expired";

impl fmt::Display for TryReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => FULL,
            Self::Closed => CLOSED,
            Self::TooLong => TOO_LONG,
        })
    }
}

impl fmt::Display for ReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => CLOSED,
            Self::TooLong => TOO_LONG,
        })
    }
}

impl fmt::Display for ReserveTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => NO_TIME,
            Self::Closed => CLOSED,
            Self::TooLong => TOO_LONG,
        })
    }
}

impl fmt::Display for TryBatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the log buffer is empty",
            Self::Stalled => "the next record is not committed",
            Self::Closed => CLOSED,
        })
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(CLOSED)
    }
}

impl fmt::Display for BatchTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => NO_TIME,
            Self::Closed => CLOSED,
        })
    }
}

impl fmt::Display for AlreadySplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the log buffer was split before")
    }
}

impl error::Error for TryReserveError {}
impl error::Error for ReserveError {}
impl error::Error for ReserveTimeoutError {}
impl error::Error for TryBatchError {}
impl error::Error for BatchError {}
impl error::Error for BatchTimeoutError {}
impl error::Error for AlreadySplit {}
