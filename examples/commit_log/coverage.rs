//! Which records of its input a log holds.
//!
//! The transport decides the order of a log, so a log that was interrupted need not hold the *first* records of
//! its input. But it holds nearly those: writers draw the input in blocks of [`BLOCK`], from front to back, and
//! each finishes its block before it draws another. So at every point of a log
//!
//! 1. the records of a block are in order,
//! 2. of the blocks in front of the farthest one, no more are unfinished than there were writers.
//!
//! A resumed run hands out the unfinished blocks first, so both stay true. This is what `verify` checks, and what
//! keeps the memory for it small.

use crate::format::frame::FILLER;
use std::ops::Range;

/// The records of the input that a writer draws together.
pub const BLOCK: u64 = 16;
/// The writers that a run has at the most.
pub const MAX_WRITERS: usize = 64;

/// The records of the input that were found, going through a log from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// What is missing of the blocks in front of `frontier`, in no particular order.
    unfinished: Vec<Range<u64>>,
    /// No record of this block or behind it was found. A multiple of [`BLOCK`].
    frontier: u64,
    /// Behind the farthest record that was found.
    end: u64,
    records: u64,
    fillers: u64,
}

impl Coverage {
    /// Takes the next record of the log in, unless it cannot be there.
    pub fn accept(&mut self, input: u64) -> Result<(), String> {
        if input == FILLER {
            self.fillers += 1;
            return Ok(());
        }
        let block = self.unfinished.iter().position(|missing| missing.start == input);
        let block = match block {
            Some(block) => block,
            None if input >= self.frontier && input % BLOCK == 0 => self.open_blocks_to(input)?,
            None => return Err(format!("input record {input} is there twice, or out of order")),
        };
        self.unfinished[block].start += 1;
        if self.unfinished[block].is_empty() {
            self.unfinished.swap_remove(block);
        }
        self.end = self.end.max(input + 1);
        self.records += 1;
        Ok(())
    }

    /// The block that begins with `input`, and those in front of it, have been drawn. Returns where it is.
    fn open_blocks_to(&mut self, input: u64) -> Result<usize, String> {
        let skipped = (input - self.frontier) / BLOCK;
        if self.unfinished.len() as u64 + skipped >= MAX_WRITERS as u64 {
            return Err(format!("input record {input} is there before too many others"));
        }
        for block in 0..=skipped {
            let start = self.frontier + block * BLOCK;
            self.unfinished.push(start..start + BLOCK);
        }
        self.frontier = input + BLOCK;
        Ok(self.unfinished.len() - 1)
    }

    /// How many records of the input were found.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How many records of the log are fillers.
    pub fn fillers(&self) -> u64 {
        self.fillers
    }

    /// Behind the farthest record of the input that was found.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// What is missing of the first `records` of the input: some blocks, and all from a position on.
    pub fn missing(&self, records: u64) -> (Vec<Range<u64>>, Range<u64>) {
        let clipped = self.unfinished.iter().map(|block| block.start..block.end.min(records));
        let mut blocks: Vec<_> = clipped.filter(|block| !block.is_empty()).collect();
        blocks.sort_unstable_by_key(|block| block.start);
        (blocks, self.frontier.min(records)..records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(found: impl IntoIterator<Item = u64>) -> Result<Coverage, String> {
        let mut coverage = Coverage::default();
        found.into_iter().try_for_each(|input| coverage.accept(input))?;
        Ok(coverage)
    }

    #[test]
    fn log_of_one_writer_misses_what_follows() {
        let found = coverage(0..21).unwrap();
        assert_eq!((found.records(), found.end()), (21, 21));
        assert_eq!(found.missing(100), (vec![21..32], 32..100));
        assert_eq!(found.missing(30), (vec![21..30], 30..30));
        assert_eq!(found.missing(21), (vec![], 21..21));
        assert_eq!(Coverage::default().missing(5), (vec![], 0..5));
    }

    #[test]
    fn interrupted_log_of_many_writers_misses_parts_of_blocks() {
        let found = coverage((32..40).chain(0..16).chain(40..48).chain(48..50)).unwrap();
        assert_eq!((found.records(), found.end()), (34, 50));
        assert_eq!(found.missing(1000), (vec![16..32, 50..64], 64..1000));
        let mut resumed = found;
        (16..32).chain(50..64).try_for_each(|input| resumed.accept(input)).unwrap();
        assert_eq!(resumed.missing(1000), (vec![], 64..1000));
    }

    #[test]
    fn fillers_are_counted_apart() {
        let found = coverage([0, FILLER, 1, FILLER]).unwrap();
        assert_eq!((found.records(), found.fillers()), (2, 2));
    }

    #[test]
    fn record_that_comes_twice_or_out_of_order_is_refused() {
        for wrong in [&[0, 0][..], &[0, 2], &[1], &[16, 17, 17], &[16, 0, 16], &[u64::MAX - 1]] {
            assert!(coverage(wrong.iter().copied()).is_err(), "{wrong:?}");
        }
        let all_then_first = (0..16).chain([0]);
        assert!(coverage(all_then_first).is_err());
    }

    #[test]
    fn no_more_blocks_are_unfinished_than_there_can_be_writers() {
        let last = BLOCK * (MAX_WRITERS as u64 - 1);
        assert!(coverage([last]).is_ok());
        assert!(coverage([last + BLOCK]).is_err());
        assert!(coverage([last, last + BLOCK]).is_err());
        assert!(coverage((last..last + BLOCK).chain([last + BLOCK])).is_ok());
    }
}
