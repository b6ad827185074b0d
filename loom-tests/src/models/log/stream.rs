//! The flusher reads what writers wrote, in one order.

use super::{POSITION, RECORD, append, buffer, flush, flush_next, full, join};
use crate::{Model, spawn};
use latchfree::log::{LogBuffer, TryReserveError};
use loom::thread::yield_now;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("log::positions_numbers_and_bytes_are_one_order", one_order)
            .outcomes(["ab", "ba"])
            .preemptions(2),
        Model::new("log::freed_byte_is_used_again", freed_byte_is_used_again)
            .outcomes(["abc"])
            .preemptions(3),
        Model::new("log::freed_byte_is_used_by_another_writer", freed_byte_is_used_by_another)
            .outcomes([[false, false], [false, true], [true, false]])
            .preemptions(2),
        Model::new("log::freed_number_is_used_by_another_writer", freed_number_is_used_by_another)
            .outcomes([[false, false], [false, true], [true, false]])
            .preemptions(2),
        Model::new("log::group_is_committed_whole", group_is_committed_whole)
            .outcomes([(2, "aabb"), (2, "bbaa"), (4, "aabb"), (4, "bbaa")])
            .preemptions(1),
        Model::new("log::abandoned_group_is_filled", abandoned_group_is_filled)
            .outcomes(["--c", "c--"])
            .preemptions(1),
        Model::new("log::one_of_two_splits_wins", one_of_two_splits_wins)
            .outcomes([[true, false], [false, true]]),
    ]
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Two writers append a byte each, in different halves of the wrap. Each has the position and the number at which
/// its byte is flushed.
fn one_order() -> String {
    let (writer, mut flusher) = buffer(4, 4);
    let writers = [b'a', b'b'].map(|byte| {
        let writer = writer.clone();
        spawn(move || {
            let mut reservation = writer.try_reserve(1).unwrap();
            let record = reservation.record();
            reservation.put(&[byte]);
            (byte, reservation.commit(), record)
        })
    });
    let mut stream = Vec::new();
    while stream.len() < 2 {
        let at = stream.len() as u64;
        assert_eq!((flusher.position(), flusher.record()), (POSITION + at, RECORD + at));
        stream.extend(flush_next(&mut flusher));
    }
    for (byte, range, record) in join(writers) {
        let index = record - RECORD;
        assert_eq!((range, byte), (POSITION + index..POSITION + index + 1, stream[index as usize]));
    }
    text(stream)
}

/// One byte, three records: each waits until the one before was released.
fn freed_byte_is_used_again() -> String {
    let (writer, mut flusher) = buffer(1, 1);
    let other = spawn(move || {
        for byte in b"abc" {
            loop {
                if let Ok(mut reservation) = writer.try_reserve(1) {
                    reservation.put(&[*byte]);
                    reservation.commit();
                    break;
                }
                yield_now();
            }
        }
    });
    let stream = [(); 3].map(|()| flush_next(&mut flusher)).concat();
    other.join().unwrap();
    text(stream)
}

/// A byte that becomes free, and two other writers that try to use it. The outcome is which of them did.
fn freed_byte_is_used_by_another() -> [bool; 2] {
    let (writer, mut flusher) = full(1);
    let writers = [b'a', b'b'].map(|byte| {
        let writer = writer.clone();
        spawn(move || {
            let reservation = writer.try_reserve(1);
            let record = reservation.map(|mut reservation| {
                reservation.put(&[byte]);
                reservation.commit();
            });
            record.map_err(|error| assert_eq!(error, TryReserveError::Full)).is_ok()
        })
    });
    assert_eq!(flush_next(&mut flusher), b"x");
    let reserved = join(writers);
    if reserved != [false; 2] {
        assert_eq!(flush_next(&mut flusher), [if reserved[0] { b'a' } else { b'b' }]);
    }
    reserved
}

/// The same with records that have nothing in them but their number.
fn freed_number_is_used_by_another() -> [bool; 2] {
    let (writer, mut flusher) = buffer(1, 1);
    append(&writer, b"");
    let writers = [(); 2].map(|()| {
        let writer = writer.clone();
        spawn(move || {
            let reservation = writer.try_reserve(0);
            reservation.map(|it| assert_eq!(it.record(), RECORD + 1)).is_ok()
        })
    });
    assert_eq!(flush_next(&mut flusher), b"");
    join(writers)
}

/// Two writers append two records each, in one step. The flusher cuts between the two: behind the first there is
/// the second. The outcome also has the number of records that it found together at its first look.
fn group_is_committed_whole() -> (usize, String) {
    let (writer, mut flusher) = buffer(4, 4);
    let writers = [b'a', b'b'].map(|byte| {
        let writer = writer.clone();
        spawn(move || {
            let mut pair = writer.try_reserve_many(&[1, 1]).unwrap();
            pair.put(&[byte, byte]);
            pair.commit();
        })
    });
    let mut stream = Vec::new();
    let mut together = None;
    while stream.len() < 4 {
        let Ok(batch) = flusher.try_batch(4) else {
            yield_now();
            continue;
        };
        let records = batch.records().inspect(|record| assert_eq!(record.len(), 1)).count();
        together.get_or_insert(records);
        drop(batch); // releases nothing
        for _ in 0..records {
            let one = flusher.try_batch(1).expect("it was there before");
            assert_eq!(one.len(), 1);
            stream.extend(flush(one));
        }
    }
    join(writers);
    (together.unwrap(), text(stream))
}

/// A writer gives up two records, another commits one. The flusher fills the gaps, which nothing else writes.
fn abandoned_group_is_filled() -> String {
    let (writer, mut flusher) = buffer(4, 4);
    let giving_up = {
        let writer = writer.clone();
        spawn(move || {
            let mut pair = writer.try_reserve_many(&[1, 1]).unwrap();
            pair.put(b"?");
        })
    };
    let other = spawn(move || {
        append(&writer, b"c");
    });
    let mut stream = Vec::new();
    while stream.len() < 3 {
        let Ok(mut batch) = flusher.try_batch(4) else {
            yield_now();
            continue;
        };
        let next = POSITION + stream.len() as u64;
        batch.fill_abandoned(|record, first, second| {
            assert_eq!((record.len(), record.number - RECORD), (1, record.range.start - POSITION));
            first.fill(b'-');
            second.fill(b'-');
        });
        for (position, record) in (next..).zip(batch.records()) {
            assert_eq!(record.range, position..position + 1);
        }
        stream.extend(flush(batch));
    }
    join([giving_up, other]);
    text(stream)
}

/// Two threads split one buffer: one gets the handles.
fn one_of_two_splits_wins() -> [bool; 2] {
    let buffer = Arc::new(LogBuffer::<2, 2>::new());
    let split = |buffer: Arc<LogBuffer<2, 2>>| buffer.split().is_ok();
    let other = {
        let buffer = Arc::clone(&buffer);
        spawn(move || split(buffer))
    };
    let mine = split(buffer);
    [mine, other.join().unwrap()]
}
