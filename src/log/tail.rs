//! The word that hands out positions and record numbers together.

use crate::sys;

/// Bits of a position in a [`Tail`]. Few under loom, so that models reach the wrap.
const POSITION_BITS: u32 = sys::cfg_loom!(4 else 37);
/// Bits of a record number in a [`Tail`] and in a [slot](super::slot).
pub(super) const RECORD_BITS: u32 = sys::cfg_loom!(4 else 26);
const POSITION_MASK: u64 = (1 << POSITION_BITS) - 1;
pub(super) const RECORD_MASK: u64 = (1 << RECORD_BITS) - 1;

/// The most bytes of a buffer. Two buffers full are less than what a position in a tail can count.
pub(super) const MAX_BYTES: u64 = 1 << (POSITION_BITS - 2);
/// The most records of a buffer.
pub(super) const MAX_RECORDS: u64 = 1 << (RECORD_BITS - 2);

/// A number of bytes, and a number of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) bytes: u64,
    pub(super) records: u64,
}

impl Extent {
    /// Returns both as one word. They are at most those of the largest buffer.
    pub(super) const fn to_bits(self) -> u64 {
        self.records << POSITION_BITS | self.bytes
    }

    pub(super) const fn from_bits(bits: u64) -> Self {
        Self { bytes: bits & POSITION_MASK, records: bits >> POSITION_BITS }
    }

    /// Returns whether `self` and `more` together are within `limit`.
    #[inline(always)]
    pub(super) const fn leaves_room_for(self, more: Self, limit: Self) -> bool {
        self.bytes + more.bytes <= limit.bytes && self.records + more.records <= limit.records
    }
}

/// A place in the stream: a position, and the number of the record that begins there. Both are whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) position: u64,
    pub(super) record: u64,
}

impl Point {
    /// Returns the point at which a buffer begins.
    ///
    /// # Panics
    ///
    /// If `position` or `record` is not below 2^62.
    pub(super) const fn checked(position: u64, record: u64) -> Self {
        assert!(
            position < 1 << 62 && record < 1 << 62,
            "positions and record numbers have 62 bits"
        );
        Self { position, record }
    }

    pub(super) const fn plus(self, extent: Extent) -> Self {
        Self { position: self.position + extent.bytes, record: self.record + extent.records }
    }
}

/// What the tail word says: `{ CLOSED, low bits of the next record number, low bits of the next position }`.
///
/// One word, so that one compare-and-swap gives out both, and finds out that the buffer is closed. The
/// high bits are known from the head, which is less than two buffers behind ([`since`](Self::since)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail(pub(super) u64);

impl Tail {
    const CLOSED: u64 = 1 << 63;

    /// Returns the tail of an open buffer whose next record begins at `point`.
    pub(super) const fn open(point: Point) -> Self {
        Self((point.record & RECORD_MASK) << POSITION_BITS | point.position & POSITION_MASK)
    }

    #[inline(always)]
    pub(super) const fn is_closed(self) -> bool {
        self.0 & Self::CLOSED != 0
    }

    pub(super) const fn closed(self) -> Self {
        Self(self.0 | Self::CLOSED)
    }

    /// Returns the low bits of the number of the next record.
    #[inline(always)]
    pub(super) const fn record(self) -> u64 {
        self.0 >> POSITION_BITS & RECORD_MASK
    }

    /// Returns the tail of an open buffer behind `extent`.
    #[inline(always)]
    pub(super) const fn claimed(self, extent: Extent) -> Self {
        Self::open(Point {
            position: (self.0 & POSITION_MASK) + extent.bytes,
            record: self.record() + extent.records,
        })
    }

    /// Returns how far the tail is ahead of `head`, modulo what it can count.
    #[inline(always)]
    pub(super) const fn since(self, head: Point) -> Extent {
        Extent {
            bytes: self.0.wrapping_sub(head.position) & POSITION_MASK,
            records: self.record().wrapping_sub(head.record) & RECORD_MASK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beginnings near the end of each field, and of both.
    fn points() -> impl Iterator<Item = Point> {
        let ends = [0, 5, POSITION_MASK - 2, POSITION_MASK, (1 << 62) - 3];
        let records = [0, RECORD_MASK - 1, RECORD_MASK, (1 << 62) - 1];
        ends.into_iter().flat_map(move |position| records.map(|record| Point { position, record }))
    }

    #[test]
    fn tail_counts_across_the_wrap_of_each_field() {
        for head in points() {
            let mut tail = Tail::open(head);
            let mut ahead = Extent { bytes: 0, records: 0 };
            for (bytes, records) in [(3, 1), (0, 2), (MAX_BYTES, 1), (1, MAX_RECORDS - 4)] {
                assert_eq!(tail.since(head), ahead);
                assert_eq!(tail, Tail::open(head.plus(ahead)));
                tail = tail.claimed(Extent { bytes, records });
                ahead = Extent { bytes: ahead.bytes + bytes, records: ahead.records + records };
            }
            assert_eq!(tail.since(head), ahead);
            assert!(!tail.is_closed() && tail.closed().is_closed());
            assert_eq!((tail.closed().record(), tail.closed().since(head)), (tail.record(), ahead));
        }
    }

    #[test]
    fn extent_is_a_word_and_back() {
        for bytes in [0, 1, MAX_BYTES] {
            for records in [0, 1, MAX_RECORDS] {
                let extent = Extent { bytes, records };
                assert_eq!(Extent::from_bits(extent.to_bits()), extent);
            }
        }
    }

    #[test]
    fn room_is_that_of_bytes_and_of_records() {
        let extent = |bytes, records| Extent { bytes, records };
        let limit = extent(8, 2);
        assert!(extent(5, 1).leaves_room_for(extent(3, 1), limit));
        assert!(!extent(5, 1).leaves_room_for(extent(4, 1), limit));
        assert!(!extent(5, 1).leaves_room_for(extent(3, 2), limit));
        assert!(extent(8, 2).leaves_room_for(extent(0, 0), limit));
    }
}
