//! Queues of blocks, which have two slots here: each claim finds its own block, and a block is used again only when
//! all others have finished with it.

use super::{Counted, Liar, NEARLY_OVER, join, join_all};
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, TryRecvError, UnboundedReceiver};
use loom::thread::yield_now;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("mpsc::unbounded_producers_find_their_blocks", producers_find_their_blocks)
            .outcomes([[1, 2, 3], [1, 3, 2], [3, 1, 2]])
            .preemptions(3),
        Model::new("mpsc::unbounded_blocks_are_used_again", blocks_are_used_again)
            .outcomes([()])
            .preemptions(2),
        Model::new(
            "mpsc::unbounded_block_that_came_back_is_not_replaced",
            block_that_came_back_is_not_replaced,
        )
        .outcomes([()])
        .preemptions(2),
        Model::new(
            "mpsc::unbounded_send_wakes_consumer_at_a_block_end",
            send_wakes_consumer_at_a_block_end,
        )
        .outcomes([[1, 2]])
        .preemptions(2),
        Model::new("mpsc::unbounded_batch_goes_through_blocks", batch_goes_through_blocks)
            .outcomes([0, 1, 3])
            .preemptions(2),
        Model::new("mpsc::unbounded_block_may_end_without_a_value", block_may_end_without_a_value)
            .outcomes([7]),
        Model::new(
            "mpsc::unbounded_values_in_blocks_are_dropped_once",
            values_in_blocks_are_dropped_once,
        )
        .outcomes([[false, false], [true, false], [false, true], [true, true]])
        .preemptions(2),
    ]
}

/// Receives without blocking, letting the others run in between.
fn next(receiver: &mut UnboundedReceiver<u32>) -> u32 {
    loop {
        match receiver.try_recv() {
            Ok(value) => return value,
            Err(TryRecvError::Closed) => panic!("closed too early"),
            Err(_) => yield_now(),
        }
    }
}

/// One producer sends two values, another one, from the last slot of a block on, across the wrap: each may link a
/// block, or find it. The outcome is the order.
fn producers_find_their_blocks() -> Vec<u32> {
    let (sender, mut receiver) = mpsc::unbounded_starting_at(NEARLY_OVER + 1);
    let producer = |values: &'static [u32]| {
        let sender = sender.clone();
        let send = move |&value: &u32| (sender.send(value).unwrap(), value);
        spawn(move || values.iter().map(send).collect::<Vec<_>>())
    };
    let producers = [producer(&[1, 2]), producer(&[3])];
    let mut sent = join_all(producers).concat();
    sent.sort_by_key(|(position, _)| (position + 2) % (1 << 62));
    assert!(receiver.drain(9).with_positions().eq(sent.iter().copied()));
    sent.into_iter().map(|(_, value)| value).collect()
}

/// The consumer receives the last value of a block, and returns the one before, which the producer may take.
fn blocks_are_used_again() {
    let (sender, mut receiver) = mpsc::unbounded();
    assert!(sender.send_many(0..4).is_ok());
    assert!(receiver.drain(3).eq(0..3));
    let producer = spawn(move || (4..7).for_each(|value| assert!(sender.send(value).is_ok())));
    (3..7).for_each(|value| assert_eq!(next(&mut receiver), value));
    producer.join().unwrap();
}

/// A producer is about to link a block, and others are faster. Then the block that it found comes back to the same
/// word, three blocks later.
fn block_that_came_back_is_not_replaced() {
    let (sender, mut receiver) = mpsc::unbounded();
    // The first block is finished, and the tail at the begin of the second.
    (0..2).for_each(|value| assert!(sender.send(value).is_ok()));
    (0..2).for_each(|value| assert_eq!(receiver.try_recv(), Ok(value)));
    let slow = {
        let sender = sender.clone();
        spawn(move || assert!(sender.send(100).is_ok()))
    };
    let mut received = Vec::new();
    for value in 0..6 {
        sender.send(value).unwrap();
        if value == 1 {
            // Three blocks were linked. Now the first one comes back, and will be the fifth.
            received.extend([(); 2].map(|()| next(&mut receiver)));
        }
    }
    join([slow]);
    received.extend(receiver.try_iter());
    assert_eq!(received.len(), 7);
    assert!(received.into_iter().filter(|&value| value != 100).eq(0..6));
}

/// The consumer blocks, on the last slot of a block and on the first of the next.
fn send_wakes_consumer_at_a_block_end() -> [u32; 2] {
    let (sender, mut receiver) = mpsc::unbounded_starting_at(1);
    let producer = spawn(move || {
        [1, 2].iter().for_each(|&value| assert!(sender.send(value).is_ok()));
        sender // not dropped before the values were received: it is the send that has to wake
    });
    let received = [(); 2].map(|()| receiver.recv().unwrap());
    drop(producer.join().unwrap());
    received
}

/// A batch of three beside a send, from the last slot of a block on. The outcome is how many values of the batch
/// come before the other.
fn batch_goes_through_blocks() -> usize {
    let (sender, mut receiver) = mpsc::unbounded_starting_at(1);
    let other = sender.clone();
    join([
        spawn(move || assert!(sender.send_many([1, 2, 3]).is_ok())),
        spawn(move || assert!(other.send(100).is_ok())),
    ]);
    let mut received: Vec<u32> = receiver.drain(9).collect();
    let before = received.iter().position(|&value| value == 100).unwrap();
    received.remove(before);
    assert_eq!(received, [1, 2, 3]);
    before
}

/// A claim of the last slot of a block has no value after all; the consumer goes on to the next block.
fn block_may_end_without_a_value() -> u32 {
    let (sender, mut receiver) = mpsc::unbounded_starting_at(1);
    let producer = spawn(move || {
        assert!(sender.try_send_many(Liar).is_ok());
        assert_eq!(sender.send(7), Ok(2));
    });
    let received = next(&mut receiver);
    producer.join().unwrap();
    received
}

/// Two producers send at the end of a block while the consumer goes: each value is dropped once, whether it was
/// accepted or not, which is the outcome.
fn values_in_blocks_are_dropped_once() -> [bool; 2] {
    let (sender, receiver) = mpsc::unbounded_starting_at(1);
    let drops = Arc::new(Atomic::new(0));
    let producers = [(); 2].map(|()| {
        let (sender, value) = (sender.clone(), Counted(Arc::clone(&drops)));
        spawn(move || sender.send(value).is_ok())
    });
    drop(sender);
    drop(receiver);
    let accepted = join_all(producers);
    assert_eq!(drops.load(Relaxed), 2);
    accepted
}
