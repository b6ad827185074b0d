//! The counters of a run.

use crate::primitives::Count;

/// Counters that threads add to while they work. They are read at the end.
#[derive(Default)]
pub struct Stats<C> {
    /// What writers have appended.
    pub records: C,
    pub bytes: C,
    pub batches: C,
    pub syncs: C,
    /// Records that came out of sequence, and waited for an earlier one.
    pub reordered: C,
    /// How often a writer found the queue full, or waited for acknowledgements.
    pub queue_full: C,
    pub window_full: C,
    /// What readers have verified.
    pub records_read: C,
    pub bytes_read: C,
}

/// The counts and measurements of a run.
pub struct Totals {
    pub records: u64,
    pub bytes: u64,
    pub batches: u64,
    pub syncs: u64,
    pub reordered: u64,
    pub queue_full: u64,
    pub window_full: u64,
    pub records_read: u64,
    pub bytes_read: u64,
}

impl<C: Count> Stats<C> {
    pub fn totals(&self) -> Totals {
        Totals {
            records: self.records.sum(),
            bytes: self.bytes.sum(),
            batches: self.batches.sum(),
            syncs: self.syncs.sum(),
            reordered: self.reordered.sum(),
            queue_full: self.queue_full.sum(),
            window_full: self.window_full.sum(),
            records_read: self.records_read.sum(),
            bytes_read: self.bytes_read.sum(),
        }
    }
}
