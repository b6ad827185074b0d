//! Log buffers: `Full` with too few free bytes or slots, `Stalled` behind an unfinished reservation alone, a durable
//! position of what was released.

use crate::check::{History, Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::log::{Flusher, LogBuffer, TryBatchError, TryReserveError, Writer};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

/// A number of bytes, and a number of records: an amount, or where a record begins.
type Size = (u64, u64);

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
enum State {
    Reserved,
    Committed,
    Abandoned,
}

/// A buffer whose reservations take effect at once, and whose releases free the slots, then the bytes, and then
/// move the durable position.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Buffer {
    capacity: Size,
    tail: Size,
    /// Up to where bytes and slots are free.
    freed: Size,
    /// The records that the flusher has not released: their lengths.
    records: VecDeque<(u64, State)>,
    durable: u64,
    is_durable_closed: bool,
    is_closed: bool,
    writers: usize,
}

#[derive(Debug)]
enum Call {
    /// The lengths, and where it begins.
    Reserve(Vec<usize>, Result<Size, TryReserveError>),
    /// The first record, and what becomes of how many.
    Finish(u64, usize, State),
    /// The most bytes, and the records: their lengths, and what became of them.
    TryBatch(usize, Result<Vec<(u64, State)>, TryBatchError>),
    /// So many records.
    Release(usize),
    Durable(u64),
    IsDurableClosed(bool),
    Close,
    IsClosed(bool),
    DropWriter,
    DropFlusher,
}

impl Buffer {
    fn new(capacity: Size, start: Size, writers: usize) -> Self {
        let (tail, freed, durable) = (start, start, start.0);
        let (records, is_durable_closed, is_closed) = Default::default();
        Self { capacity, tail, freed, records, durable, is_durable_closed, is_closed, writers }
    }

    fn reserve(&self, lengths: &[usize], result: &Result<Size, TryReserveError>) -> Option<Self> {
        let bytes: u64 = lengths.iter().map(|&length| length as u64).sum();
        let after = (self.tail.0 + bytes, self.tail.1 + lengths.len() as u64);
        let fits =
            |from: Size| after.0 - from.0 <= self.capacity.0 && after.1 - from.1 <= self.capacity.1;
        let is_refused = match () {
            () if !fits(self.tail) => Err(TryReserveError::TooLong),
            () if self.is_closed => Err(TryReserveError::Closed),
            () if !fits(self.freed) => Err(TryReserveError::Full),
            () => Ok(self.tail),
        };
        let mut buffer = self.clone();
        if is_refused.is_ok() {
            buffer.tail = after;
            let reserved = lengths.iter().map(|&length| (length as u64, State::Reserved));
            buffer.records.extend(reserved);
        }
        (is_refused == *result).then_some(buffer)
    }

    /// The number of the first record that was not released.
    fn first(&self) -> u64 {
        self.tail.1 - self.records.len() as u64
    }

    fn finish(&self, first: u64, count: usize, state: State) -> Self {
        let (mut buffer, first) = (self.clone(), (first - self.first()) as usize);
        buffer.records.range_mut(first..first + count).for_each(|record| record.1 = state);
        buffer
    }

    fn batch(&self, max: usize) -> Result<Vec<(u64, State)>, TryBatchError> {
        let mut bytes = 0;
        let fits = |(number, (len, state)): &(usize, &(u64, State))| {
            bytes += len;
            *state != State::Reserved && (*number == 0 || bytes <= max as u64)
        };
        let batch: Vec<_> =
            self.records.iter().enumerate().take_while(fits).map(|record| *record.1).collect();
        match () {
            () if !batch.is_empty() => Ok(batch),
            () if !self.records.is_empty() => Err(TryBatchError::Stalled),
            () if self.is_closed => Err(TryBatchError::Closed),
            () => Err(TryBatchError::Empty),
        }
    }
}

impl Spec for Buffer {
    type Call = Call;
    /// How many steps were made.
    type Progress = u8;

    fn steps(&self, call: &Call, progress: &u8) -> Vec<Step<Self>> {
        let mut buffer = self.clone();
        let is_so = match call {
            Call::Reserve(lengths, result) => return at_once(self.reserve(lengths, result)),
            Call::Finish(first, count, state) => {
                return at_once(Some(self.finish(*first, *count, *state)));
            }
            Call::TryBatch(max, result) => self.batch(*max) == *result,
            Call::Release(count) => {
                let end = match progress {
                    0 => {
                        buffer.records.drain(..*count);
                        buffer.freed.1 = buffer.first();
                        false
                    }
                    1 => {
                        let left: u64 = buffer.records.iter().map(|record| record.0).sum();
                        buffer.freed.0 = buffer.tail.0 - left;
                        false
                    }
                    _ => {
                        buffer.durable = buffer.freed.0;
                        true
                    }
                };
                return vec![(buffer, (!end).then_some(progress + 1))];
            }
            Call::DropFlusher if *progress == 0 => {
                buffer.is_closed = true;
                return vec![(buffer, Some(1))];
            }
            Call::DropFlusher => {
                buffer.is_durable_closed = true;
                true
            }
            Call::Durable(position) => self.durable == *position,
            Call::IsDurableClosed(is_closed) => self.is_durable_closed == *is_closed,
            Call::IsClosed(is_closed) => self.is_closed == *is_closed,
            Call::Close => {
                buffer.is_closed = true;
                true
            }
            Call::DropWriter => {
                buffer.writers -= 1;
                buffer.is_closed |= buffer.writers == 0;
                true
            }
        };
        at_once(is_so.then_some(buffer))
    }
}

