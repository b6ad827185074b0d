//! The baseline of channels: crossbeam's to the flusher, locks for the rest.
//!
//! Writers send records, and the flusher frames them. A sender does not learn where its record is in the order
//! of all, so each writer counts its own, and there is a position for each to say how many are durable.

use super::locked::LockedPosition;
use super::{
    Batch, Closed, Flusher, Framed, Frames, Position, Primitives, Room, TryAppendError, Writer,
};
use bytemuck::NoUninit;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use crossbeam_utils::CachePadded;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

pub struct Channel;

impl Primitives for Channel {
    const NAME: &'static str = "crossbeam-channel";

    type Writer<F: Framed> = ChannelWriter<F>;
    type Flusher<F: Framed> = ChannelFlusher<F>;
    type Position = LockedPosition;
    type Numbers = AtomicU64;
    type Count = CachePadded<AtomicU64>;
    type SnapshotCell<T: NoUninit + Send> = Mutex<T>;

    fn transport<F: Framed>(
        room: Room,
        writers: usize,
        first: u64,
    ) -> (Vec<ChannelWriter<F>>, ChannelFlusher<F>) {
        let (sender, receiver) = crossbeam_channel::bounded(room.records);
        let durable: Arc<Durable> =
            (0..writers).map(|_| CachePadded::new(LockedPosition::new(0))).collect();
        let flusher = ChannelFlusher {
            receiver,
            next: first,
            left_over: None,
            frames: Frames::default(),
            received: vec![0; writers],
            durable: Arc::clone(&durable),
        };
        let writer = |writer| {
            let (sender, durable) = (sender.clone(), Arc::clone(&durable));
            ChannelWriter { sender, writer, appended: 0, durable }
        };
        ((0..writers).map(writer).collect(), flusher)
    }
}

/// How many records of each writer are durable.
type Durable = [CachePadded<LockedPosition>];

pub struct ChannelWriter<F> {
    sender: Sender<(usize, F)>,
    writer: usize,
    appended: u64,
    durable: Arc<Durable>,
}

impl<F: Framed> Writer<F> for ChannelWriter<F> {
    #[inline]
    fn try_append(&mut self, record: F) -> Result<u64, TryAppendError> {
        self.sender.try_send((self.writer, record)).map_err(|error| match error {
            TrySendError::Full(_) => TryAppendError::Full,
            TrySendError::Disconnected(_) => TryAppendError::Closed,
        })?;
        self.appended += 1;
        Ok(self.appended)
    }

    fn append(&mut self, record: F) -> Result<u64, Closed> {
        self.sender.send((self.writer, record)).map_err(|_refused| Closed)?;
        self.appended += 1;
        Ok(self.appended)
    }

    fn durable(&self) -> u64 {
        self.durable[self.writer].get()
    }

    fn wait_durable(&self, ticket: u64) -> Result<u64, Closed> {
        self.durable[self.writer].wait_for(ticket)
    }
}

pub struct ChannelFlusher<F> {
    receiver: Receiver<(usize, F)>,
    /// The number of the next record.
    next: u64,
    /// Did not fit into the last batch.
    left_over: Option<(usize, F)>,
    /// The batch.
    frames: Frames,
    /// How many records of each writer were in a batch so far.
    received: Vec<u64>,
    durable: Arc<Durable>,
}

impl<F: Framed> Flusher for ChannelFlusher<F> {
    fn next_batch(&mut self, limit: Room) -> Option<impl Batch> {
        self.frames.clear();
        let mut next = self.left_over.take().or_else(|| self.receiver.recv().ok());
        while let Some((writer, record)) = next {
            if !self.frames.has_room(&record, limit) {
                self.left_over = next;
                break;
            }
            self.frames.append(&record, self.next);
            self.next += 1;
            self.received[writer] += 1;
            next = self.receiver.try_recv().ok();
        }
        (!self.frames.is_empty()).then_some(ChannelBatch(self))
    }
}

impl<F> Drop for ChannelFlusher<F> {
    fn drop(&mut self) {
        self.durable.iter().for_each(|position| position.close());
    }
}

struct ChannelBatch<'a, F>(&'a mut ChannelFlusher<F>);

impl<F: Framed> Batch for ChannelBatch<'_, F> {
    fn slices(&self) -> [&[u8]; 2] {
        [self.0.frames.slice(0..self.0.frames.records()), &[]]
    }

    fn lengths(&self) -> impl Iterator<Item = u64> {
        self.0.frames.lengths(0..self.0.frames.records())
    }

    fn release(self) {
        for (durable, &received) in self.0.durable.iter().zip(&self.0.received) {
            if received > durable.get() {
                durable.advance_to(received);
            }
        }
    }
}
