//! Log buffers: each byte that was committed is flushed, once, where its writer was told; no waiter blocks indefinitely.
//!
//! The bytes of a record are made of its writer and of its number among that writer's, so that a byte that is
//! lost, old, or another's is seen wherever it is.

use crate::scale::{Rng, finishes, rounds};
use crate::unpark;
use latchfree::log::{
    self, BatchTimeoutError, Flusher, LogBuffer, Reservation, ReserveError, ReserveTimeoutError,
    TryBatchError, TryReserveError, Writer,
};
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

/// What a writer has done with the ranges that it was given.
struct Appended {
    from: usize,
    number: usize,
    range: Range<u64>,
    records: Range<u64>,
    is_abandoned: bool,
}

/// What the flusher has released: the stream from the start, and each record's range.
struct Flushed {
    start: (u64, u64),
    bytes: Vec<u8>,
    records: Vec<(Range<u64>, bool)>,
}

const FILLER: u8 = 0xff;

/// The bytes of a record. None is the filler.
fn contents(from: usize, number: usize) -> impl Iterator<Item = u8> {
    let seed = (from as u64 + 1) << 32 | number as u64;
    (1_u64..).map(move |i| {
        let mixed =
            (seed ^ i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 56) as u8 % FILLER
    })
}

/// Polls `future` until it is ready, or some times at the most.
fn poll_until<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let waker = unpark::waker();
    let mut future = pin!(future);
    for left in (0..polls).rev() {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        if left > 0 {
            thread::park();
        }
    }
    None
}

/// Reserves in one of the ways that there are. `None` if the buffer is closed.
fn reserve<'w>(
    writer: &'w Writer<'_>,
    lengths: &[usize],
    rng: &mut Rng,
) -> Option<Reservation<'w>> {
    loop {
        let result = match rng.roll(8) {
            0 => writer.try_reserve_many(lengths).map_err(|error| error == TryReserveError::Full),
            1 => writer
                .reserve_many_timeout(lengths, Duration::from_micros(rng.roll(60) as u64))
                .map_err(|error| error == ReserveTimeoutError::Timeout),
            2 => match poll_until(writer.reserve_many_async(lengths), 1 + rng.roll(2)) {
                Some(result) => result.map_err(|error| error != ReserveError::Closed),
                None => Err(true), // given up, perhaps when it had just been woken
            },
            3..5 => poll_until(writer.reserve_many_async(lengths), usize::MAX)
                .expect("polled to the end")
                .map_err(|_| false),
            _ => writer.reserve_many(lengths).map_err(|_| false),
        };
        match result {
            Ok(reservation) => return Some(reservation),
            Err(true) => thread::yield_now(),
            Err(false) => return None,
        }
    }
}

/// Appends until `count` reservations are finished with, or the buffer is closed.
fn append(writer: &Writer<'_>, from: usize, count: usize, max: (usize, usize)) -> Vec<Appended> {
    let mut rng = Rng::new(from);
    let mut all = Vec::new();
    for number in 0..count {
        let records = 1 + rng.roll(max.1.min(3));
        let lengths: Vec<usize> = (0..records).map(|_| rng.roll(max.0 / records + 1)).collect();
        let Some(mut reservation) = reserve(writer, &lengths, &mut rng) else { break };
        let mut contents = contents(from, number);
        while reservation.remaining() > 0 {
            let some: Vec<u8> = contents.by_ref().take(1 + rng.roll(9)).collect();
            if reservation.put(&some) < some.len() {
                break;
            }
        }
        let (range, records) = (reservation.range(), reservation.records());
        rng.pause();
        let is_abandoned = rng.roll(8) == 0;
        if is_abandoned {
            drop(reservation);
        } else {
            assert_eq!(reservation.commit(), range);
        }
        all.push(Appended { from, number, range, records, is_abandoned });
    }
    all
}

