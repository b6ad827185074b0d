//! The plain values: what a log buffer is, without a word of how it works.

use std::collections::VecDeque;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Reserved,
    Committed,
    Abandoned,
}

/// A record that was not released.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) len: u64,
    pub(super) state: State,
}

/// A number of bytes, and a number of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) bytes: u64,
    pub(super) records: u64,
}

impl Size {
    pub(super) fn of(lengths: &[usize]) -> Self {
        let bytes = lengths.iter().map(|&length| length as u64).sum();
        Self { bytes, records: lengths.len().max(1) as u64 }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, records: self.records + other.records }
    }

    pub(super) fn fits(self, limit: Self) -> bool {
        self.bytes <= limit.bytes && self.records <= limit.records
    }
}

pub(super) struct Model {
    pub(super) capacity: Size,
    /// The end of what was released: a position and a record number.
    pub(super) position: u64,
    pub(super) record: u64,
    /// The records behind that.
    pub(super) slots: VecDeque<Slot>,
    /// What is in the memory, as far as it was written since the buffer was split.
    pub(super) ring: Vec<Option<u8>>,
    pub(super) is_closed: bool,
}

/// What a reservation gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Full,
    Closed,
    TooLong,
}

impl Model {
    pub(super) fn in_flight(&self) -> Size {
        Size {
            bytes: self.slots.iter().map(|slot| slot.len).sum(),
            records: self.slots.len() as u64,
        }
    }

    /// Reserves. Returns the positions and the record numbers.
    pub(super) fn reserve(
        &mut self,
        lengths: &[usize],
    ) -> Result<(Range<u64>, Range<u64>), Refusal> {
        self.would_reserve(lengths)?;
        let (size, used) = (Size::of(lengths), self.in_flight());
        let lengths = if lengths.is_empty() { &[0] } else { lengths };
        let slot = |&len: &usize| Slot { len: len as u64, state: State::Reserved };
        self.slots.extend(lengths.iter().map(slot));
        let (start, first) = (self.position + used.bytes, self.record + used.records);
        Ok((start..start + size.bytes, first..first + size.records))
    }

    /// Returns what [`reserve`](Self::reserve) would.
    pub(super) fn would_reserve(&self, lengths: &[usize]) -> Result<(), Refusal> {
        let size = Size::of(lengths);
        match () {
            () if !size.fits(self.capacity) => Err(Refusal::TooLong),
            () if self.is_closed => Err(Refusal::Closed),
            () if !self.in_flight().plus(size).fits(self.capacity) => Err(Refusal::Full),
            () => Ok(()),
        }
    }

    pub(super) fn mark(&mut self, records: Range<u64>, state: State) {
        for record in records {
            self.slots[(record - self.record) as usize].state = state;
        }
    }

    fn index(&self, position: u64) -> usize {
        (position % self.capacity.bytes) as usize
    }

    pub(super) fn write(&mut self, position: u64, byte: u8) {
        let index = self.index(position);
        self.ring[index] = Some(byte);
    }

    /// Whether these are the bytes at these positions, in the two slices that they lie in.
    #[track_caller]
    pub(super) fn check_bytes(&self, positions: Range<u64>, first: &[u8], second: &[u8]) {
        let fits = self.capacity.bytes as usize - self.index(positions.start);
        let len = (positions.end - positions.start) as usize;
        assert_eq!((first.len(), second.len()), (len.min(fits), len.saturating_sub(fits)));
        for (position, &byte) in positions.zip(first.iter().chain(second)) {
            let expected = self.ring[self.index(position)];
            assert!(expected.is_none_or(|expected| expected == byte), "the byte at {position}");
        }
    }

    /// Whether the next record is finished with.
    pub(super) fn is_ready(&self) -> bool {
        self.slots.front().is_some_and(|slot| slot.state != State::Reserved)
    }

    /// The records of a batch.
    pub(super) fn batch(&self, max_bytes: usize) -> Vec<Slot> {
        let mut bytes = 0;
        let fits = |(number, slot): &(usize, &Slot)| {
            bytes += slot.len;
            slot.state != State::Reserved && (*number == 0 || bytes <= max_bytes as u64)
        };
        self.slots.iter().enumerate().take_while(fits).map(|(_, slot)| slot.clone()).collect()
    }

    pub(super) fn release(&mut self, records: usize) {
        for slot in self.slots.drain(..records) {
            self.position += slot.len;
            self.record += 1;
        }
    }
}
