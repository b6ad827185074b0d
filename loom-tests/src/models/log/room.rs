//! Writers wait for room, and are woken.

use super::{append, buffer, flush, flush_next, full, join, poll_once};
use crate::{Model, spawn};
use latchfree::log::{ReserveError, ReserveTimeoutError};
use loom::future::block_on;
use std::pin::pin;
use std::time::Duration;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("log::freed_byte_wakes_writer", freed_byte_wakes_writer)
            .outcomes([()])
            .preemptions(2),
        Model::new("log::freed_byte_wakes_task", freed_byte_wakes_task)
            .outcomes([()])
            .preemptions(2),
        Model::new("log::freed_slot_wakes_writer", freed_slot_wakes_writer)
            .outcomes([()])
            .preemptions(2),
        Model::new("log::freed_bytes_wake_as_many_writers", freed_bytes_wake_as_many_writers)
            .outcomes([vec![1, 2], vec![2, 1]])
            .preemptions(1),
        Model::new("log::long_reservation_waits_for_enough", long_reservation_waits_for_enough)
            .outcomes([()])
            .preemptions(3),
        Model::new("log::close_wakes_writer", close_wakes_writer)
            .outcomes([true, false])
            .preemptions(3),
        Model::new("log::close_wakes_all_writers", close_wakes_all_writers)
            .outcomes([()])
            .preemptions(2),
        Model::new("log::cancelled_reservation_hands_room_on", cancelled_reservation_hands_room_on)
            .outcomes([true, false])
            .preemptions(1),
        Model::new("log::held_reservation_keeps_its_room_only", held_reservation_keeps_its_room)
            .outcomes([()])
            .preemptions(3),
        Model::new("log::timed_out_reservation_hands_room_on", timed_out_reservation_hands_room_on)
            .outcomes([true, false])
            .preemptions(1),
        Model::new("log::overtaken_writer_is_woken_again", overtaken_writer_is_woken_again)
            .outcomes([true, false])
            .preemptions(1),
        Model::new("log::close_comes_beside_a_cancelled_reservation", close_beside_a_cancelled)
            .outcomes([()])
            .preemptions(2),
    ]
}

/// A writer blocks, or is about to, when the only byte becomes free.
fn freed_byte_wakes_writer() {
    let (writer, mut flusher) = full(1);
    let other = spawn(move || {
        writer.reserve(1).unwrap().commit();
    });
    flush(flusher.try_batch(4).unwrap());
    other.join().unwrap();
    assert!(flusher.try_batch(4).is_ok());
}

fn freed_byte_wakes_task() {
    let (writer, mut flusher) = full(1);
    let other = spawn(move || {
        block_on(writer.reserve_async(1)).unwrap().commit();
    });
    flush(flusher.try_batch(4).unwrap());
    other.join().unwrap();
    assert!(flusher.try_batch(4).is_ok());
}

/// There are bytes, and no record number.
fn freed_slot_wakes_writer() {
    let (writer, mut flusher) = buffer(4, 1);
    append(&writer, b"");
    let other = spawn(move || {
        writer.reserve(1).unwrap().commit();
    });
    flush(flusher.try_batch(4).unwrap());
    other.join().unwrap();
    assert!(flusher.try_batch(4).is_ok());
}

/// Two writers block when two bytes become free together: both get in.
fn freed_bytes_wake_as_many_writers() -> Vec<u8> {
    let (writer, mut flusher) = full(2);
    let writers = [1, 2].map(|byte| {
        let writer = writer.clone();
        spawn(move || {
            let mut reservation = writer.reserve(1).unwrap();
            reservation.put(&[byte]);
            reservation.commit();
        })
    });
    assert_eq!(flush(flusher.try_batch(4).unwrap()).len(), 2);
    join(writers);
    flush_next(&mut flusher)
}

/// A writer wants both bytes, which become free one after the other.
fn long_reservation_waits_for_enough() {
    let (writer, mut flusher) = full(2);
    let other = spawn(move || {
        writer.reserve_many(&[1, 1]).unwrap().commit();
    });
    for _ in 0..2 {
        assert_eq!(flush(flusher.try_batch(1).unwrap()), b"x");
    }
    other.join().unwrap();
    assert_eq!(flusher.try_batch(4).unwrap().records().count(), 2);
}

