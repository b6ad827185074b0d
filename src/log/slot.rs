//! One record's slot: committed or not, and how long it is.

use super::tail::{RECORD_BITS, RECORD_MASK};
use crate::atomic::Atomic;

sites! {
    /// Commits records: pairs with LOOK, so that their bytes are there.
    COMMIT: Release;
    /// Commits the later records of a group. COMMIT of the first one follows, and the flusher looks at that first.
    COMMIT_REST: Relaxed;
    /// What the flusher finds: pairs with COMMIT, so that it reads the bytes that were written.
    LOOK: Acquire, pairs(COMMIT);
    /// A record that the flusher has looked at before.
    LOOK_AGAIN: Relaxed;
    /// The length of a later record of a group, kept in the slot until the commit. Only the writer uses it.
    LENGTH: Relaxed;
}

/// What a slot says of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is not committed: perhaps not even reserved.
    Nothing,
    /// Its bytes are there.
    Committed(u64),
    /// Its writer has given it up.
    Abandoned(u64),
}

/// A word `{ low bits of the record number, kind, length }`.
///
/// A slot is used by one record after another, a lap of the slots apart. Its word says which one it is about, so the
/// flusher, which moves on by less than a lap at a time, never mistakes one for another.
pub(super) struct Slot(Atomic<u64>);

const LENGTH_BITS: u32 = 64 - 2 - 26;
const LENGTH_MASK: u64 = (1 << LENGTH_BITS) - 1;
const KIND_MASK: u64 = 3 << LENGTH_BITS;
/// Nothing can be flushed. The word of a slot that was never used is zero, so this is zero.
const NOTHING: u64 = 0;
const COMMITTED: u64 = 1 << LENGTH_BITS;
const ABANDONED: u64 = 2 << LENGTH_BITS;

const _: () = assert!(RECORD_BITS + 2 + LENGTH_BITS <= 64 && super::tail::MAX_BYTES <= LENGTH_MASK);

/// Returns the word of kind `kind` for `record`.
#[inline(always)]
const fn word(record: u64, kind: u64, length: u64) -> u64 {
    (record & RECORD_MASK) << (LENGTH_BITS + 2) | kind | length
}

impl Mark {
    /// Returns what `word` says of `record`.
    #[inline(always)]
    const fn of(word: u64, record: u64) -> Self {
        let (number, length) = (word >> (LENGTH_BITS + 2), word & LENGTH_MASK);
        if number != record & RECORD_MASK {
            return Self::Nothing;
        }
        match word & KIND_MASK {
            COMMITTED => Self::Committed(length),
            ABANDONED => Self::Abandoned(length),
            _ => Self::Nothing,
        }
    }

    const fn to_word(self, record: u64) -> u64 {
        match self {
            Self::Nothing => word(record, NOTHING, 0),
            Self::Committed(length) => word(record, COMMITTED, length),
            Self::Abandoned(length) => word(record, ABANDONED, length),
        }
    }
}

impl Slot {
    crate::sys::const_fn! {
        pub(super) const fn new() -> Self {
            Self(Atomic::new(NOTHING))
        }
    }

    /// Returns what the slot says of `record`, for the flusher.
    #[inline(always)]
    pub(super) fn look(&self, record: u64) -> Mark {
        Mark::of(self.0.load(LOOK), record)
    }

    /// Returns what the slot said of `record` when the flusher looked.
    pub(super) fn look_again(&self, record: u64) -> Mark {
        Mark::of(self.0.load(LOOK_AGAIN), record)
    }

    /// Keeps the length of a later record of a group for [`kept_length`](Self::kept_length).
    pub(super) fn keep_length(&self, record: u64, length: u64) {
        self.0.store(word(record, NOTHING, length), LENGTH);
    }

    pub(super) fn kept_length(&self) -> u64 {
        self.0.load(LENGTH) & LENGTH_MASK
    }

    /// Marks a later record of a group. The first one must not be marked yet.
    pub(super) fn mark_later(&self, record: u64, mark: Mark) {
        self.0.store(mark.to_word(record), COMMIT_REST);
    }

    /// Marks a record, and with it those that were marked before as the later ones of its group.
    #[inline(always)]
    pub(super) fn mark(&self, record: u64, mark: Mark) {
        self.0.store(mark.to_word(record), COMMIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lap apart, or half of what a word can tell apart.
    #[test]
    fn mark_is_of_one_record_only() {
        for first in [0, RECORD_MASK - 1, RECORD_MASK, u64::MAX >> 2] {
            let slot = Slot::new();
            let records = [first, first + 1, first + (1 << (RECORD_BITS - 1))];
            for record in records {
                for mark in [Mark::Committed(0), Mark::Abandoned(super::super::tail::MAX_BYTES)] {
                    slot.mark(record, mark);
                    for other in records {
                        let expected = if other == record { mark } else { Mark::Nothing };
                        assert_eq!(
                            (slot.look(other), slot.look_again(other)),
                            (expected, expected)
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn unused_slot_says_nothing() {
        let slot = Slot::new();
        for record in [0, 1, RECORD_MASK, RECORD_MASK + 1] {
            assert_eq!(slot.look(record), Mark::Nothing);
        }
    }

    #[test]
    fn kept_length_is_no_mark() {
        let slot = Slot::new();
        slot.keep_length(3, 99);
        assert_eq!((slot.kept_length(), slot.look(3)), (99, Mark::Nothing));
        slot.mark_later(3, Mark::Abandoned(slot.kept_length()));
        assert_eq!(slot.look(3), Mark::Abandoned(99));
    }
}
