//! A buffer under a lock, and a second one that is being written.

use super::super::{
    Batch, Closed, Flusher, Framed, Frames, Position, Room, Shape, TryAppendError, Writer,
};
use super::{LockedPosition, lock, wait};
use std::mem;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// Two buffers with half of the room each: one for the writers, one for the flusher.
pub fn transport(shape: Shape, first: u64) -> (Vec<BufferWriter>, BufferFlusher) {
    let Shape { room, writers, .. } = shape;
    let half = Room { bytes: room.bytes / 2, records: (room.records / 2).max(1) };
    let frames = Frames::with_room(half);
    let state = State {
        frames,
        position: 0,
        next: first,
        writers,
        closed: false,
        flusher_waits: false,
        waiting_writers: 0,
    };
    let buffer = Arc::new(Buffer {
        state: Mutex::new(state),
        half,
        filled: Condvar::new(),
        emptied: Condvar::new(),
        durable: LockedPosition::new(0),
    });
    let writers = (0..writers).map(|_| BufferWriter(Arc::clone(&buffer))).collect();
    (writers, BufferFlusher { buffer, frames: Frames::with_room(half), position: 0 })
}

struct Buffer {
    state: Mutex<State>,
    half: Room,
    filled: Condvar,
    emptied: Condvar,
    /// In bytes, from the start of the run.
    durable: LockedPosition,
}

impl Buffer {
    /// Blocks until there is something, or the writers are gone.
    fn filled(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        while state.frames.is_empty() && state.writers > 0 {
            state.flusher_waits = true;
            state = wait(&self.filled, state);
        }
        state
    }
}

struct State {
    frames: Frames,
    /// Where in the stream of all bytes the frames begin.
    position: u64,
    /// The number of the next record.
    next: u64,
    writers: usize,
    /// The flusher is gone.
    closed: bool,
    flusher_waits: bool,
    waiting_writers: usize,
}

pub struct BufferWriter(Arc<Buffer>);

impl BufferWriter {
    /// Appends records, for which there is room. Wakes the flusher when the lock is free again.
    #[inline]
    fn append_to(&self, mut guard: MutexGuard<'_, State>, records: &[impl Framed]) -> u64 {
        let state = &mut *guard;
        for record in records {
            state.frames.append(record, state.next);
            state.next += 1;
        }
        let ticket = state.position + state.frames.bytes() as u64;
        let wake = mem::take(&mut state.flusher_waits);
        drop(guard);
        if wake {
            self.0.filled.notify_one();
        }
        ticket
    }
}

impl<F: Framed> Writer<F> for BufferWriter {
    #[inline]
    fn try_append(&mut self, records: &mut [F]) -> Result<u64, TryAppendError> {
        records.iter_mut().for_each(Framed::prepare);
        let state = lock(&self.0.state);
        if state.closed {
            return Err(TryAppendError::Closed);
        }
        if !state.frames.has_room(records, self.0.half) {
            return Err(TryAppendError::Full);
        }
        Ok(self.append_to(state, records))
    }

    fn append(&mut self, records: &mut [F]) -> Result<u64, Closed> {
        records.iter_mut().for_each(Framed::prepare);
        let mut state = lock(&self.0.state);
        while !state.closed && !state.frames.has_room(records, self.0.half) {
            state.waiting_writers += 1;
            state = wait(&self.0.emptied, state);
            state.waiting_writers -= 1;
        }
        if state.closed { Err(Closed) } else { Ok(self.append_to(state, records)) }
    }

    fn durable(&self) -> u64 {
        self.0.durable.get()
    }

    fn wait_durable(&self, ticket: u64) -> Result<u64, Closed> {
        self.0.durable.wait_for(ticket)
    }
}

impl Drop for BufferWriter {
    fn drop(&mut self) {
        lock(&self.0.state).writers -= 1;
        self.0.filled.notify_one();
    }
}

pub struct BufferFlusher {
    buffer: Arc<Buffer>,
    /// The frames that are being written.
    frames: Frames,
    /// Where in the stream of all bytes the frames that were not in a batch begin.
    position: u64,
}

impl Flusher for BufferFlusher {
    fn wait(&mut self) -> bool {
        !self.frames.are_taken() || !self.buffer.filled().frames.is_empty()
    }

    fn next_batch(&mut self, limit: Room) -> Option<impl Batch> {
        if self.frames.are_taken() {
            self.swap();
        }
        let records = self.frames.next_batch(limit)?;
        Some(BufferBatch { flusher: self, records })
    }
}

impl BufferFlusher {
    /// Swaps the buffers, when there is something in the other one.
    fn swap(&mut self) {
        self.frames.clear();
        let mut state = self.buffer.filled();
        state.position += state.frames.bytes() as u64;
        mem::swap(&mut state.frames, &mut self.frames);
        let wake = state.waiting_writers > 0;
        drop(state);
        if wake {
            self.buffer.emptied.notify_all();
        }
    }
}

impl Drop for BufferFlusher {
    fn drop(&mut self) {
        lock(&self.buffer.state).closed = true;
        self.buffer.emptied.notify_all();
        self.buffer.durable.close();
    }
}

struct BufferBatch<'a> {
    flusher: &'a mut BufferFlusher,
    records: Range<usize>,
}

impl Batch for BufferBatch<'_> {
    fn slices(&self) -> [&[u8]; 2] {
        [self.flusher.frames.slice(self.records.clone()), &[]]
    }

    fn lengths(&self) -> impl Iterator<Item = u64> {
        self.flusher.frames.lengths(self.records.clone())
    }

    fn release(self) {
        let flusher = self.flusher;
        flusher.position += flusher.frames.span(self.records.clone()).len() as u64;
        flusher.frames.take(self.records.clone());
        flusher.buffer.durable.advance_to(flusher.position);
    }
}
