//! Values through queues: producers and the consumer at the same time.

use super::{BATCH, Bench, Cost, OTHER, Scenario, WARM_UP};
use crate::controls::{Queue, ring::Ring};
use crate::run::{Body, Laps, pause};
use latchfree::mpsc;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("`try_send` and `try_recv`", "one more receives", single).on(&[1, 2, 4, 16]),
    Scenario::new("`try_send_many` and `drain` of 32, a value", "one more receives", batches)
        .on(&[1, 2, 4]),
    Scenario::new("control: through a Vyukov ring", "one more receives", ring).on(&[1, 2, 4, 16]),
];

/// How many values a queue of these streams holds, as in the benchmarks.
const CAPACITY: usize = 1024;
/// How many values go through it in all.
const STREAM: u64 = 2048;

/// Repeats `attempt` until it succeeds, with a pause in between.
fn until(mut attempt: impl FnMut() -> bool) {
    while !attempt() {
        pause();
    }
}

/// Lets all processors send, beside the other one, which receives. Returns what a value costs all of them together, and
/// the time of the other.
fn stream<'a>(
    bench: &mut Bench,
    batch: u64,
    mut recv: impl FnMut() -> bool + Send + 'a,
    senders: impl IntoIterator<Item = impl FnMut() -> bool + Send + 'a>,
) -> Cost {
    let processors = bench.processors as u64;
    let each = STREAM / batch / processors - WARM_UP;
    let bodies = senders.into_iter().take(bench.processors).enumerate().map(|(i, mut send)| {
        Body::new(i, move |laps: &Laps| laps.run(WARM_UP, each, || until(&mut send)))
    });
    let (bodies, recv) = (bodies.collect(), move || until(&mut recv));
    let mut cost = bench.other_beside(WARM_UP * processors, each * processors, recv, bodies);
    cost.counts.cycles = bench.run.counts_of(OTHER).cycles;
    Cost { operations: cost.operations * batch, ..cost }
}

/// Values through a queue, one at a time.
pub(crate) fn single(bench: &mut Bench) -> Cost {
    let (sender, mut receiver) = mpsc::bounded(CAPACITY);
    let sender = |_| {
        let sender = sender.clone();
        move || sender.try_send(7).is_ok()
    };
    stream(bench, 1, move || receiver.try_recv().is_ok(), (0..OTHER).map(sender))
}

/// Values through a queue, in batches.
pub(crate) fn batches(bench: &mut Bench) -> Cost {
    let (sender, mut receiver) = mpsc::bounded(CAPACITY);
    let sender = |_| {
        let sender = sender.clone();
        // All or nothing: what does not fit is sent the next time.
        let mut left = 0..BATCH as u32;
        move || {
            let result = sender.try_send_many(left.clone().map(u64::from));
            left.start += match &result {
                Ok(sent) => (sent.end - sent.start) as u32,
                Err(error) => error.sent() as u32,
            };
            let is_sent = left.is_empty();
            if is_sent {
                left = 0..BATCH as u32;
            }
            is_sent
        }
    };
    let mut got = 0;
    let recv = move || {
        got += receiver.drain((BATCH - got) as usize).count() as u64;
        let is_whole = got == BATCH;
        got %= BATCH;
        is_whole
    };
    stream(bench, BATCH, recv, (0..OTHER).map(sender))
}

/// Values through a Vyukov ring.
pub(crate) fn ring(bench: &mut Bench) -> Cost {
    let queue = &Ring::new(CAPACITY);
    stream(bench, 1, || queue.try_recv().is_some(), (0..OTHER).map(|_| || queue.try_send(7)))
}
