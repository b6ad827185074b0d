//! Either end of a log buffer in a handler.

use crate::interrupt::interrupted;
use crate::tasks::Task;
use latchfree::log::{BatchError, Flusher, LogBuffer, TryBatchError, TryReserveError, Writer};
use std::cell::Cell;
use std::ops::Range;
use std::pin::pin;

crate::runner::scenarios! {
    append_beside_an_append
    append_beside_a_group
    append_while_a_reservation_is_held
    append_beside_a_try_batch_of_an_empty_buffer
    append_beside_the_flush_of_a_full_buffer
    append_reaches_a_flusher_that_begins_to_wait
    commit_reaches_a_flusher_that_begins_to_wait
    append_reaches_a_flusher_that_waits_on
    append_beside_a_flusher_that_gives_up
    append_beside_the_close
    last_writer_goes_while_the_flusher_begins_to_wait
    flush_beside_an_append
    flush_beside_an_append_to_a_full_buffer
    release_reaches_a_writer_that_begins_to_wait
    release_reaches_the_next_when_the_first_gives_up
    close_reaches_a_writer_that_begins_to_wait
    flusher_polls_in_the_handler_beside_an_append
}

fn append(writer: &Writer<'_>, bytes: &[u8]) -> Result<Range<u64>, TryReserveError> {
    let mut reservation = writer.try_reserve(bytes.len())?;
    reservation.put(bytes);
    Ok(reservation.commit())
}

/// Returns the bytes that are left. No record is stalled, because no operation is in progress.
fn rest(flusher: &mut Flusher<'_>) -> Vec<u8> {
    let mut rest = Vec::new();
    loop {
        match flusher.try_batch(2) {
            Ok(batch) => {
                rest.extend([batch.bytes().0, batch.bytes().1].concat());
                batch.release();
            }
            Err(TryBatchError::Stalled) => panic!("a record was reserved and not committed"),
            Err(TryBatchError::Empty | TryBatchError::Closed) => return rest,
        }
    }
}

/// Flushes once. Returns how much, without a call of the allocator.
fn flush(flusher: &mut Flusher<'_>) -> Result<usize, TryBatchError> {
    flusher.try_batch(9).map(|batch| {
        let len = batch.len();
        batch.release();
        len
    })
}

/// Shortly before the wraps of both words.
fn buffer<const B: usize, const R: usize>() -> LogBuffer<B, R> {
    LogBuffer::starting_at((1 << 37) - 3, (1 << 26) - 1)
}

// The handler appends.

fn append_beside_an_append() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let handlers = writer.clone();
    interrupted(
        || assert!(append(&writer, b"aa").is_ok() && append(&writer, b"b").is_ok()),
        || assert!(append(&handlers, b"ccc").is_ok()),
    );
    let all = rest(&mut flusher);
    assert!([&b"cccaab"[..], b"aacccb", b"aabccc"].contains(&&all[..]), "{all:?}");
}

fn append_beside_a_group() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let handlers = writer.clone();
    interrupted(
        || {
            let mut group = writer.try_reserve_many(&[1, 2]).unwrap();
            group.put(b"abb");
            group.commit();
        },
        || assert!(append(&handlers, b"c").is_ok()),
    );
    let all = rest(&mut flusher);
    assert!([&b"cabb"[..], b"abbc"].contains(&&all[..]), "{all:?}");
}

/// The handler flushes as well, and says that the record is not committed.
fn append_while_a_reservation_is_held() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let (handlers, found) = (writer.clone(), Cell::new(None));
    let mut reservation = writer.try_reserve(2).unwrap();
    interrupted(
        || {
            reservation.put(b"ab");
            reservation.commit();
        },
        || {
            append(&handlers, b"c").unwrap();
            found.set(Some(flush(&mut flusher)));
        },
    );
    match found.get().unwrap() {
        Ok(len) => assert_eq!((len, rest(&mut flusher)), (3, vec![])),
        Err(error) => {
            assert_eq!((error, rest(&mut flusher)), (TryBatchError::Stalled, b"abc".to_vec()))
        }
    }
}

fn append_beside_a_try_batch_of_an_empty_buffer() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let found = interrupted(|| flush(&mut flusher), || assert!(append(&writer, b"ab").is_ok()));
    match found {
        Ok(len) => assert_eq!((len, rest(&mut flusher)), (2, vec![])),
        Err(error) => {
            assert_eq!((error, rest(&mut flusher)), (TryBatchError::Empty, b"ab".to_vec()))
        }
    }
}

fn append_beside_the_flush_of_a_full_buffer() {
    let buffer = buffer::<4, 1>();
    let (writer, mut flusher) = buffer.split().unwrap();
    append(&writer, b"abcd").unwrap();
    let appended = Cell::new(false);
    let found = interrupted(
        || flush(&mut flusher),
        || match append(&writer, b"xyz") {
            Ok(_) => appended.set(true),
            Err(error) => assert_eq!(error, TryReserveError::Full),
        },
    );
    assert_eq!(found, Ok(4));
    assert_eq!(rest(&mut flusher), if appended.get() { b"xyz".to_vec() } else { vec![] });
}

fn append_reaches_a_flusher_that_begins_to_wait() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let task = Task::default();
    let mut future = pin!(flusher.batch_async(9));
    let polled =
        interrupted(|| task.poll(future.as_mut()), || assert!(append(&writer, b"ab").is_ok()));
    assert_eq!(task.finish(future, polled).unwrap().len(), 2);
}

