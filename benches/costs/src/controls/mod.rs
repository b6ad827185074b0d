//! Structures whose costs are known, built on [`Atomic`](latchfree::atomic::Atomic), so that they are counted too.

pub mod list;
pub mod ring;

/// A queue of numbers that never blocks.
pub trait Queue: Sync {
    /// Sends `value`, and returns whether there was room.
    fn try_send(&self, value: u64) -> bool;
    /// Receives the first value, if there is one.
    fn try_recv(&self) -> Option<u64>;
}

#[cfg(test)]
mod tests;
