//! The records of one writer that are not acknowledged yet.

use super::histogram;
use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::ops::Range;
use std::time::Instant;

/// Remembers when records were begun, to measure how long it took until they were acknowledged.
///
/// To read the clock costs as much as to append a record. So it is read once for a group of records, before the
/// first, and a group is acknowledged with its last: latencies are that much too long, not too short.
pub struct Window {
    groups: VecDeque<Group>,
    /// How many records the groups have.
    records: u64,
    /// In nanoseconds.
    latencies: Histogram<u64>,
}

/// Records that were appended together.
struct Group {
    begun: Instant,
    inputs: Range<u64>,
    /// The ticket of the last of them.
    ticket: u64,
}

impl Window {
    pub fn new() -> Self {
        Self { groups: VecDeque::new(), records: 0, latencies: histogram() }
    }

    /// How many records are not acknowledged.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The ticket of the group that was appended first.
    pub fn oldest(&self) -> Option<u64> {
        self.groups.front().map(|group| group.ticket)
    }

    /// The ticket of the group that was appended last.
    pub fn newest(&self) -> Option<u64> {
        self.groups.back().map(|group| group.ticket)
    }

    /// A group was appended; its last record has that ticket.
    pub fn appended(&mut self, begun: Instant, inputs: Range<u64>, ticket: u64) {
        self.records += inputs.end - inputs.start;
        self.groups.push_back(Group { begun, inputs, ticket });
    }

    /// All records with a ticket up to `durable` are acknowledged. Returns those of the input, by groups.
    pub fn acknowledge(&mut self, durable: u64) -> impl Iterator<Item = Range<u64>> {
        let acknowledged = self.groups.partition_point(|group| group.ticket <= durable);
        let now = (acknowledged > 0).then(Instant::now);
        for group in self.groups.range(..acknowledged) {
            let records = group.inputs.end - group.inputs.start;
            let latency = now.map_or(0, |now| (now - group.begun).as_nanos() as u64);
            self.latencies.saturating_record_n(latency, records);
            self.records -= records;
        }
        self.groups.drain(..acknowledged).map(|group| group.inputs)
    }

    pub fn into_latencies(self) -> Histogram<u64> {
        self.latencies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn groups_are_acknowledged_with_their_last_record() {
        let mut window = Window::new();
        for (inputs, ticket) in [(0..16, 400), (32..48, 900), (48..50, 1000)] {
            window.appended(Instant::now(), inputs, ticket);
        }
        assert_eq!(
            (window.oldest(), window.newest(), window.records()),
            (Some(400), Some(1000), 34)
        );
        assert_eq!(window.acknowledge(399).count(), 0);
        assert_eq!(window.acknowledge(400).collect::<Vec<_>>(), [0..16]);
        assert_eq!((window.oldest(), window.records()), (Some(900), 18));
        assert_eq!(window.acknowledge(2000).collect::<Vec<_>>(), [32..48, 48..50]);
        assert_eq!((window.newest(), window.records()), (None, 0));
    }

    #[test]
    fn a_latency_for_each_record_and_none_too_short() {
        let mut window = Window::new();
        window.appended(Instant::now(), 0..100, 1);
        thread::sleep(Duration::from_millis(20));
        window.appended(Instant::now(), 100..101, 2);
        drop(window.acknowledge(2));
        let latencies = window.into_latencies();
        assert_eq!(latencies.len(), 101);
        assert!(latencies.value_at_quantile(0.02) >= 20_000_000);
        assert!(latencies.min() < 20_000_000);
    }
}
