//! A thread that appends records.

use super::shared::{Local, Shared};
use super::window::Window;
use crate::coverage::BLOCK;
use crate::format::frame::Draft;
use crate::primitives::{self, Closed, Count, Framed, LocalCount, Primitives, TryAppendError};
use hdrhistogram::Histogram;
use std::io::{self, Write};
use std::ops::Range;
use std::time::{Duration, Instant};

pub struct Writer<'a, P: Primitives, W> {
    shared: &'a Shared<'a, P>,
    log: W,
    options: Options,
    /// What is appended in one step.
    group: Vec<Draft<'a>>,
    until_fault: u32,
    window: Window,
    waited: Waited,
    counts: Counts<'a, P>,
}

/// How a writer behaves.
#[derive(Clone, Copy)]
pub struct Options {
    /// The records that are appended in one step, at the most, and their bytes, unless it is one record.
    pub together: usize,
    pub together_bytes: usize,
    /// The records that are not acknowledged, at the most.
    pub in_flight: u64,
    /// Whether to print what is acknowledged.
    pub acks: bool,
    /// How long to stop in the middle of a frame, now and then.
    pub stall: Duration,
    /// Whether to give a record up, now and then, and begin again.
    pub give_up: bool,
}

impl Options {
    fn has_faults(&self) -> bool {
        self.give_up || !self.stall.is_zero()
    }
}

/// The records of a writer between two with a fault.
const FAULT_INTERVAL: u32 = 100;

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
        let (group, window) = (Vec::with_capacity(options.together), Window::new());
        let (until_fault, waited) = (FAULT_INTERVAL, Waited::default());
        Self { shared, log, options, group, until_fault, window, waited, counts }
    }

    /// Appends records until there are no more, or the log is closed; the committer knows why.
    /// Returns the latencies of those that were acknowledged.
    pub fn run(mut self) -> (Histogram<u64>, Waited) {
        let _closed = self.append_all();
        (self.window.into_latencies(), self.waited)
    }

    fn append_all(&mut self) -> Result<(), Closed> {
        let in_window = self.options.in_flight.min(BLOCK);
        loop {
            let mut block = self.shared.feed.draw();
            if block.is_empty() {
                break;
            }
            while !block.is_empty() {
                let inputs = block.start..block.end.min(block.start + in_window);
                block.start = inputs.end;
                self.append_inputs(inputs)?;
            }
        }
        match self.window.newest() {
            Some(newest) => self.wait_for_ack(newest),
            None => Ok(()),
        }
    }

    /// Appends records of the input that go through the window together, in one step or in several.
    fn append_inputs(&mut self, inputs: Range<u64>) -> Result<(), Closed> {
        self.get_room_in_window(inputs.end - inputs.start)?;
        let begun = Instant::now();
        let mut bytes = 0;
        for (input, payload) in inputs.clone().zip(self.shared.input.records_from(inputs.start)) {
            let draft = Draft::new(input, payload);
            bytes += draft.frame_len();
            let is_full =
                self.group.len() == self.options.together || bytes > self.options.together_bytes;
            if is_full && !self.group.is_empty() {
                self.append_group()?;
                bytes = draft.frame_len();
            }
            self.group.push(draft);
        }
        let ticket = self.append_group()?;
        self.window.appended(begun, inputs, ticket);
        Ok(())
    }

    /// Appends the group in one step, and empties it.
    #[inline]
    fn append_group(&mut self) -> Result<u64, Closed> {
        if self.options.has_faults() {
            self.make_faults();
        }
        let ticket = match self.log.try_append(&mut self.group) {
            Ok(ticket) => ticket,
            Err(TryAppendError::Full) => self.append_slow()?,
            Err(TryAppendError::Closed) => return Err(Closed),
        };
        self.group.clear();
        Ok(ticket)
    }

    #[cold]
    fn append_slow(&mut self) -> Result<u64, Closed> {
        self.counts.full.add(1);
        let begun = Instant::now();
        let ticket = self.log.append(&mut self.group);
        self.waited.for_room += begun.elapsed();
        ticket
    }

    /// Spoils about every hundredth record of the group.
    #[cold]
    fn make_faults(&mut self) {
        for draft in &mut self.group {
            self.until_fault = self.until_fault.checked_sub(1).unwrap_or(FAULT_INTERVAL);
            if self.until_fault == 0 {
                if self.options.give_up {
                    self.log.give_up(draft);
                }
                *draft = draft.stalling(self.options.stall);
            }
        }
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
