//! The records of one writer that are not acknowledged yet.

use super::histogram;
use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::time::Instant;

/// Remembers when each record was sent, and measures how long it took to be acknowledged.
///
/// To read the clock costs as much as to push a record. So it is read once for up to [`GROUP`]
/// records that are sent one after another, and latencies are that much too long, not too short.
pub struct Window {
    /// The sequence numbers, which grow.
    sent: VecDeque<u64>,
    /// How many there may be.
    size: usize,
    /// The same records in groups.
    groups: VecDeque<Group>,
    /// Whether the next record may join the last group: it may not after a wait.
    joins: bool,
    /// In nanoseconds.
    latencies: Histogram<u64>,
}

/// Records that were sent one after another.
struct Group {
    /// When the first was sent.
    at: Instant,
    records: u64,
}

/// A group has so many records, at the most.
const GROUP: u64 = 16;

impl Window {
    pub fn new(size: usize) -> Self {
        let (sent, groups) = (VecDeque::with_capacity(size), VecDeque::new());
        Self { sent, size, groups, joins: true, latencies: histogram() }
    }

    /// The record that must be acknowledged before another may be sent, if there is one.
    #[inline]
    pub fn blocked_by(&self) -> Option<u64> {
        if self.sent.len() < self.size { None } else { self.sent.front().copied() }
    }

    /// The record that was sent last, unless all are acknowledged.
    pub fn newest(&self) -> Option<u64> {
        self.sent.back().copied()
    }

    /// The record `sequence` is being sent.
    #[inline]
    pub fn send(&mut self, sequence: u64) {
        self.sent.push_back(sequence);
        match self.groups.back_mut() {
            Some(group) if self.joins && group.records < GROUP => group.records += 1,
            _ => self.groups.push_back(Group { at: Instant::now(), records: 1 }),
        }
        self.joins = true;
    }

    /// All records below `durable` are acknowledged.
    pub fn acknowledge(&mut self, durable: u64) {
        let mut acknowledged = self.sent.partition_point(|&sequence| sequence < durable);
        self.sent.drain(..acknowledged);
        self.joins = false;
        let now = Instant::now();
        while acknowledged > 0 {
            let Some(group) = self.groups.front_mut() else { break };
            let records = group.records.min(acknowledged as u64);
            let latency = (now - group.at).as_nanos() as u64;
            self.latencies.saturating_record_n(latency, records);
            acknowledged -= records as usize;
            group.records -= records;
            if group.records == 0 {
                self.groups.pop_front();
            }
        }
    }

    pub fn into_latencies(self) -> Histogram<u64> {
        self.latencies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn is_full_until_the_oldest_is_acknowledged() {
        let mut window = Window::new(3);
        for sequence in [4, 7, 8] {
            assert_eq!(window.blocked_by(), None);
            window.send(sequence);
        }
        assert_eq!((window.blocked_by(), window.newest()), (Some(4), Some(8)));
        window.acknowledge(4); // the records below 4
        assert_eq!(window.blocked_by(), Some(4));
        window.acknowledge(8);
        assert_eq!((window.blocked_by(), window.newest()), (None, Some(8)));
        window.acknowledge(9);
        assert_eq!(window.newest(), None);
        assert_eq!(window.into_latencies().len(), 3);
    }

    #[test]
    fn a_latency_for_each_record_and_none_too_short() {
        let mut window = Window::new(1000);
        for sequence in 0..100 {
            window.send(sequence);
        }
        std::thread::sleep(Duration::from_millis(20));
        window.acknowledge(50);
        window.send(100); // at another time than 96 to 99, in whose group there was room
        window.acknowledge(101);
        let latencies = window.into_latencies();
        assert_eq!(latencies.len(), 101);
        assert!(latencies.value_at_quantile(0.02) >= 20_000_000);
        assert!(latencies.min() < 20_000_000);
    }
}
