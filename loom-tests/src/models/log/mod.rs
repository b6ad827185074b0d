//! Logs: what writers commit is what the flusher reads, in one order; results are true; nothing waits indefinitely.

mod lending;
mod publishing;
mod revolutions;
mod room;
mod stream;
mod verdicts;
mod waking;

use crate::Model;
use latchfree::log::{self, Batch, Flusher, TryBatchError, Writer};
use loom::thread::{JoinHandle, yield_now};
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

pub fn models() -> Vec<Model> {
    [
        stream::models(),
        waking::models(),
        lending::models(),
        room::models(),
        verdicts::models(),
        publishing::models(),
        revolutions::models(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A position two bytes before a wrap: in a model the tail has four bits of it.
const POSITION: u64 = 16 - 2;
/// A record number that wraps with the next record.
const RECORD: u64 = 16 - 1;

/// An empty buffer, around the wrap of both fields of the tail.
fn buffer(bytes: usize, records: usize) -> (Writer<'static>, Flusher<'static>) {
    log::buffer_starting_at(bytes, records, POSITION, RECORD)
}

/// A buffer with as many records of a byte each as fit in.
fn full(records: usize) -> (Writer<'static>, Flusher<'static>) {
    let (writer, flusher) = buffer(records, records);
    for _ in 0..records {
        append(&writer, b"x");
    }
    (writer, flusher)
}

/// Appends a record, for which there is room.
fn append(writer: &Writer<'_>, bytes: &[u8]) -> Range<u64> {
    let mut reservation = writer.try_reserve(bytes.len()).expect("there is room");
    assert_eq!(reservation.put(bytes), bytes.len());
    reservation.commit()
}

/// Takes a batch's bytes, and releases it.
fn flush(batch: Batch<'_>) -> Vec<u8> {
    let (first, second) = batch.bytes();
    let bytes = [first, second].concat();
    batch.release();
    bytes
}

/// Flushes what is committed next, letting others run until then.
fn flush_next(flusher: &mut Flusher<'_>) -> Vec<u8> {
    loop {
        match flusher.try_batch(4) {
            Ok(batch) => return flush(batch),
            Err(TryBatchError::Closed) => panic!("closed too early"),
            Err(_) => yield_now(),
        }
    }
}

/// Polls once, with a waker that does nothing.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn join<T, const N: usize>(threads: [JoinHandle<T>; N]) -> [T; N] {
    threads.map(|thread| thread.join().unwrap())
}
