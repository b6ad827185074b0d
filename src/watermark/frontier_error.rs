//! Why a range was not completed. Each error gives it back.

use core::ops::Range;
use core::{error, fmt};

/// Why [`try_complete`](super::FrontierOn::try_complete) failed. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryCompleteError {
    /// The range ends more than the window ahead of the position. It can be completed later.
    TooFarAhead(Range<u64>),
    /// The range is longer than the window, so it can never be completed in one piece.
    TooLong(Range<u64>),
}

/// Why [`complete`](super::FrontierOn::complete) failed. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompleteError {
    /// The frontier was closed while the range was too far ahead.
    Closed(Range<u64>),
    /// As [`TryCompleteError::TooLong`].
    TooLong(Range<u64>),
}

/// Why [`complete_timeout`](super::FrontierOn::complete_timeout) failed. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompleteTimeoutError {
    /// The timeout expired, and the range was still too far ahead.
    Timeout(Range<u64>),
    /// As [`CompleteError::Closed`].
    Closed(Range<u64>),
    /// As [`TryCompleteError::TooLong`].
    TooLong(Range<u64>),
}

const TOO_LONG: &str = "the range is longer than the window";
const CLOSED: &str = "the frontier was closed while the range was too far ahead";

impl TryCompleteError {
    /// Returns the range.
    #[must_use]
    pub fn into_range(self) -> Range<u64> {
        match self {
            Self::TooFarAhead(range) | Self::TooLong(range) => range,
        }
    }
}

impl CompleteError {
    /// Returns the range.
    #[must_use]
    pub fn into_range(self) -> Range<u64> {
        match self {
            Self::Closed(range) | Self::TooLong(range) => range,
        }
    }
}

impl CompleteTimeoutError {
    /// Returns the range.
    #[must_use]
    pub fn into_range(self) -> Range<u64> {
        match self {
            Self::Timeout(range) | Self::Closed(range) | Self::TooLong(range) => range,
        }
    }
}

impl fmt::Display for TryCompleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooFarAhead(_) => "the range ends more than the window ahead of the position",
            Self::TooLong(_) => TOO_LONG,
        })
    }
}

impl fmt::Display for CompleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed(_) => CLOSED,
            Self::TooLong(_) => TOO_LONG,
        })
    }
}

impl fmt::Display for CompleteTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout(_) => "the range was too far ahead for all the time",
            Self::Closed(_) => CLOSED,
            Self::TooLong(_) => TOO_LONG,
        })
    }
}

impl From<CompleteError> for CompleteTimeoutError {
    fn from(error: CompleteError) -> Self {
        match error {
            CompleteError::Closed(range) => Self::Closed(range),
            CompleteError::TooLong(range) => Self::TooLong(range),
        }
    }
}

impl error::Error for TryCompleteError {}
impl error::Error for CompleteError {}
impl error::Error for CompleteTimeoutError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn errors_give_the_range_back() {
        let range = || 3..5;
        let tried = [TryCompleteError::TooFarAhead(range()), TryCompleteError::TooLong(range())];
        let failed = [CompleteError::Closed(range()), CompleteError::TooLong(range())];
        let timed = failed.clone().map(CompleteTimeoutError::from);
        for (error, timed) in failed.iter().zip(&timed) {
            assert_eq!(error.to_string(), timed.to_string());
        }
        assert_eq!(tried[1].to_string(), failed[1].to_string());
        assert!(tried[0].to_string().contains("ahead"));
        let expired = CompleteTimeoutError::Timeout(range());
        assert!(expired.to_string().contains("time"));
        assert_eq!(expired.into_range(), range());
        assert!(tried.into_iter().all(|error| error.into_range() == range()));
        assert!(failed.into_iter().all(|error| error.into_range() == range()));
        assert!(timed.into_iter().all(|error| error.into_range() == range()));
    }
}