impl Flushed {
    fn new(flusher: &Flusher<'_>) -> Self {
        let start = (flusher.position(), flusher.record());
        Self { start, bytes: Vec::new(), records: Vec::new() }
    }

    /// Flushes once, in one of the ways that there are. `false` if it is over.
    fn flush(&mut self, flusher: &mut Flusher<'_>, rng: &mut Rng) -> bool {
        let max = rng.roll(12);
        let found = match rng.roll(8) {
            0 => flusher.try_batch(max).map_err(|error| error == TryBatchError::Closed),
            1 => flusher
                .batch_timeout(max, Duration::from_micros(rng.roll(60) as u64))
                .map_err(|error| error == BatchTimeoutError::Closed),
            2 => match poll_until(flusher.batch_async(max), 1 + rng.roll(2)) {
                Some(result) => result.map_err(|_| true),
                None => return true,
            },
            3..5 => poll_until(flusher.batch_async(max), usize::MAX)
                .expect("polled to the end")
                .map_err(|_| true),
            _ => flusher.batch(max).map_err(|_| true),
        };
        let mut batch = match found {
            Ok(batch) => batch,
            Err(is_over) => {
                thread::yield_now();
                return !is_over;
            }
        };
        match rng.roll(8) {
            0 => return true, // it comes again
            1 => batch.truncate(rng.roll(3)),
            _ => {}
        }
        batch.fill_abandoned(|_, first, second| {
            first.fill(FILLER);
            second.fill(FILLER);
        });
        let (first, second) = batch.bytes();
        self.bytes.extend_from_slice(first);
        rng.pause();
        self.bytes.extend_from_slice(second);
        for record in batch.records() {
            assert_eq!(record.number, self.start.1 + self.records.len() as u64);
            self.records.push((record.range, record.is_abandoned));
        }
        batch.release();
        true
    }

    fn end(&self) -> u64 {
        self.start.0 + self.bytes.len() as u64
    }

    /// Each record below the end of what was flushed is there, and is what its writer has made it; and nothing else is.
    fn agrees_with(&self, appended: &[Appended]) {
        let mut seen = vec![false; self.records.len()];
        let mut position = self.start.0;
        for (range, _) in &self.records {
            assert_eq!(std::mem::replace(&mut position, range.end), range.start);
        }
        assert_eq!(position, self.end());
        for Appended { from, number, range, records, is_abandoned } in appended {
            let expected = contents(*from, *number);
            for (position, mut byte) in
                range.clone().zip(expected).take_while(|it| it.0 < self.end())
            {
                if *is_abandoned {
                    byte = FILLER;
                }
                let flushed = self.bytes[(position - self.start.0) as usize];
                assert_eq!(flushed, byte, "at {position}, of writer {from}'s {number}");
            }
            let mut position = range.start;
            for record in records.clone() {
                let index = (record - self.start.1) as usize;
                let Some((flushed, was_abandoned)) = self.records.get(index) else {
                    assert!(range.end >= self.end(), "flushed without a record");
                    continue;
                };
                assert!(!std::mem::replace(&mut seen[index], true), "two have record {record}");
                assert_eq!((flushed.start, was_abandoned), (position, is_abandoned));
                position = flushed.end;
            }
            assert!(position <= range.end);
        }
        assert!(seen.into_iter().all(|seen| seen), "a record that no writer has made was flushed");
    }
}

/// How many writers there are at a time.
const WRITERS: usize = 3;

/// Writers append, and the flusher flushes all of it.
fn all_is_flushed(
    (writer, mut flusher): (Writer<'_>, Flusher<'_>),
    max: (usize, usize),
    count: usize,
) {
    let mut flushed = Flushed::new(&flusher);
    let mut appended = Vec::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS)
            .map(|from| {
                let writer = writer.clone();
                scope.spawn(move || append(&writer, from, count, max))
            })
            .collect();
        drop(writer); // the last of the others closes
        let mut rng = Rng::new(99);
        while flushed.flush(&mut flusher, &mut rng) {}
        for thread in threads {
            let all = thread.join().unwrap();
            assert_eq!(all.len(), count);
            appended.extend(all);
        }
    });
    flushed.agrees_with(&appended);
    let end = appended.iter().map(|it| it.range.end).max().unwrap();
    assert_eq!((flushed.end(), flusher.position()), (end, end));
    assert_eq!(flusher.try_batch(1).unwrap_err(), TryBatchError::Closed);
}