/// A writer blocks, or is about to, when the flusher frees a byte and goes. The outcome is whether it had reserved.
fn close_wakes_writer() -> bool {
    let (writer, mut flusher) = full(1);
    let other = spawn(move || match writer.reserve(1) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error, ReserveError::Closed);
            false
        }
    });
    flush(flusher.try_batch(4).unwrap());
    drop(flusher);
    other.join().unwrap()
}

/// A thread and a task wait for room, and a third writer closes.
fn close_wakes_all_writers() {
    let (writer, _flusher) = full(1);
    let thread = {
        let writer = writer.clone();
        spawn(move || assert_eq!(writer.reserve(1).unwrap_err(), ReserveError::Closed))
    };
    let task = {
        let writer = writer.clone();
        spawn(move || {
            assert_eq!(block_on(writer.reserve_async(1)).unwrap_err(), ReserveError::Closed)
        })
    };
    writer.close();
    join([thread, task]);
}

/// Two writers wait for one byte; the first is cancelled, before or after it was woken. The outcome is whether it had
/// reserved.
fn cancelled_reservation_hands_room_on() -> bool {
    let (writer, mut flusher) = full(1);
    let impatient = {
        let writer = writer.clone();
        // What it has reserved is abandoned at once.
        spawn(move || poll_once(pin!(writer.reserve_async(1))).is_ready())
    };
    let patient = spawn(move || drop(writer.reserve(1).unwrap()));
    flush(flusher.try_batch(4).unwrap());
    let has_reserved = impatient.join().unwrap();
    if has_reserved {
        // There is no room for both.
        flush_next(&mut flusher);
    }
    patient.join().unwrap();
    has_reserved
}

/// A task waits first and is never polled again; a thread blocks behind it. Two bytes become free together, and
/// the thread gets the second.
fn held_reservation_keeps_its_room() {
    let (writer, mut flusher) = full(2);
    let mut held = pin!(writer.reserve_async(1));
    assert!(poll_once(held.as_mut()).is_pending());
    let other = {
        let writer = writer.clone();
        spawn(move || drop(writer.reserve(1).unwrap()))
    };
    assert_eq!(flush(flusher.try_batch(4).unwrap()).len(), 2);
    other.join().unwrap();
}

/// A writer waits for no time at all, another for as long as it takes; one byte becomes free. The outcome is
/// whether the first one got it.
fn timed_out_reservation_hands_room_on() -> bool {
    let (writer, mut flusher) = full(1);
    let impatient = {
        let writer = writer.clone();
        spawn(move || match writer.reserve_timeout(1, Duration::ZERO) {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error, ReserveTimeoutError::Timeout);
                false
            }
        })
    };
    let patient = spawn(move || drop(writer.reserve(1).unwrap()));
    flush(flusher.try_batch(4).unwrap());
    let has_reserved = impatient.join().unwrap();
    if has_reserved {
        flush_next(&mut flusher);
    }
    patient.join().unwrap();
    has_reserved
}

/// A thread blocks; a byte becomes free, and another writer may be faster. Then the thread is woken again by the
/// next one. The outcome is whether the other was.
fn overtaken_writer_is_woken_again() -> bool {
    let (writer, mut flusher) = full(1);
    let blocked = {
        let writer = writer.clone();
        spawn(move || drop(writer.reserve(1).unwrap()))
    };
    let barging = spawn(move || writer.try_reserve(1).is_ok());
    flush(flusher.try_batch(4).unwrap());
    let is_overtaken = barging.join().unwrap();
    if is_overtaken {
        flush_next(&mut flusher);
    }
    blocked.join().unwrap();
    is_overtaken
}

/// A task gives up to reserve, and a thread blocks, while the buffer is closed: the thread is refused.
fn close_beside_a_cancelled() {
    let (writer, mut flusher) = full(1);
    let cancelled = {
        let writer = writer.clone();
        spawn(move || drop(poll_once(pin!(writer.reserve_async(1)))))
    };
    let blocked = spawn(move || assert_eq!(writer.reserve(1).unwrap_err(), ReserveError::Closed));
    flusher.close();
    join([cancelled, blocked]);
}
