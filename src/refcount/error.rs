//! Why an entry was refused.

use core::{error, fmt};

/// The gate is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gate is closed")
    }
}

impl error::Error for Closed {}
