//! Records in a queue, until there is a log buffer.

use super::super::{Batch, Closed, Flusher, Framed, Frames, Room, TryAppendError, Writer};
use crossbeam_utils::CachePadded;
use latchfree::mpsc::{self, Receiver, Sender, TrySendError};
use latchfree::watermark::Watermark;
use std::sync::Arc;

pub fn transport<F: Framed>(
    room: Room,
    writers: usize,
    first: u64,
) -> (Vec<QueueWriter<F>>, QueueFlusher<F>) {
    let (sender, receiver) = mpsc::bounded(room.records);
    let durable: Arc<Durable> =
        (0..writers).map(|_| CachePadded::new(Watermark::new(0))).collect();
    let flusher = QueueFlusher {
        receiver,
        next: first,
        left_over: None,
        frames: Frames::default(),
        received: vec![0; writers],
        durable: Arc::clone(&durable),
    };
    let writer = |writer| {
        let (sender, durable) = (sender.clone(), Arc::clone(&durable));
        QueueWriter { sender, writer, appended: 0, durable }
    };
    ((0..writers).map(writer).collect(), flusher)
}

/// How many records of each writer are durable.
type Durable = [CachePadded<Watermark>];

pub struct QueueWriter<F> {
    sender: Sender<(usize, F)>,
    writer: usize,
    appended: u64,
    durable: Arc<Durable>,
}

impl<F: Framed> Writer<F> for QueueWriter<F> {
    #[inline]
    fn try_append(&mut self, record: F) -> Result<u64, TryAppendError> {
        self.sender.try_send((self.writer, record)).map_err(|error| match error {
            TrySendError::Full(_) => TryAppendError::Full,
            TrySendError::Closed(_) => TryAppendError::Closed,
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
        self.durable[self.writer].wait_for(ticket).map_err(|_closed| Closed)
    }
}

pub struct QueueFlusher<F> {
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

impl<F: Framed> Flusher for QueueFlusher<F> {
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
        (!self.frames.is_empty()).then_some(QueueBatch(self))
    }
}

impl<F> Drop for QueueFlusher<F> {
    fn drop(&mut self) {
        self.durable.iter().for_each(|position| position.close());
    }
}

struct QueueBatch<'a, F>(&'a mut QueueFlusher<F>);

impl<F: Framed> Batch for QueueBatch<'_, F> {
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