#[test]
#[cfg_attr(miri, ignore = "minutes a seed; the unit tests and the properties run there")]
fn all_bytes_go_through_inline_buffers() {
    fn on<const B: usize, const R: usize>(count: usize) {
        // Each round passes the wraps of both fields of the words.
        let buffer = LogBuffer::<B, R>::starting_at((1 << 37) - 50, (1 << 26) - 20);
        all_is_flushed(buffer.split().unwrap(), (B, R), count);
    }
    finishes(|| {
        let count = rounds(1_000, 8);
        on::<1, 1>(count);
        on::<2, 4>(count);
        on::<16, 2>(count);
        on::<64, 16>(count);
    });
}

#[test]
#[cfg_attr(miri, ignore = "minutes a seed; the unit tests and the properties run there")]
fn all_bytes_go_through_heap_buffers() {
    finishes(|| {
        let count = rounds(1_000, 8);
        for (bytes, records) in [(1, 2), (8, 1), (32, 8), (4096, 64)] {
            let handles = log::buffer_starting_at(bytes, records, (1 << 62) - 100, (1 << 62) - 40);
            all_is_flushed(handles, (bytes, records), count);
        }
    });
}

/// How the flusher ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// When the writers have.
    Last,
    /// It closes the buffer, and flushes what is in it.
    Close,
    /// It is dropped, with what is not flushed.
    Drop,
    /// A writer closes the buffer.
    Writer,
}

/// Writers end after some records, or when they are told that the buffer is closed; the flusher in one of
/// four ways; all at any time. What a writer was told to be durable is flushed, and what not is not.
fn all_is_accounted_for(
    seed: usize,
    (writer, mut flusher): (Writer<'_>, Flusher<'_>),
    max: (usize, usize),
) {
    const RECORDS: usize = if cfg!(miri) { 8 } else { 30 };
    let mut rng = Rng::new(seed);
    let end = [End::Last, End::Close, End::Drop, End::Writer][rng.roll(4)];
    let counts = [(); WRITERS].map(|()| rng.roll(RECORDS));
    let mut flushed = Flushed::new(&flusher);
    let mut appended = Vec::new();
    let mut durable = Vec::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS)
            .map(|from| {
                let (writer, count) = (writer.clone(), counts[from]);
                scope.spawn(move || {
                    let all = append(&writer, from, count, max);
                    if all.len() < count {
                        assert!(writer.is_closed(), "refused, and not closed");
                    }
                    let last = all.iter().map(|it| it.range.end).max();
                    let waits = last.map(|end| (end, writer.durable().wait_for(end)));
                    if end == End::Writer && from == 0 {
                        writer.close();
                    }
                    (all, waits)
                })
            })
            .collect();
        drop(writer);
        let mut left = rng.roll(2 * RECORDS);
        let mut is_dropped = false;
        while flushed.flush(&mut flusher, &mut rng) {
            match (left, end) {
                (0, End::Drop) => {
                    is_dropped = true;
                    break;
                }
                (0, End::Close) => flusher.close(),
                _ => {}
            }
            left = left.saturating_sub(1);
        }
        if is_dropped {
            drop(flusher);
        }
        for thread in threads {
            let (all, waits) = thread.join().unwrap();
            appended.extend(all);
            durable.extend(waits.map(|(end, result)| (end, result, is_dropped)));
        }
    });
    flushed.agrees_with(&appended);
    for (position, result, is_dropped) in durable {
        let is_flushed = position <= flushed.end();
        assert_eq!(result.is_ok(), is_flushed, "seed {seed}: {position} of {}", flushed.end());
        assert!(is_flushed || is_dropped, "seed {seed}: the flusher has left something out");
    }
}

