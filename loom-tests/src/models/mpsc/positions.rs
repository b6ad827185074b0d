//! Both ends agree on positions.

use super::{NEARLY_OVER, after, join, join_all};
use crate::{Model, spawn};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::{self, TryRecvError};
use latchfree::watermark::Watermark;
use loom::thread::yield_now;
use std::sync::Arc;

pub(super) fn models() -> Vec<Model> {
    vec![
        Model::new("mpsc::positions_agree_at_both_ends", positions_agree_at_both_ends)
            .outcomes([[0, 1], [2, 0]])
            .preemptions(3),
        Model::new(
            "mpsc::watermark_acknowledges_what_was_received",
            watermark_acknowledges_what_was_received,
        )
        .outcomes([[1, 2], [2, 1]])
        .preemptions(2),
    ]
}

/// One producer sends a value, another two, across the wrap. Each is received at the position that its send
/// returned. The outcome is how far the two sends are behind the first slot.
fn positions_agree_at_both_ends() -> [u64; 2] {
    let (sender, mut receiver) = mpsc::bounded_starting_at(4, NEARLY_OVER);
    let other = sender.clone();
    let producers = [
        spawn(move || {
            let position = sender.try_send(1).unwrap();
            position..(position + 1) % (1 << 62)
        }),
        spawn(move || other.try_send_many([2, 3]).unwrap()),
    ];
    let mut received = Vec::new();
    while received.len() < 3 {
        let before = received.len();
        received.extend(receiver.drain(4).with_positions());
        assert_eq!(receiver.position(), after(received.len() as u64));
        if received.len() == before {
            yield_now();
        }
    }
    let [one, two] = join_all(producers);
    let expected = [(one.start, 1), (two.start, 2), ((two.start + 1) % (1 << 62), 3)];
    assert!(expected.iter().all(|sent| received.contains(sent)));
    assert_eq!(two.end, (two.start + 2) % (1 << 62));
    [one.start, two.start].map(|position| position.wrapping_sub(NEARLY_OVER) % (1 << 62))
}

/// Two producers send a record each. One waits until it is durable, the other looks: if it is, it is in the file,
/// at the position that the send returned. The consumer writes what is there, and says how far it is. The outcome is the file.
fn watermark_acknowledges_what_was_received() -> [u32; 2] {
    let (sender, mut receiver) = mpsc::bounded(2);
    let file = Arc::new([0, 0].map(Atomic::new));
    let durable = Arc::new(Watermark::new(0));
    let producer = |record: u32, waits: bool| {
        let (sender, file, durable) = (sender.clone(), Arc::clone(&file), Arc::clone(&durable));
        spawn(move || {
            let position = sender.try_send(record).unwrap();
            if waits {
                durable.wait_for(position + 1).unwrap();
            }
            if durable.get() > position {
                assert_eq!(file[position as usize].load(Relaxed), record);
            }
        })
    };
    let producers = [producer(1, true), producer(2, false)];
    while receiver.position() < 2 {
        match receiver.try_recv() {
            Ok(record) => {
                file[receiver.position() as usize - 1].store(record, Relaxed);
                durable.advance_to(receiver.position());
            }
            Err(TryRecvError::Closed) => panic!("the sender is here"),
            Err(_) => yield_now(),
        }
    }
    join(producers);
    [0, 1].map(|position: usize| file[position].load(Relaxed))
}
