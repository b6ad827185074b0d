//! The runs of bounded queues, which several families are made of.

use super::{Run, nanos_each, run, runs};
use latchfree_benches::peers::queues::drive::{alone, pass, pass_in_batches, pass_waiting};
use latchfree_benches::peers::queues::{
    ArrayQueue, Batching, ConcurrentQueue, CrossbeamChannel, Crossfire, Flume, Kanal, Latchfree,
    NexusQueue, Peer, Rapidfire, Rtrb, SyncChannel, ThingBuf, ThingBufChannel, TokioMpsc, Value,
    Waiting, copies, fetch_adds,
};

/// How large a queue is, and how many threads send to it.
#[derive(Clone, Copy)]
pub struct At {
    pub capacity: usize,
    pub producers: usize,
}

/// At least two laps.
fn least(capacity: usize) -> u64 {
    (2 * capacity as u64).max(4000)
}

/// All that can be tried, in one thread.
pub fn all_alone<T: Value>(capacity: usize) -> Vec<Run> {
    let mut runs = runs!(one_thread, T (capacity): Latchfree, ArrayQueue, ConcurrentQueue, ThingBuf, NexusQueue,
        CrossbeamChannel, SyncChannel, Flume, Kanal, Crossfire, ThingBufChannel, TokioMpsc, Rapidfire, Rtrb);
    runs.push(copied::<T>(capacity));
    runs
}

/// All that can be tried, and the limits.
pub fn all_trying<T: Value>(at: At) -> Vec<Run> {
    let mut runs = runs!(trying, T (at): Latchfree, ArrayQueue, ConcurrentQueue, ThingBuf, NexusQueue,
        CrossbeamChannel, SyncChannel, Flume, Kanal, Crossfire, ThingBufChannel, TokioMpsc, Rapidfire);
    if at.producers == 1 {
        runs.push(trying::<Rtrb, T>(at));
    }
    runs.push(claims(at));
    runs.push(copied::<T>(at.capacity));
    runs
}

/// All that can wait.
pub fn all_waiting<T: Value>(at: At) -> Vec<Run> {
    runs!(waiting, T (at): Latchfree, CrossbeamChannel, SyncChannel, Flume, Kanal, Crossfire, ThingBufChannel,
        TokioMpsc, Rapidfire)
}

/// All that can receive, and perhaps send, in batches.
pub fn all_in_batches<T: Value>(at: At, batch: usize) -> Vec<Run> {
    let mut runs = runs!(in_batches, T (at, batch): Latchfree, Flume, Kanal, TokioMpsc, Rapidfire);
    if at.producers == 1 {
        runs.push(in_batches::<Rtrb, T>(at, batch));
    }
    runs
}

/// Ours in batches, under another name, to stand beside single sends.
pub fn ours_in_batches<T: Value>(at: At, batch: usize, name: &'static str) -> Run {
    Run { peer: name, ..in_batches::<Latchfree, T>(at, batch) }
}

fn one_thread<P: Peer<T> + 'static, T: Value>(capacity: usize) -> Run {
    run(P::NAME, least(capacity), move |total| nanos_each(alone::<P, T>(capacity, total), total))
}

fn trying<P: Peer<T> + 'static, T: Value>(at: At) -> Run {
    run(P::NAME, least(at.capacity), move |total| {
        nanos_each(pass::<P, T>(at.capacity, at.producers, total), total)
    })
}

fn waiting<P: Waiting<T> + 'static, T: Value>(at: At) -> Run {
    run(P::NAME, least(at.capacity), move |total| {
        nanos_each(pass_waiting::<P, T>(at.capacity, at.producers, total), total)
    })
}

fn in_batches<P: Batching<T> + 'static, T: Value>(at: At, batch: usize) -> Run {
    run(P::NAME, least(at.capacity), move |total| {
        nanos_each(pass_in_batches::<P, T>(at.capacity, at.producers, total, batch), total)
    })
}

fn claims(at: At) -> Run {
    run("(limit: a fetch_add a value)", 20_000, move |total| {
        nanos_each(fetch_adds(at.producers, total), total)
    })
}

fn copied<T: Value>(capacity: usize) -> Run {
    run("(limit: a copy in and out)", least(capacity), move |total| {
        nanos_each(copies::<T>(capacity, total), total)
    })
}
