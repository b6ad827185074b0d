//! Why a wait ended without its position.

use core::{error, fmt};

/// The watermark was closed before it reached the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Why a wait with a time limit ended without its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitTimeoutError {
    /// The timeout expired.
    Timeout,
    /// The watermark was closed.
    Closed,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the watermark was closed before it reached the position")
    }
}

impl fmt::Display for WaitTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("the watermark did not reach the position in time"),
            Self::Closed => Closed.fmt(f),
        }
    }
}

impl From<Closed> for WaitTimeoutError {
    fn from(_: Closed) -> Self {
        Self::Closed
    }
}

impl error::Error for Closed {}
impl error::Error for WaitTimeoutError {}

#[cfg(test)]
mod tests {
    use super::{Closed, WaitTimeoutError};
    use std::boxed::Box;
    use std::string::ToString;

    #[test]
    fn closed_converts_into_wait_timeout_error() {
        fn wait() -> Result<(), WaitTimeoutError> {
            Err(Closed)?
        }
        assert_eq!(wait(), Err(WaitTimeoutError::Closed));
        assert_eq!(wait().unwrap_err().to_string(), Closed.to_string());
    }

    #[test]
    fn wait_errors_are_std_errors() {
        fn wait(error: WaitTimeoutError) -> Result<(), Box<dyn core::error::Error + Send + Sync>> {
            Err(error)?
        }
        let text = |error| wait(error).unwrap_err().to_string();
        assert_eq!(
            text(WaitTimeoutError::Timeout),
            "the watermark did not reach the position in time"
        );
        assert!(text(WaitTimeoutError::Closed).contains("closed"));
    }
}