/// The record was reserved before.
fn commit_reaches_a_flusher_that_begins_to_wait() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let task = Task::default();
    let reservation = Cell::new(Some(writer.try_reserve(2).unwrap()));
    let mut future = pin!(flusher.batch_async(9));
    let polled = interrupted(
        || task.poll(future.as_mut()),
        || _ = reservation.take().map(|reservation| reservation.commit()),
    );
    assert_eq!(task.finish(future, polled).unwrap().len(), 2);
}

/// Polled again, by another task.
fn append_reaches_a_flusher_that_waits_on() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let (first, second) = (Task::default(), Task::default());
    let mut future = pin!(flusher.batch_async(9));
    assert!(first.poll(future.as_mut()).is_pending());
    let polled =
        interrupted(|| second.poll(future.as_mut()), || assert!(append(&writer, b"ab").is_ok()));
    let task = if first.wakes() > 0 { &first } else { &second };
    assert_eq!(task.finish(future, polled).unwrap().len(), 2);
}

fn append_beside_a_flusher_that_gives_up() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let (first, second) = (Task::default(), Task::default());
    let mut future = flusher.batch_async(9);
    assert!(first.poll(pin!(&mut future)).is_pending());
    interrupted(|| drop(future), || assert!(append(&writer, b"ab").is_ok()));
    assert!(second.poll(pin!(flusher.batch_async(9))).is_ready());
}

fn append_beside_the_close() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let appended = Cell::new(false);
    interrupted(|| flusher.close(), || appended.set(append(&writer, b"ab").is_ok()));
    assert_eq!(rest(&mut flusher), if appended.get() { b"ab".to_vec() } else { vec![] });
    assert_eq!(flush(&mut flusher), Err(TryBatchError::Closed));
}

fn last_writer_goes_while_the_flusher_begins_to_wait() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let (task, writer) = (Task::default(), Cell::new(Some(writer)));
    let mut future = pin!(flusher.batch_async(9));
    let polled = interrupted(|| task.poll(future.as_mut()), || drop(writer.take()));
    assert_eq!(task.finish(future, polled).unwrap_err(), BatchError);
}

// The handler flushes.

fn flush_beside_an_append() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let found = Cell::new(None);
    interrupted(
        || assert!(append(&writer, b"ab").is_ok()),
        || found.set(Some(flush(&mut flusher))),
    );
    match found.get().unwrap() {
        Ok(len) => assert_eq!((len, rest(&mut flusher)), (2, vec![])),
        Err(TryBatchError::Closed) => panic!("it was not closed"),
        Err(_) => assert_eq!(rest(&mut flusher), b"ab"),
    }
}

fn flush_beside_an_append_to_a_full_buffer() {
    let buffer = buffer::<4, 1>();
    let (writer, mut flusher) = buffer.split().unwrap();
    append(&writer, b"abcd").unwrap();
    let appended =
        interrupted(|| append(&writer, b"xyz"), || assert_eq!(flush(&mut flusher), Ok(4)));
    match appended {
        Ok(_) => assert_eq!(rest(&mut flusher), b"xyz"),
        Err(error) => assert_eq!((error, rest(&mut flusher)), (TryReserveError::Full, vec![])),
    }
}

fn release_reaches_a_writer_that_begins_to_wait() {
    let buffer = buffer::<4, 2>();
    let (writer, mut flusher) = buffer.split().unwrap();
    append(&writer, b"abcd").unwrap();
    let task = Task::default();
    let mut reserving = pin!(writer.reserve_async(3));
    let polled =
        interrupted(|| task.poll(reserving.as_mut()), || assert_eq!(flush(&mut flusher), Ok(4)));
    task.finish(reserving.as_mut(), polled).unwrap().commit();
    assert_eq!(rest(&mut flusher).len(), 3);
}

fn release_reaches_the_next_when_the_first_gives_up() {
    let buffer = buffer::<4, 2>();
    let (writer, mut flusher) = buffer.split().unwrap();
    append(&writer, b"abcd").unwrap();
    let (first, second) = (Task::default(), Task::default());
    let mut giving_up = pin!(Some(writer.reserve_async(4)));
    assert!(first.poll(giving_up.as_mut().as_pin_mut().unwrap()).is_pending());
    let mut reserving = pin!(writer.reserve_async(3));
    let polled = second.poll(reserving.as_mut());
    assert!(polled.is_pending());
    interrupted(|| giving_up.set(None), || assert_eq!(flush(&mut flusher), Ok(4)));
    second.finish(reserving.as_mut(), polled).unwrap().commit();
    assert_eq!(rest(&mut flusher).len(), 3);
}

fn close_reaches_a_writer_that_begins_to_wait() {
    let buffer = buffer::<4, 2>();
    let (writer, mut flusher) = buffer.split().unwrap();
    append(&writer, b"abcd").unwrap();
    let task = Task::default();
    let mut reserving = pin!(writer.reserve_async(3));
    let polled = interrupted(|| task.poll(reserving.as_mut()), || flusher.close());
    assert!(task.finish(reserving.as_mut(), polled).is_err());
}

/// The handler waits: it leaves a waker, and is called again when that was called.
fn flusher_polls_in_the_handler_beside_an_append() {
    let buffer = buffer::<8, 4>();
    let (writer, mut flusher) = buffer.split().unwrap();
    let (task, found) = (Task::default(), Cell::new(None));
    interrupted(
        || assert!(append(&writer, b"ab").is_ok()),
        || {
            let mut future = flusher.batch_async(9);
            let polled = task.poll(pin!(&mut future));
            found.set(Some(polled.map(|batch| batch.map(|batch| batch.len()))));
            std::mem::forget(future); // and the waker is left
        },
    );
    let polled = found.take().unwrap();
    let future = async { flusher.batch_async(9).await.map(|batch| batch.len()) };
    assert_eq!(task.finish(pin!(future), polled), Ok(2));
}
