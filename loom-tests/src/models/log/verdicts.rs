//! An answer was true at some moment of the call that gave it, also where memory is weak.

use super::{append, buffer, flush, flush_next, full, join};
use crate::{Model, spawn};
use latchfree::atomic::{Acquire, Atomic, Release};
use latchfree::log::{Flusher, TryBatchError, TryReserveError};
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    use TryBatchError::{Closed, Empty, Stalled};
    vec![
        Model::new("log::empty_stalled_and_closed_differ", empty_stalled_and_closed_differ)
            .outcomes([
                [Err(Empty), Err(Empty)],
                [Err(Empty), Err(Stalled)],
                [Err(Empty), Ok(7)],
                [Err(Stalled), Err(Stalled)],
                [Err(Stalled), Ok(7)],
                [Ok(7), Err(Empty)],
                [Ok(7), Err(Closed)],
            ]),
        Model::new("log::record_that_was_told_of_is_in_the_batch", record_before_a_claim)
            .outcomes([Err(Empty), Err(Stalled), Ok(1), Ok(2)])
            .preemptions(3),
        Model::new("log::buffer_with_room_is_not_full", buffer_with_room_is_not_full)
            .outcomes([0, 1, 2])
            .preemptions(3),
        Model::new("log::full_means_full_since_an_empty_look", full_since_an_empty_look)
            .outcomes([
                (Err(Empty), true),
                (Err(Stalled), true),
                (Err(Stalled), false),
                (Ok(()), true),
                (Ok(()), false),
            ])
            .preemptions(3),
        Model::new("log::writer_told_of_room_reserves", writer_told_of_room_reserves)
            .outcomes([[false, false], [false, true], [true, false], [true, true]])
            .preemptions(2),
        Model::new("log::writer_told_of_durability_has_room", writer_told_of_durability_has_room)
            .outcomes([true, false]),
    ]
}

/// The byte that is next, if it is committed.
fn look(flusher: &mut Flusher<'_>) -> Result<u8, TryBatchError> {
    flusher.try_batch(1).map(|batch| flush(batch)[0])
}

/// One record, and the drop of the writer, looked at twice: stalled only after empty, closed only after the record.
fn empty_stalled_and_closed_differ() -> [Result<u8, TryBatchError>; 2] {
    let (writer, mut flusher) = buffer(1, 1);
    let other = spawn(move || {
        append(&writer, &[7]);
    });
    let looks = [look(&mut flusher), look(&mut flusher)];
    other.join().unwrap();
    looks
}

/// A writer commits a record, reserves another, and tells the flusher: the first is in the batch then. The outcome
/// is how many records are.
fn record_before_a_claim() -> Result<usize, TryBatchError> {
    let (writer, mut flusher) = buffer(4, 4);
    let is_second = Arc::new(Atomic::new(false));
    let other = {
        let is_second = Arc::clone(&is_second);
        spawn(move || {
            append(&writer, &[1]);
            let second = writer.try_reserve(1).unwrap();
            is_second.store(true, Release);
            second.commit();
        })
    };
    let is_told = is_second.load(Acquire);
    let records = flusher.try_batch(4).map(|batch| batch.records().count());
    assert!(!is_told || records.is_ok());
    other.join().unwrap();
    records
}

/// A writer appends a byte and the same thread flushes it, twice: there never is more than one byte in the buffer of
/// four, and another writer never finds it full. The outcome is where it comes.
fn buffer_with_room_is_not_full() -> u64 {
    let (writer, mut flusher) = buffer(4, 4);
    let other = {
        let writer = writer.clone();
        spawn(move || {
            let reservation = writer.try_reserve(1).expect("there is room at every moment");
            let record = reservation.record();
            reservation.commit();
            record - super::RECORD
        })
    };
    for _ in 0..2 {
        append(&writer, b"x");
        flush_next(&mut flusher);
    }
    other.join().unwrap()
}

/// A writer reserves twice, while the flusher releases a byte of two and looks for the next. If it finds that
/// nothing is reserved, that was before the first of the two, and there was room for both from then on. The outcome is what
/// the flusher found, and whether there was room for both.
fn full_since_an_empty_look() -> (Result<(), TryBatchError>, bool) {
    let (writer, mut flusher) = buffer(2, 2);
    append(&writer, b"x");
    let other = spawn(move || {
        let first = writer.try_reserve(1).expect("there was room before");
        let second = writer.try_reserve(1);
        let is_complete = second.is_ok();
        assert!(is_complete || second.unwrap_err() == TryReserveError::Full);
        first.commit();
        is_complete
    });
    flush(flusher.try_batch(1).unwrap());
    let found = look(&mut flusher).map(drop);
    (found, other.join().unwrap())
}

/// Two bytes of a full buffer are released, and after each a flag is set for one writer.
///
/// A writer that sees its flag finds room: the other one takes one byte at the most. It may know of the other's
/// claim, though, and not of the release that made it possible.
fn writer_told_of_room_reserves() -> [bool; 2] {
    let (writer, mut flusher) = full(2);
    let freed = Arc::new([Atomic::new(false), Atomic::new(false)]);
    let writers = [0, 1].map(|i: usize| {
        let (writer, freed) = (writer.clone(), Arc::clone(&freed));
        spawn(move || {
            let is_mine = freed[i].load(Acquire);
            if is_mine {
                drop(writer.try_reserve(1).expect("there is room at every moment"));
            }
            is_mine
        })
    });
    for flag in freed.iter() {
        flush(flusher.try_batch(1).unwrap());
        flag.store(true, Release);
    }
    join(writers)
}

/// A writer that knows that a full buffer was flushed finds room. The outcome is whether it knew.
fn writer_told_of_durability_has_room() -> bool {
    let (writer, mut flusher) = full(1);
    let other = spawn(move || {
        let is_durable = writer.durable().get() > super::POSITION;
        assert!(!is_durable || writer.try_reserve(1).is_ok());
        is_durable
    });
    flush(flusher.try_batch(1).unwrap());
    other.join().unwrap()
}