/// Some calls of a writer, and its end.
fn some_appends(writer: Writer<'_>, log: &mut Log<'_, Call>) {
    for _ in 0..3 {
        match log.roll(10) {
            0 => log.call(|| Call::IsClosed(writer.is_closed())),
            1 => log.call(|| Call::Durable(writer.durable().get())),
            2 => log.call(|| Call::IsDurableClosed(writer.durable().is_closed())),
            3 if log.roll(4) == 0 => log.call(|| {
                writer.close();
                Call::Close
            }),
            _ => {
                let lengths: Vec<usize> = (0..1 + log.roll(2)).map(|_| log.roll(4)).collect();
                let mut reserved = None;
                log.call(|| {
                    let result = writer.try_reserve_many(&lengths).map(|reservation| {
                        let start = (reservation.range().start, reservation.record());
                        reserved = Some(reservation);
                        start
                    });
                    Call::Reserve(lengths.clone(), result)
                });
                let Some(reservation) = reserved else { continue };
                let first = reservation.record();
                let commits = log.roll(4) > 0;
                log.call(|| {
                    let state = if commits {
                        reservation.commit();
                        State::Committed
                    } else {
                        drop(reservation);
                        State::Abandoned
                    };
                    Call::Finish(first, lengths.len(), state)
                });
            }
        }
    }
    log.call(|| {
        drop(writer);
        Call::DropWriter
    });
}

/// Some calls of the flusher, and its end.
fn some_flushes(mut flusher: Flusher<'_>, log: &mut Log<'_, Call>) {
    for _ in 0..5 {
        if log.roll(16) == 0 {
            log.call(|| {
                flusher.close();
                Call::Close
            });
            continue;
        }
        let max = log.roll(6);
        let mut found = None;
        log.call(|| {
            let result = flusher.try_batch(max).map(|batch| {
                let state = |is_abandoned| match is_abandoned {
                    true => State::Abandoned,
                    false => State::Committed,
                };
                let records = batch.records();
                let records =
                    records.map(|record| (record.len() as u64, state(record.is_abandoned)));
                let records: Vec<_> = records.collect();
                found = Some((batch, records.len()));
                records
            });
            Call::TryBatch(max, result)
        });
        if let Some((batch, count)) = found {
            if log.roll(8) > 0 {
                log.call(|| {
                    batch.release();
                    Call::Release(count)
                });
            }
        }
    }
    log.call(|| {
        drop(flusher);
        Call::DropFlusher
    });
}

