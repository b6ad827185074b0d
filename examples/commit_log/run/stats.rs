//! The counters of a run.

use crate::primitives::Count;

/// Counters that threads add to while they work. They are read at the end.
#[derive(Default)]
pub struct Stats<C> {
    pub syncs: C,
    /// How often a writer found no room, or waited for acknowledgements.
    pub full: C,
    pub window_full: C,
    /// What readers have verified.
    pub records_read: C,
    pub bytes_read: C,
}

/// The sums of these counters.
pub struct Totals {
    pub syncs: u64,
    pub full: u64,
    pub window_full: u64,
    pub records_read: u64,
    pub bytes_read: u64,
}

impl<C: Count> Stats<C> {
    pub fn totals(&self) -> Totals {
        Totals {
            syncs: self.syncs.sum(),
            full: self.full.sum(),
            window_full: self.window_full.sum(),
            records_read: self.records_read.sum(),
            bytes_read: self.bytes_read.sum(),
        }
    }
}
