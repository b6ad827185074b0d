//! One record of a batch.

use core::ops::Range;

/// A record of a [`Batch`](super::Batch): its number, and where it lies in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number. Records are numbered without gaps, in the order of the stream.
    pub number: u64,
    /// Its positions.
    pub range: Range<u64>,
    /// Whether its writer has dropped the reservation without a commit.
    pub is_abandoned: bool,
}

impl Record {
    /// Returns how many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.range.end - self.range.start) as usize
    }

    /// Returns whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }
}
