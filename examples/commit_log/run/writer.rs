//! A thread that appends records.

use super::shared::{Local, Shared};
use super::window::Window;
use crate::coverage::BLOCK;
use crate::format::frame::Draft;
use crate::primitives::{self, Closed, Count, LocalCount, Primitives, TryAppendError};
use hdrhistogram::Histogram;
use std::io::{self, Write};
use std::ops::Range;
use std::time::{Duration, Instant};

pub struct Writer<'a, P: Primitives, W> {
    shared: &'a Shared<'a, P>,
    log: W,
    options: Options,
    window: Window,
    waited: Waited,
    counts: Counts<'a, P>,
}

/// How a writer behaves.
#[derive(Clone, Copy)]
pub struct Options {
    /// The records that are not acknowledged, at the most.
    pub in_flight: u64,
    /// Whether to print what is acknowledged.
    pub acks: bool,
    /// How long to stop in the middle of a frame, now and then.
    pub stall: Duration,
    /// Whether to give a record up, now and then, and begin again.
    pub give_up: bool,
}

/// A writer has a fault in the first record of so many groups.
const FAULT_INTERVAL: u64 = 6;

/// For how long a thread has blocked.
#[derive(Clone, Copy, Default)]
pub struct Waited {
    /// For room in the buffer.
    pub for_room: Duration,
    /// For acknowledgements.
    pub for_acks: Duration,
}

struct Counts<'a, P: Primitives> {
    full: Local<'a, P>,
    window_full: Local<'a, P>,
}

impl<'a, P: Primitives, W: primitives::Writer<Draft<'a>>> Writer<'a, P, W> {
    pub fn new(shared: &'a Shared<'a, P>, log: W, options: Options) -> Self {
        let stats = &shared.stats;
        let counts = Counts { full: stats.full.local(), window_full: stats.window_full.local() };
        let (window, waited) = (Window::new(), Waited::default());
        Self { shared, log, options, window, waited, counts }
    }

    /// Appends records until there are no more, or the log is closed; the committer knows why.
    /// Returns the latencies of those that were acknowledged.
    pub fn run(mut self) -> (Histogram<u64>, Waited) {
        let _closed = self.append_all();
        (self.window.into_latencies(), self.waited)
    }

    fn append_all(&mut self) -> Result<(), Closed> {
        let size = self.options.in_flight.min(BLOCK);
        let mut groups = 0;
        loop {
            let mut block = self.shared.feed.draw();
            if block.is_empty() {
                break;
            }
            while !block.is_empty() {
                let group = block.start..block.end.min(block.start + size);
                block.start = group.end;
                groups += 1;
                self.append_group(group, groups % FAULT_INTERVAL == 0)?;
            }
        }
        match self.window.newest() {
            Some(newest) => self.wait_for_ack(newest),
            None => Ok(()),
        }
    }

    fn append_group(&mut self, group: Range<u64>, has_fault: bool) -> Result<(), Closed> {
        self.get_room_in_window(group.end - group.start)?;
        let mut ticket = 0;
        let begun = Instant::now();
        for (input, payload) in group.clone().zip(self.shared.input.records_from(group.start)) {
            let mut draft = Draft::new(input, payload);
            if has_fault && input == group.start {
                draft = self.fault(draft);
            }
            ticket = self.append(draft)?;
        }
        self.window.appended(begun, group, ticket);
        Ok(())
    }

    #[inline]
    fn append(&mut self, draft: Draft<'a>) -> Result<u64, Closed> {
        match self.log.try_append(draft) {
            Ok(ticket) => Ok(ticket),
            Err(TryAppendError::Full) => self.append_slow(draft),
            Err(TryAppendError::Closed) => Err(Closed),
        }
    }

    #[cold]
    fn append_slow(&mut self, draft: Draft<'a>) -> Result<u64, Closed> {
        self.counts.full.add(1);
        let begun = Instant::now();
        let ticket = self.log.append(draft);
        self.waited.for_room += begun.elapsed();
        ticket
    }

    #[cold]
    fn fault(&mut self, draft: Draft<'a>) -> Draft<'a> {
        if self.options.give_up {
            self.log.give_up(draft);
        }
        draft.stalling(self.options.stall)
    }

    /// Sees what is acknowledged, and waits until there is room for so many more records in the window.
    fn get_room_in_window(&mut self, records: u64) -> Result<(), Closed> {
        self.acknowledge(self.log.durable());
        while self.window.records() + records > self.options.in_flight {
            let Some(oldest) = self.window.oldest() else { break };
            self.counts.window_full.add(1);
            self.wait_for_ack(oldest)?;
        }
        Ok(())
    }

    fn wait_for_ack(&mut self, ticket: u64) -> Result<(), Closed> {
        let begun = Instant::now();
        let durable = self.log.wait_durable(ticket);
        self.waited.for_acks += begun.elapsed();
        self.acknowledge(durable?);
        Ok(())
    }

    fn acknowledge(&mut self, durable: u64) {
        let acknowledged = self.window.acknowledge(durable);
        if self.options.acks {
            print_acks(acknowledged);
        }
    }
}

/// A line for each group. That its reader has gone away is no error.
#[cold]
fn print_acks(acknowledged: impl Iterator<Item = Range<u64>>) {
    let mut out = io::stdout().lock();
    for inputs in acknowledged {
        let _ = writeln!(out, "acknowledged {} to {}", inputs.start, inputs.end);
    }
}
