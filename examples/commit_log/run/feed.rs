//! The records of the input that are still to be appended.

use crate::coverage::{BLOCK, Coverage};
use crate::primitives::Numbers;
use crossbeam_utils::CachePadded;
use std::ops::Range;

/// Hands out the input in blocks, each to one writer.
pub struct Feed<N> {
    /// What an interrupted run has left of some blocks.
    unfinished: Vec<Range<u64>>,
    /// What no run has begun.
    rest: Range<u64>,
    /// The number of the next block: of those that are unfinished, then of those in the rest.
    next: CachePadded<N>,
}

impl<N: Numbers> Feed<N> {
    /// What a log with that `coverage` lacks of the first `records` of the input.
    pub fn new(coverage: &Coverage, records: u64) -> Self {
        let (unfinished, rest) = coverage.missing(records);
        Self { unfinished, rest, next: CachePadded::new(N::starting_at(0)) }
    }

    /// Draws the next block; an empty one, if there are none left.
    pub fn draw(&self) -> Range<u64> {
        let drawn = self.next.reserve(1);
        if drawn.start >= self.blocks() || drawn.is_empty() {
            return 0..0;
        }
        match drawn.start.checked_sub(self.unfinished.len() as u64) {
            None => self.unfinished[drawn.start as usize].clone(),
            Some(block) => {
                let start = self.rest.start + block * BLOCK;
                start..self.rest.end.min(start + BLOCK)
            }
        }
    }

    /// How many records are, or were, to be appended.
    pub fn records(&self) -> u64 {
        let unfinished = self.unfinished.iter().map(|block| block.end - block.start);
        unfinished.sum::<u64>() + (self.rest.end - self.rest.start)
    }

    /// Lets writers draw no more: the blocks drawn already are the last.
    pub fn stop(&self) {
        self.next.skip_to(self.blocks());
    }

    fn blocks(&self) -> u64 {
        self.unfinished.len() as u64 + (self.rest.end - self.rest.start).div_ceil(BLOCK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    fn feed(found: impl IntoIterator<Item = u64>, records: u64) -> Feed<AtomicU64> {
        let mut coverage = Coverage::default();
        found.into_iter().try_for_each(|input| coverage.accept(input)).unwrap();
        Feed::new(&coverage, records)
    }

    fn drawn(feed: &Feed<AtomicU64>) -> Vec<Range<u64>> {
        std::iter::from_fn(|| Some(feed.draw()).filter(|block| !block.is_empty())).collect()
    }

    #[test]
    fn new_job_is_drawn_in_blocks() {
        let feed = feed([], 40);
        assert_eq!(feed.records(), 40);
        assert_eq!(drawn(&feed), [0..16, 16..32, 32..40]);
        assert_eq!(feed.draw(), 0..0);
    }

    #[test]
    fn unfinished_blocks_of_an_interrupted_run_are_drawn_first() {
        let feed = feed((0..5).chain(32..34), 70);
        assert_eq!(feed.records(), 63);
        assert_eq!(drawn(&feed), [5..16, 16..32, 34..48, 48..64, 64..70]);
        let longer = self::feed(0..40, 50); // a job of 40 records that is extended
        assert_eq!(drawn(&longer), [40..48, 48..50]);
    }

    #[test]
    fn stopped_feed_hands_out_no_more() {
        let feed = feed([], 1000);
        assert_eq!(feed.draw(), 0..16);
        feed.stop();
        assert_eq!(feed.draw(), 0..0);
    }
}