/// A round of the flusher and of a writer or some, on a buffer that begins so shortly before the wrap of both
/// words that it passes that.
fn round<const B: usize, const R: usize>(seed: usize) -> (Buffer, History<Call>) {
    let start = ((1 << 37) - (seed % 8) as u64, (1 << 26) - (seed % 4) as u64);
    let buffer = LogBuffer::<B, R>::starting_at(start.0, start.1);
    let (writer, flusher) = buffer.split().unwrap();
    let mut writers: Vec<_> = (0..seed % 3).map(|_| writer.clone()).collect();
    writers.push(writer);
    let begun = Buffer::new((B as u64, R as u64), start, writers.len());
    let appending = writers
        .into_iter()
        .map(|writer| -> Program<'_, Call> { Box::new(move |log| some_appends(writer, log)) });
    let flushing: Program<'_, Call> = Box::new(move |log| some_flushes(flusher, log));
    (begun, record(seed, appending.chain([flushing]).collect()))
}

#[test]
fn buffer_histories_are_linearizable() {
    all_are_explained(rounds(600, 2), round::<1, 1>);
    all_are_explained(rounds(600, 2), round::<4, 2>);
    all_are_explained(rounds(600, 2), round::<2, 4>);
    all_are_explained(rounds(600, 2), round::<8, 8>);
}

/// The shortest program that can see a full buffer that was not full: two writers, of which each reserves when one
/// more of the batches is released. There always is room.
#[test]
fn reserve_after_release_finds_room() {
    for seed in 0..rounds(2_000, 4) {
        let buffer = LogBuffer::<4, 4>::starting_at((1 << 37) - seed as u64 % 8, 0);
        let (writer, mut flusher) = buffer.split().unwrap();
        writer.try_reserve_many(&[2, 2]).unwrap().commit();
        let released = [(); 2].map(|()| AtomicBool::new(false));
        let reserve = |after: &AtomicBool| {
            while !after.load(Ordering::Acquire) {
                std::hint::spin_loop();
            }
            writer.try_reserve(2).map(|reservation| reservation.commit())
        };
        std::thread::scope(|scope| {
            let threads = [&released[0], &released[1]].map(|after| scope.spawn(|| reserve(after)));
            for flag in &released {
                flusher.try_batch(2).unwrap().release();
                flag.store(true, Ordering::Release);
            }
            for thread in threads {
                assert!(thread.join().unwrap().is_ok(), "round {seed}");
            }
        });
    }
}

/// What the specification says of calls one after the other, and beside each other.
fn explained(calls: impl IntoIterator<Item = (usize, usize, usize, Call)>) -> bool {
    is_explained(&Buffer::new((4, 2), (10, 5), 1), &history(calls))
}

fn reserves(
    began: usize,
    ended: usize,
    len: usize,
    result: Result<Size, TryReserveError>,
) -> (usize, usize, usize, Call) {
    (0, began, ended, Call::Reserve(vec![len], result))
}

#[test]
fn refusals_that_were_never_true_are_refused() {
    use TryReserveError::{Closed, Full, TooLong};
    assert!(explained([reserves(0, 1, 5, Err(TooLong)), reserves(2, 3, 4, Ok((10, 5)))]));
    assert!(!explained([reserves(0, 1, 4, Err(TooLong))]));
    assert!(!explained([reserves(0, 1, 4, Err(Full))]));
    assert!(!explained([reserves(0, 1, 4, Err(Closed))]));
    assert!(!explained([reserves(0, 1, 4, Ok((11, 5)))]));
    let two = |second| [reserves(0, 1, 3, Ok((10, 5))), reserves(2, 3, 2, second)];
    assert!(explained(two(Err(Full))) && !explained(two(Ok((13, 6)))));
    let finish = || (0, 2, 3, Call::Finish(5, 1, State::Committed));
    let batch = || (1, 4, 5, Call::TryBatch(9, Ok(vec![(3, State::Committed)])));
    let release = |ended| (1, 6, ended, Call::Release(1));
    let first = || reserves(0, 1, 3, Ok((10, 5)));
    // Beside the release it may be full, and after it not.
    for (ended, may_be_full) in [(9, true), (7, false)] {
        let full = reserves(8, 10, 2, Err(Full));
        let calls = [first(), finish(), batch(), release(ended), full];
        assert_eq!(explained(calls), may_be_full);
    }
}

#[test]
fn batches_that_were_never_true_are_refused() {
    use TryBatchError::{Closed, Empty, Stalled};
    let batch = |began, ended, result| (1, began, ended, Call::TryBatch(9, result));
    let reserve = || reserves(0, 1, 3, Ok((10, 5)));
    let found = || Ok(vec![(3, State::Committed)]);
    let finish = |began, ended| (0, began, ended, Call::Finish(5, 1, State::Committed));
    for (result, before, beside, after) in [
        (Err(Empty), false, false, false),
        (Err(Closed), false, false, false),
        (Err(Stalled), true, true, false),
        (found(), false, true, true),
        (Ok(vec![(3, State::Abandoned)]), false, false, false),
        (Ok(vec![(2, State::Committed)]), false, false, false),
    ] {
        let result = || result.clone();
        assert_eq!(explained([reserve(), batch(2, 3, result()), finish(4, 5)]), before);
        assert_eq!(explained([reserve(), finish(2, 5), batch(3, 4, result())]), beside);
        assert_eq!(explained([reserve(), finish(2, 3), batch(4, 5, result())]), after);
    }
    let close = || (0, 0, 1, Call::Close);
    assert!(explained([close(), batch(2, 3, Err(Closed))]));
    assert!(!explained([close(), batch(2, 3, Err(Empty))]));
}

#[test]
fn durable_position_before_its_release_is_refused() {
    let calls = |began, ended, position| {
        [
            reserves(0, 1, 3, Ok((10, 5))),
            (0, 2, 3, Call::Finish(5, 1, State::Committed)),
            (1, 4, 5, Call::TryBatch(9, Ok(vec![(3, State::Committed)]))),
            (1, 10, 13, Call::Release(1)),
            (0, began, ended, Call::Durable(position)),
        ]
    };
    assert!(explained(calls(6, 7, 10)) && !explained(calls(6, 7, 13)));
    assert!(explained(calls(11, 12, 10)) && explained(calls(11, 12, 13)));
    assert!(!explained(calls(14, 15, 10)) && explained(calls(14, 15, 13)));
}
