//! A thread that appends records.

use super::shared::{Local, Permit, Shared};
use super::window::Window;
use crate::format::frame::Record;
use crate::primitives::{
    Closed, Count, LocalCount, Position, Primitives, Semaphore, Sender, Sent, TryAcquireError,
};
use hdrhistogram::Histogram;
use std::mem;

pub struct Writer<'a, P: Primitives> {
    shared: &'a Shared<'a, P>,
    sender: P::Sender<Record<'a>>,
    window: Window<Permit<'a, P>>,
    block: u64,
    counts: Counts<'a, P>,
}

/// Permits and sequence numbers are shared by all writers, so each gets so many of them together.
const BLOCK: u64 = 16;

struct Counts<'a, P: Primitives> {
    records: Local<'a, P>,
    bytes: Local<'a, P>,
    queue_full: Local<'a, P>,
    window_full: Local<'a, P>,
}

impl<'a, P: Primitives> Writer<'a, P> {
    /// A writer that may have `in_flight` records not acknowledged, and more if others have fewer.
    pub fn new(shared: &'a Shared<'a, P>, sender: P::Sender<Record<'a>>, in_flight: u64) -> Self {
        let stats = &shared.stats;
        let counts = Counts {
            records: stats.records.local(),
            bytes: stats.bytes.local(),
            queue_full: stats.queue_full.local(),
            window_full: stats.window_full.local(),
        };
        Self { shared, sender, window: Window::new(), block: in_flight.min(BLOCK), counts }
    }

    /// Appends records until there are no more, or the log is closed; the committer knows why.
    /// Returns the latencies of those that were acknowledged.
    pub fn run(mut self) -> Histogram<u64> {
        let closes_in_a_panic = self.shared.close_on_drop();
        let _closed = self.append_all();
        mem::forget(closes_in_a_panic);
        self.window.into_latencies()
    }

    fn append_all(&mut self) -> Result<(), Closed> {
        let input = self.shared.input;
        loop {
            // Permits before the draw: the others' records wait for those that we draw.
            let permits = self.get_permits()?;
            let drawn = self.shared.draw(permits);
            if drawn.is_empty() {
                break;
            }
            for sequence in drawn {
                self.send(Record::new(sequence, input.record(sequence)))?;
            }
        }
        match self.window.newest() {
            Some(newest) => self.await_acknowledgement(newest),
            None => Ok(()),
        }
    }

    fn send(&mut self, record: Record<'a>) -> Result<(), Closed> {
        self.window.send(record.sequence);
        let sent = self.sender.send(record).map_err(|_refused| Closed)?;
        if sent == Sent::AfterWaiting {
            self.counts.queue_full.add(1);
        }
        self.counts.records.add(1);
        self.counts.bytes.add(record.frame_len());
        Ok(())
    }

    /// Gets permits for the next records, and says for how many. What is acknowledged gives its own
    /// back, and if that is not enough, waits.
    fn get_permits(&mut self) -> Result<u64, Closed> {
        let in_flight = &self.shared.in_flight;
        self.window.acknowledge(self.shared.durable.get());
        let permits = loop {
            match in_flight.try_acquire(self.block) {
                Ok(permits) => break permits,
                Err(TryAcquireError::NoPermits) => self.counts.window_full.add(1),
                Err(TryAcquireError::Closed) => return Err(Closed),
            }
            match self.window.oldest() {
                Some(oldest) => self.await_acknowledgement(oldest)?,
                None => break in_flight.acquire(self.block)?,
            }
        };
        self.window.widen(permits);
        Ok(self.block)
    }

    fn await_acknowledgement(&mut self, sequence: u64) -> Result<(), Closed> {
        let durable = self.shared.durable.wait_for(sequence + 1)?;
        self.window.acknowledge(durable);
        Ok(())
    }
}
