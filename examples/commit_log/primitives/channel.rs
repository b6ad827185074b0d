//! The baseline of channels: crossbeam's to the flusher, locks for the rest.
//!
//! Writers send records, and the flusher frames them. A sender does not learn where its record is in the order
//! of all, so each writer counts its own, and there is a position for each to say how many are durable.

use super::locked::LockedPosition;
use super::{
    Batch, Closed, Flusher, Framed, Frames, Position, Primitives, Room, Shape, TryAppendError,
    Writer,
};
use bytemuck::NoUninit;
use crossbeam_channel::{Receiver, Sender, TrySendError};
use crossbeam_utils::CachePadded;
use std::ops::Range;
use std::slice;
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
        shape: Shape,
        first: u64,
    ) -> (Vec<ChannelWriter<F>>, ChannelFlusher<F>) {
        let Shape { room, writers, together } = shape;
        let (sender, receiver) = crossbeam_channel::bounded((room.records / together).max(1));
        let durable: Arc<Durable> =
            (0..writers).map(|_| CachePadded::new(LockedPosition::new(0))).collect();
        let flusher = ChannelFlusher {
            receiver,
            received_first: None,
            next: first,
            frames: Frames::default(),
            writers: Vec::new(),
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
    sender: Sender<Parcel<F>>,
    writer: usize,
    appended: u64,
    durable: Arc<Durable>,
}

/// What a writer appends in one step.
struct Parcel<F> {
    writer: usize,
    records: Records<F>,
}

enum Records<F> {
    One(F),
    Many(Vec<F>),
}

impl<F: Framed> ChannelWriter<F> {
    #[inline]
    fn parcel(&self, records: &mut [F]) -> Parcel<F> {
        records.iter_mut().for_each(Framed::prepare);
        let records = match *records {
            [record] => Records::One(record),
            _ => Records::Many(records.to_vec()),
        };
        Parcel { writer: self.writer, records }
    }
}

impl<F: Framed> Writer<F> for ChannelWriter<F> {
    #[inline]
    fn try_append(&mut self, records: &mut [F]) -> Result<u64, TryAppendError> {
        self.sender.try_send(self.parcel(records)).map_err(|error| match error {
            TrySendError::Full(_) => TryAppendError::Full,
            TrySendError::Disconnected(_) => TryAppendError::Closed,
        })?;
        self.appended += records.len() as u64;
        Ok(self.appended)
    }

    fn append(&mut self, records: &mut [F]) -> Result<u64, Closed> {
        self.sender.send(self.parcel(records)).map_err(|_refused| Closed)?;
        self.appended += records.len() as u64;
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
    receiver: Receiver<Parcel<F>>,
    /// What ended a wait.
    received_first: Option<Parcel<F>>,
    /// The number of the next record.
    next: u64,
    /// Framed, from the last batch on.
    frames: Frames,
    /// Which writer each of them is of.
    writers: Vec<usize>,
    /// How many records of each writer were in a batch so far.
    received: Vec<u64>,
    durable: Arc<Durable>,
}

impl<F: Framed> Flusher for ChannelFlusher<F> {
    fn wait(&mut self) -> bool {
        if self.frames.are_taken() && self.received_first.is_none() {
            self.received_first = self.receiver.recv().ok();
        }
        !self.frames.are_taken() || self.received_first.is_some()
    }

    fn next_batch(&mut self, limit: Room) -> Option<impl Batch> {
        if self.frames.are_taken() {
            self.receive(limit);
        }
        let records = self.frames.next_batch(limit)?;
        Some(ChannelBatch { flusher: self, records })
    }
}

impl<F: Framed> ChannelFlusher<F> {
    /// Receives and frames what is there, until there is more than the limit.
    fn receive(&mut self, limit: Room) {
        self.frames.clear();
        self.writers.clear();
        let mut next = self.received_first.take().or_else(|| self.receiver.recv().ok());
        while let Some(Parcel { writer, records }) = next {
            let records = match &records {
                Records::One(record) => slice::from_ref(record),
                Records::Many(records) => records,
            };
            for record in records {
                self.frames.append(record, self.next);
                self.writers.push(writer);
                self.next += 1;
            }
            if self.frames.bytes() >= limit.bytes || self.frames.records() >= limit.records {
                return;
            }
            next = self.receiver.try_recv().ok();
        }
    }
}

impl<F> Drop for ChannelFlusher<F> {
    fn drop(&mut self) {
        self.durable.iter().for_each(|position| position.close());
    }
}

struct ChannelBatch<'a, F> {
    flusher: &'a mut ChannelFlusher<F>,
    records: Range<usize>,
}

impl<F: Framed> Batch for ChannelBatch<'_, F> {
    fn slices(&self) -> [&[u8]; 2] {
        [self.flusher.frames.slice(self.records.clone()), &[]]
    }

    fn lengths(&self) -> impl Iterator<Item = u64> {
        self.flusher.frames.lengths(self.records.clone())
    }

    fn release(self) {
        let flusher = self.flusher;
        flusher.frames.take(self.records.clone());
        for &writer in &flusher.writers[self.records] {
            flusher.received[writer] += 1;
        }
        for (durable, &received) in flusher.durable.iter().zip(&flusher.received) {
            if received > durable.get() {
                durable.advance_to(received);
            }
        }
    }
}
