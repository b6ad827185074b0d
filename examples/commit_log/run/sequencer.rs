//! Puts records back into sequence.

use crate::format::frame::Record;
use std::collections::VecDeque;

/// Passes records on in the order of their sequence numbers, and holds back those that came early.
///
/// A writer draws a number and then sends; in between, another may draw the next one and send
/// first. What is held back is bounded by the records that writers may have in flight.
pub struct Sequencer<'a> {
    /// The record to pass on next.
    next: u64,
    /// Records from `next` on; those that have not come are `None`, the first of them always.
    early: VecDeque<Option<Record<'a>>>,
}

impl<'a> Sequencer<'a> {
    /// Begins with the record `next`.
    pub fn new(next: u64) -> Self {
        Self { next, early: VecDeque::new() }
    }

    /// Takes a record in. Returns it if it is the next one; more may follow, from
    /// [`release`](Self::release).
    #[inline]
    pub fn accept(&mut self, record: Record<'a>) -> Option<Record<'a>> {
        if record.sequence != self.next {
            self.hold(record);
            return None;
        }
        self.next += 1;
        self.early.pop_front();
        Some(record)
    }

    /// The next record, if it came early.
    #[inline]
    pub fn release(&mut self) -> Option<Record<'a>> {
        let record = self.early.front_mut()?.take()?;
        self.early.pop_front();
        self.next += 1;
        Some(record)
    }

    #[cold]
    fn hold(&mut self, record: Record<'a>) {
        let place = (record.sequence - self.next) as usize;
        if self.early.len() <= place {
            self.early.resize(place + 1, None);
        }
        self.early[place] = Some(record);
    }

    /// The record that others wait for, if any do.
    pub fn missing(&self) -> Option<u64> {
        (!self.early.is_empty()).then_some(self.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(arrivals: &[u64]) -> (Vec<u64>, Option<u64>) {
        let mut sequencer = Sequencer::new(10);
        let mut passed = Vec::new();
        for &at in arrivals {
            let mut next = sequencer.accept(Record::new(10 + at, b""));
            while let Some(record) = next {
                passed.push(record.sequence);
                next = sequencer.release();
            }
        }
        (passed, sequencer.missing())
    }

    #[test]
    fn early_records_are_held_back() {
        assert_eq!(order(&[0, 1, 2]), (vec![10, 11, 12], None));
        assert_eq!(order(&[2, 1]), (vec![], Some(10)));
        assert_eq!(order(&[2, 1, 0]), (vec![10, 11, 12], None));
        assert_eq!(order(&[0, 3, 1, 5]), (vec![10, 11], Some(12)));
    }

    proptest! {
        #[test]
        fn any_arrival_leaves_in_sequence(arrivals in Just((0..50).collect::<Vec<u64>>()).prop_shuffle()) {
            prop_assert_eq!(order(&arrivals), ((10..60).collect(), None));
        }
    }
}
