//! Why no number was handed out.

use core::{error, fmt};

/// The numbers have run out. Nothing was handed out, and nothing has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted;

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the numbers have run out")
    }
}

impl error::Error for Exhausted {}

/// The numbers below the durable bound have run out, and nothing has moved: make a greater bound durable, and extend the
/// [`Lease`](super::Lease) to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundReached;

impl fmt::Display for BoundReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the numbers below the durable bound have run out")
    }
}

impl error::Error for BoundReached {}
