//! Queues of blocks, which have two slots here: each claim finds its own block, and a block is used again only when
//! all others have finished with it.

use super::{Counted, NEARLY_OVER, after, join, join_all};
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, RecvError, TryRecvError, UnboundedReceiver};
use loom::thread::yield_now;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("mpsc::producers_find_their_blocks", producers_find_their_blocks)
            .outcomes([
                [1, 2, 3, 4],
                [1, 3, 2, 4],
                [1, 3, 4, 2],
                [3, 1, 2, 4],
                [3, 1, 4, 2],
                [3, 4, 1, 2],
            ])
            .preemptions(2),
        Model::new("mpsc::blocks_are_used_again", blocks_are_used_again)
            .outcomes([()])
            .preemptions(2),
        Model::new(
            "mpsc::block_that_came_back_is_not_replaced",
            block_that_came_back_is_not_replaced,
        )
        .outcomes([()])
        .preemptions(2),
        Model::new("mpsc::send_wakes_consumer_at_a_block_end", send_wakes_consumer_at_a_block_end)
            .outcomes([[1, 2], [2, 1]])
            .preemptions(2),
        Model::new("mpsc::batch_goes_through_blocks", batch_goes_through_blocks)
            .outcomes([0, 1, 2, 3])
            .preemptions(2),
        Model::new("mpsc::values_in_blocks_are_dropped_once", values_in_blocks_are_dropped_once)
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

/// Two producers send two values each, from the second slot of a block on: three blocks, two of which have to be
/// linked, across the wrap.
fn producers_find_their_blocks() -> [u32; 4] {
    let (sender, mut receiver) = mpsc::unbounded_starting_at(NEARLY_OVER + 1);
    let producer = |values: [u32; 2]| {
        let sender = sender.clone();
        spawn(move || values.map(|value| sender.send(value).unwrap()))
    };
    let producers = [producer([1, 2]), producer([3, 4])];
    let received = [(); 4].map(|()| next(&mut receiver));
    let positions = join_all(producers);
    for (value, position) in (1..).zip(positions.as_flattened()) {
        let index = received.iter().position(|&other| other == value).unwrap();
        assert_eq!(*position, after(1 + index as u64));
    }
    received
}

/// A producer fills one block after the other, and takes those that the consumer returns.
fn blocks_are_used_again() {
    let (sender, mut receiver) = mpsc::unbounded();
    let producer = spawn(move || (0..7).for_each(|value| assert!(sender.send(value).is_ok())));
    (0..7).for_each(|value| assert_eq!(next(&mut receiver), value));
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
    let producers = [1, 2].map(|value| {
        let sender = sender.clone();
        spawn(move || {
            sender.send(value).unwrap();
            sender // not dropped before the value was received: it is the send that has to wake
        })
    });
    let received = [(); 2].map(|()| receiver.recv().unwrap());
    join_all(producers);
    received
}

/// A batch of three beside a send, from the second slot of a block on. The outcome is how many values of the batch
/// come before the other.
fn batch_goes_through_blocks() -> usize {
    let (sender, mut receiver) = mpsc::unbounded_starting_at(1);
    let producers = [
        {
            let sender = sender.clone();
            spawn(move || assert!(sender.send_many([1, 2, 3]).is_ok()))
        },
        spawn(move || assert!(sender.send(100).is_ok())),
    ];
    let mut received: Vec<u32> = Vec::new();
    while let Ok(value) = receiver.recv() {
        received.push(value);
    }
    join(producers);
    assert_eq!(receiver.recv(), Err(RecvError));
    let before = received.iter().position(|&value| value == 100).unwrap();
    received.remove(before);
    assert_eq!(received, [1, 2, 3]);
    before
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
