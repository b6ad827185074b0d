//! The state that the committer shows to readers.

use bytemuck::NoUninit;

/// How far the log is, as of one batch: all fields belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, NoUninit)]
#[repr(C)]
pub struct Snapshot {
    /// The records that are durable.
    pub records: u64,
    /// The bytes that this run has appended.
    pub bytes: u64,
    /// The batches that they came in.
    pub batches: u64,
    /// The active segment.
    pub segment: u64,
    /// How much of it is durable.
    pub segment_bytes: u64,
}
