//! Queues: accepted values are received, once and in order; results are true; no waiter blocks
//! indefinitely.

mod positions;
mod receiving;
mod room;
mod sending;
mod unbounded;
mod verdicts;

use crate::Model;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, Receiver, Sender, TryRecvError};
use loom::thread::{JoinHandle, yield_now};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

pub fn models() -> Vec<Model> {
    [
        sending::models(),
        positions::models(),
        verdicts::models(),
        receiving::models(),
        room::models(),
        unbounded::models(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Two positions before the wrap.
const NEARLY_OVER: u64 = (1 << 62) - 2;

/// The position `count` behind NEARLY_OVER.
fn after(count: u64) -> u64 {
    (NEARLY_OVER + count) % (1 << 62)
}

/// A queue with the values from 1 up to its capacity, around the wrap of the tickets.
fn full(capacity: u32) -> (Sender<u32>, Receiver<u32>) {
    let (sender, receiver) = mpsc::bounded_starting_at(capacity as usize, NEARLY_OVER);
    assert!(sender.try_send_many(1..capacity + 1).is_ok());
    (sender, receiver)
}

/// Says that it has a value, and has none.
struct Liar;

impl Iterator for Liar {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        None
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (1, Some(1))
    }
}
impl ExactSizeIterator for Liar {}

/// Receives without blocking, letting the others run in between.
fn next<T>(receiver: &mut Receiver<T>) -> T {
    loop {
        match receiver.try_recv() {
            Ok(value) => return value,
            Err(TryRecvError::Closed) => panic!("closed too early"),
            Err(_) => yield_now(),
        }
    }
}

/// Sends without blocking.
fn send(sender: &Sender<u32>, mut value: u32) {
    while let Err(error) = sender.try_send(value) {
        assert!(error.is_full());
        value = error.into_inner();
        yield_now();
    }
}

/// Polls once, with a waker that does nothing.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn join_all<T, const N: usize>(threads: [JoinHandle<T>; N]) -> [T; N] {
    threads.map(|thread| thread.join().unwrap())
}

fn join<const N: usize>(threads: [JoinHandle<()>; N]) {
    join_all(threads);
}

/// A value that counts its drop.
struct Counted(Arc<Atomic<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}