#[test]
#[cfg_attr(miri, ignore = "minutes a seed; the unit tests and the properties run there")]
fn bytes_are_accounted_for_whoever_ends_first() {
    finishes(|| {
        for seed in 0..rounds(400, 6) {
            let start = ((1 << 37) - seed as u64 % 64, (1 << 26) - seed as u64 % 16);
            match seed % 3 {
                0 => {
                    let buffer = LogBuffer::<1, 1>::starting_at(start.0, start.1);
                    all_is_accounted_for(seed, buffer.split().unwrap(), (1, 1));
                }
                1 => all_is_accounted_for(
                    seed,
                    log::buffer_starting_at(8, 2, start.0, start.1),
                    (8, 2),
                ),
                _ => all_is_accounted_for(
                    seed,
                    log::buffer_starting_at(16, 16, start.0, start.1),
                    (16, 16),
                ),
            }
        }
    });
}

/// A writer reserves the whole buffer each time, so it blocks each time, and nothing but the release before wakes it.
#[test]
#[cfg_attr(miri, ignore = "minutes a seed; the unit tests and the properties run there")]
fn blocked_writer_is_woken_by_each_release() {
    finishes(|| {
        let (writer, mut flusher) = log::buffer(4, 1);
        let count = rounds(3_000, 15);
        let other = thread::spawn(move || {
            for _ in 0..count {
                writer.reserve(4).unwrap().commit();
            }
        });
        let mut released = 0;
        loop {
            match flusher.try_batch(4) {
                Ok(batch) => {
                    batch.release();
                    released += 1;
                }
                Err(TryBatchError::Closed) => break,
                Err(_) => thread::yield_now(),
            }
        }
        assert_eq!(released, count);
        other.join().unwrap();
    });
}

/// The flusher blocks for each record, and answers by the durable position, for which the writer blocks.
#[test]
#[cfg_attr(miri, ignore = "minutes a seed; the unit tests and the properties run there")]
fn blocked_flusher_is_woken_by_each_commit() {
    finishes(|| {
        let (writer, mut flusher) = log::buffer(16, 4);
        let count = rounds(3_000, 10);
        let other = thread::spawn(move || {
            let mut rng = Rng::new(5);
            for _ in 0..count {
                let reservation = writer.try_reserve(3).unwrap();
                (0..rng.roll(300)).for_each(|_| std::hint::spin_loop());
                let end = reservation.range().end;
                if rng.roll(4) == 0 {
                    drop(reservation)
                } else {
                    _ = reservation.commit()
                }
                writer.durable().wait_for(end).unwrap();
            }
        });
        let mut released = 0;
        while let Ok(batch) = flusher.batch(16) {
            assert_eq!(batch.len(), 3);
            batch.release();
            released += 1;
        }
        assert_eq!(released, count);
        other.join().unwrap();
    });
}

/// The flusher begins to wait while the last writer goes, or closes: nothing that comes later would wake it.
#[test]
#[cfg_attr(miri, ignore = "minutes a seed; the unit tests and the properties run there")]
fn blocked_flusher_is_woken_by_the_close() {
    finishes(|| {
        for round in 0..rounds(1_500, 8) {
            let buffer = LogBuffer::<4, 2>::new();
            let (writer, mut flusher) = buffer.split().unwrap();
            thread::scope(|scope| {
                scope.spawn(move || {
                    let mut rng = Rng::new(round);
                    if round % 3 == 0 {
                        writer.try_reserve(1).unwrap().commit();
                    }
                    (0..rng.roll(200)).for_each(|_| std::hint::spin_loop());
                    if round % 2 == 0 {
                        writer.close();
                    }
                });
                while let Ok(batch) = flusher.batch(4) {
                    batch.release();
                }
            });
        }
    });
}
