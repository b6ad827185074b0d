//! One adapter a peer, with the least that a comparison needs.

pub mod cells;
pub mod counters;
pub mod groups;
pub mod logs;
pub mod metrics;
pub mod positions;
pub mod prefixes;
pub mod queues;
pub mod sections;
pub mod semaphores;
pub mod sequences;
pub mod unbounded;
