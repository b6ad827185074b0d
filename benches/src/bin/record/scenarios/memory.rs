//! How many bytes one of each takes: itself or its handles, and what it has allocated.

use super::{Operations, Run, Scenario, runs};
use crate::allocations::live_after;
use latchfree_benches::peers::queues::{
    self, ArrayQueue, ConcurrentQueue, CrossbeamChannel, Crossfire, Flume, Kanal, Latchfree,
    NexusQueue, Rapidfire, SyncChannel, ThingBuf, ThingBufChannel, TokioMpsc, Value,
};
use latchfree_benches::peers::{cells, counters, positions, semaphores};
use std::sync::atomic::AtomicU64;

const CAPACITY: usize = 1024;

pub fn scenarios() -> Vec<Scenario> {
    let mut scenarios = queues::<[u64; 1]>();
    scenarios.extend(queues::<[u64; 8]>());
    let mut add = runs!(counter(): counters::Add, counters::FastCounter);
    add.push(one("(limit: an AtomicU64)", || AtomicU64::new(0)));
    scenarios.push(Scenario::new("a counter of 16 stripes", add));
    scenarios.push(Scenario::new(
        "a cell of 64 bytes",
        runs!(cell(): cells::SeqLock<8>, cells::SeqCell<8>, cells::SeqLatch<8>, cells::SeqlockCrate<8>,
            cells::AtomicCell<8>, cells::Swap<8>, cells::ParkingLot<8>, cells::StdRwLock<8>, cells::StdMutex<8>),
    ));
    let position = runs!(position(): positions::Latchfree, positions::CondvarPosition);
    scenarios.push(Scenario::new("a position to wait for", position));
    let permits = runs!(semaphore(): semaphores::Latchfree, semaphores::Tokio, semaphores::Locked);
    scenarios.push(Scenario::new("a semaphore", permits));
    scenarios
}

fn queues<T: Value>() -> Vec<Scenario> {
    let bytes = size_of::<T>();
    [false, true]
        .into_iter()
        .map(|used| {
            let what = if used { "after it was full" } else { "never used" };
            let runs = runs!(queue, T (used): Latchfree, ArrayQueue, ConcurrentQueue, ThingBuf, NexusQueue,
                CrossbeamChannel, SyncChannel, Flume, Kanal, Crossfire, ThingBufChannel,
                TokioMpsc, Rapidfire);
            Scenario::new(format!("a queue of {CAPACITY} times {bytes} bytes, {what}"), runs)
        })
        .collect()
}

fn bytes(peer: &'static str, bytes: impl Fn() -> usize + 'static) -> Run {
    let turn = Box::new(move |_| vec![bytes() as f64]);
    Run { peer, operations: Operations::Exactly(1), turn }
}

/// An empty queue and two handles.
fn queue<P: queues::Peer<T> + 'static, T: Value>(used: bool) -> Run {
    bytes(P::NAME, move || {
        let (live, handles) = live_after(|| {
            let (producers, mut consumer) = P::new(CAPACITY, 1);
            let mut producer = producers.into_iter().next().expect("one");
            if used {
                let mut sent = 0;
                while sent < CAPACITY && P::try_send(&mut producer, T::default()) {
                    sent += 1;
                }
                (0..sent)
                    .for_each(|_| assert!(P::try_recv(&mut consumer).is_some(), "it was sent"));
            }
            (producer, consumer)
        });
        live + size_of_val(&handles)
    })
}

fn one<T: 'static>(name: &'static str, new: fn() -> T) -> Run {
    bytes(name, move || {
        let (live, itself) = live_after(new);
        live + size_of_val(&itself)
    })
}

fn counter<P: counters::Peer + 'static>() -> Run {
    one(P::NAME, P::new)
}

fn cell<P: cells::Peer<8> + 'static>() -> Run {
    one(P::NAME, || P::new([0; 8]))
}

fn position<P: positions::Peer + 'static>() -> Run {
    one(P::NAME, P::new)
}

fn semaphore<P: semaphores::Peer + 'static>() -> Run {
    one(P::NAME, P::new)
}
