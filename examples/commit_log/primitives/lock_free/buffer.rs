//! The log buffer: writers frame their records in place.

use super::super::{Batch, Closed, Flusher, Framed, Room, Shape, Sink, TryAppendError, Writer};
use latchfree::log::{self, Reservation, ReserveError, TryReserveError};
use latchfree::watermark;
use std::iter;
use std::marker::PhantomData;

pub fn transport<F>(shape: Shape, first: u64) -> (Vec<BufferWriter>, BufferFlusher<F>) {
    let Shape { room, writers, .. } = shape;
    let (writer, flusher) = log::buffer_starting_at(room.bytes, room.records, 0, first);
    let lengths = Vec::new();
    let writers = iter::repeat_n(BufferWriter { log: writer, lengths }, writers).collect();
    (writers, BufferFlusher { flusher, framed: PhantomData })
}

#[derive(Clone)]
pub struct BufferWriter {
    log: log::Writer<'static>,
    /// Of the records that are appended now.
    lengths: Vec<usize>,
}

impl<F: Framed> Writer<F> for BufferWriter {
    #[inline]
    fn try_append(&mut self, records: &mut [F]) -> Result<u64, TryAppendError> {
        let reserved = match &*records {
            [record] => self.log.try_reserve(record.frame_len()),
            records => {
                self.lengths.clear();
                self.lengths.extend(records.iter().map(Framed::frame_len));
                self.log.try_reserve_many(&self.lengths)
            }
        };
        match reserved {
            Ok(reservation) => Ok(fill(reservation, records)),
            Err(TryReserveError::Full) => Err(TryAppendError::Full),
            Err(TryReserveError::Closed) => Err(TryAppendError::Closed),
            Err(TryReserveError::TooLong) => panic!("{TOO_LONG}"),
        }
    }

    fn append(&mut self, records: &mut [F]) -> Result<u64, Closed> {
        self.lengths.clear();
        self.lengths.extend(records.iter().map(Framed::frame_len));
        match self.log.reserve_many(&self.lengths) {
            Ok(reservation) => Ok(fill(reservation, records)),
            Err(ReserveError::Closed) => Err(Closed),
            Err(ReserveError::TooLong) => panic!("{TOO_LONG}"),
        }
    }

    #[inline]
    fn durable(&self) -> u64 {
        self.log.durable().get()
    }

    fn wait_durable(&self, ticket: u64) -> Result<u64, Closed> {
        self.log.durable().wait_for(ticket).map_err(|watermark::Closed| Closed)
    }

    fn give_up(&mut self, record: &F) {
        if let Ok(mut reservation) = self.log.try_reserve(record.frame_len()) {
            reservation.put(b"begun, and dropped without a commit");
        }
    }
}

/// What to say to a job that makes its buffer too small.
const TOO_LONG: &str = "the buffer has room for what is appended in one step";

/// Frames the records, and commits. The ticket is the position behind the last.
#[inline]
fn fill(mut reservation: Reservation<'_>, records: &[impl Framed]) -> u64 {
    for (number, record) in (reservation.record()..).zip(records) {
        record.write_to(number, &mut reservation);
    }
    reservation.commit().end
}

impl Sink for Reservation<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        let count = self.put(bytes);
        debug_assert_eq!(count, bytes.len());
    }
}

pub struct BufferFlusher<F> {
    flusher: log::Flusher<'static>,
    /// What it makes fillers of.
    framed: PhantomData<fn() -> F>,
}

impl<F: Framed> Flusher for BufferFlusher<F> {
    fn wait(&mut self) -> bool {
        self.flusher.batch(0).is_ok() // it comes again
    }

    fn next_batch(&mut self, limit: Room) -> Option<impl Batch> {
        let mut batch = self.flusher.batch(limit.bytes).ok()?;
        if limit.records < usize::MAX {
            batch.truncate(limit.records);
        }
        batch.fill_abandoned(|record, first, second| {
            let mut filler = Vec::new();
            F::write_filler(record.number, record.len(), &mut filler);
            let (in_first, in_second) = filler.split_at(first.len());
            first.copy_from_slice(in_first);
            second.copy_from_slice(in_second);
        });
        Some(BufferBatch(batch))
    }
}

struct BufferBatch<'a>(log::Batch<'a>);

impl Batch for BufferBatch<'_> {
    fn slices(&self) -> [&[u8]; 2] {
        self.0.bytes().into()
    }

    fn lengths(&self) -> impl Iterator<Item = u64> {
        self.0.records().map(|record| record.len() as u64)
    }

    fn release(self) {
        self.0.release();
    }
}
