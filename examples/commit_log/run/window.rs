//! The records of one writer that are not acknowledged yet.

use super::histogram;
use crate::primitives::Permit;
use hdrhistogram::Histogram;
use std::collections::VecDeque;
use std::time::Instant;

/// Has a permit for each record, and remembers when it was sent, to measure how long it took to be
/// acknowledged.
///
/// To read the clock costs as much as to send a record. So it is read once for the records whose
/// permits came together, and latencies are that much too long, not too short.
pub struct Window<P> {
    /// For the records in `sent`, and for those that come next.
    permits: Option<P>,
    /// The sequence numbers, which grow.
    sent: VecDeque<u64>,
    /// The same records, by the permits that came together; the next joins the last.
    groups: VecDeque<Group>,
    /// In nanoseconds.
    latencies: Histogram<u64>,
}

/// Records whose permits came together.
struct Group {
    /// When they came.
    at: Instant,
    records: u64,
}

impl<P: Permit> Window<P> {
    pub fn new() -> Self {
        let (sent, groups) = (VecDeque::new(), VecDeque::new());
        Self { permits: None, sent, groups, latencies: histogram() }
    }

    /// Adds permits, for the records that are sent now.
    pub fn widen(&mut self, more: P) {
        self.groups.push_back(Group { at: Instant::now(), records: 0 });
        match &mut self.permits {
            Some(permits) => permits.merge(more),
            None => self.permits = Some(more),
        }
    }

    /// The record that was sent first, of those that are not acknowledged.
    pub fn oldest(&self) -> Option<u64> {
        self.sent.front().copied()
    }

    /// The record that was sent last, unless all are acknowledged.
    pub fn newest(&self) -> Option<u64> {
        self.sent.back().copied()
    }

    /// The record `sequence` is being sent.
    #[inline]
    pub fn send(&mut self, sequence: u64) {
        self.sent.push_back(sequence);
        self.groups.back_mut().expect("its permit came before").records += 1;
    }

    /// All records below `durable` are acknowledged: gives their permits back.
    pub fn acknowledge(&mut self, durable: u64) {
        let acknowledged = self.sent.partition_point(|&sequence| sequence < durable) as u64;
        if acknowledged > 0 {
            self.sent.drain(..acknowledged as usize);
            drop(self.permits.as_mut().and_then(|permits| permits.split(acknowledged)));
            self.measure(acknowledged);
        }
    }

    /// Notes the latencies of the `acknowledged` oldest records.
    fn measure(&mut self, mut acknowledged: u64) {
        let now = Instant::now();
        while acknowledged > 0 {
            let Some(group) = self.groups.front_mut() else { break };
            let records = group.records.min(acknowledged);
            let latency = (now - group.at).as_nanos() as u64;
            self.latencies.saturating_record_n(latency, records);
            acknowledged -= records;
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
    use latchfree::semaphore::Semaphore;
    use std::time::Duration;

    #[test]
    fn permits_come_back_with_acknowledgements() {
        let permits = Semaphore::new(3);
        let mut window = Window::new();
        window.widen(permits.try_acquire(1).unwrap());
        window.widen(permits.try_acquire(2).unwrap());
        for sequence in [4, 7, 8] {
            window.send(sequence);
        }
        assert_eq!((window.oldest(), window.newest()), (Some(4), Some(8)));
        window.acknowledge(4); // the records below 4
        assert_eq!((window.oldest(), permits.available()), (Some(4), 0));
        window.acknowledge(8);
        assert_eq!((window.oldest(), permits.available()), (Some(8), 2));
        window.acknowledge(9);
        assert_eq!((window.newest(), permits.available()), (None, 3));
        assert_eq!(window.into_latencies().len(), 3);
    }

    #[test]
    fn a_latency_for_each_record_and_none_too_short() {
        let permits = Semaphore::new(101);
        let mut window = Window::new();
        window.widen(permits.try_acquire(100).unwrap());
        for sequence in 0..100 {
            window.send(sequence);
        }
        std::thread::sleep(Duration::from_millis(20));
        window.acknowledge(50);
        window.widen(permits.try_acquire(1).unwrap());
        window.send(100); // at another time than 50 to 99
        window.acknowledge(101);
        let latencies = window.into_latencies();
        assert_eq!(latencies.len(), 101);
        assert!(latencies.value_at_quantile(0.02) >= 20_000_000);
        assert!(latencies.min() < 20_000_000);
    }
}
