//! The queue, and the controls beside it.

use super::{BATCH, Bench, Cost, Handles, Scenario};
use crate::controls::{Queue, list::List, ring::Ring};
use latchfree::mpsc;

const SENDING: &str = "slots last used by the consumer";
const RECEIVING: &str = "slots last used by the producers";

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("`Sender::try_send`", SENDING, send),
    Scenario::new("`Sender::try_send_many` of 32, a value", SENDING, send_many),
    // Beyond, where the allocator has put the blocks shows in the last digit.
    Scenario::new("`UnboundedSender::send`", SENDING, unbounded_send).on(&[1, 4]),
    Scenario::new("control: send to a Vyukov ring", SENDING, ring_send),
    Scenario::new("control: send to a Michael-Scott list", SENDING, list_send),
    Scenario::new("`Receiver::try_recv`", RECEIVING, recv).constant(),
    Scenario::new("`Receiver::drain` of 32, a value", RECEIVING, drain).constant(),
    Scenario::new("`UnboundedReceiver::try_recv`", RECEIVING, unbounded_recv).constant(),
    Scenario::new("control: receive from a Vyukov ring", RECEIVING, ring_recv).constant(),
    Scenario::new("control: receive from a Michael-Scott list", RECEIVING, list_recv).constant(),
];

/// A queue with room for all that is sent, whose slots the other processor has used once.
fn used(bench: &mut Bench, batch: u64) -> (mpsc::Sender<u64>, mpsc::Receiver<u64>) {
    let capacity = (bench.total() * batch).next_power_of_two();
    let (sender, mut receiver) = mpsc::bounded(capacity as usize);
    bench.other(capacity, || {
        sender.try_send(0).expect("there is room");
        receiver.try_recv().expect("a value");
    });
    (sender, receiver)
}

/// All send as much as there is room for, `batch` values at a time.
fn send_all(bench: &mut Bench, sender: &mpsc::Sender<u64>, batch: u64) -> Cost {
    let senders = Handles::new(bench.processors, |_| sender.clone());
    bench.each(|i, turns| {
        let sender = senders.take(i);
        if batch == 1 {
            turns.run(|| _ = sender.try_send(7).expect("there is room"));
        } else {
            turns.run(|| {
                _ = sender.try_send_many((0..batch as u32).map(u64::from)).expect("there is room")
            });
        }
    })
}

fn send(bench: &mut Bench) -> Cost {
    let (sender, _receiver) = used(bench, 1);
    send_all(bench, &sender, 1)
}

/// The cost of a value, of those that were sent or received in batches.
fn by_value(cost: Cost) -> Cost {
    Cost { operations: cost.operations * BATCH, ..cost }
}

fn send_many(bench: &mut Bench) -> Cost {
    let (sender, _receiver) = used(bench, BATCH);
    by_value(send_all(bench, &sender, BATCH))
}

fn recv(bench: &mut Bench) -> Cost {
    let (sender, mut receiver) = used(bench, 1);
    send_all(bench, &sender, 1);
    bench.other(bench.total(), || _ = receiver.try_recv().expect("a value"))
}

fn drain(bench: &mut Bench) -> Cost {
    let (sender, mut receiver) = used(bench, BATCH);
    send_all(bench, &sender, BATCH);
    let batch = || assert_eq!(receiver.drain(BATCH as usize).count() as u64, BATCH);
    by_value(bench.other(bench.total(), batch))
}

/// A queue whose blocks the other processor has used once, as far as they are used again.
fn used_unbounded(bench: &mut Bench) -> (mpsc::UnboundedSender<u64>, mpsc::UnboundedReceiver<u64>) {
    let (sender, mut receiver) = mpsc::unbounded();
    bench.other(bench.total(), || {
        sender.send(0).expect("it is open");
        receiver.try_recv().expect("a value");
    });
    (sender, receiver)
}

fn send_all_unbounded(bench: &mut Bench, sender: &mpsc::UnboundedSender<u64>) -> Cost {
    let senders = Handles::new(bench.processors, |_| sender.clone());
    bench.each(|i, turns| {
        let sender = senders.take(i);
        turns.run(|| _ = sender.send(7).expect("it is open"));
    })
}

fn unbounded_send(bench: &mut Bench) -> Cost {
    let (sender, _receiver) = used_unbounded(bench);
    send_all_unbounded(bench, &sender)
}

fn unbounded_recv(bench: &mut Bench) -> Cost {
    let (sender, mut receiver) = used_unbounded(bench);
    send_all_unbounded(bench, &sender);
    bench.other(bench.total(), || _ = receiver.try_recv().expect("a value"))
}

fn used_ring(bench: &mut Bench) -> Ring {
    let capacity = bench.total().next_power_of_two();
    let ring = Ring::new(capacity as usize);
    bench.other(capacity, || {
        assert!(ring.try_send(0));
        assert!(ring.try_recv().is_some());
    });
    ring
}

pub(crate) fn ring_send(bench: &mut Bench) -> Cost {
    let ring = used_ring(bench);
    bench.each(|_, turns| turns.run(|| assert!(ring.try_send(7))))
}

fn ring_recv(bench: &mut Bench) -> Cost {
    let ring = used_ring(bench);
    bench.each(|_, turns| turns.run(|| assert!(ring.try_send(7))));
    bench.other(bench.total(), || assert!(ring.try_recv().is_some()))
}

/// A list whose nodes the other processor has used.
fn used_list(bench: &mut Bench) -> List {
    let nodes = bench.total();
    let list = List::new(nodes as usize);
    let mut node = 0..nodes as usize;
    bench.other(nodes, || list.use_node(node.next().expect("one each")));
    list
}

fn list_send_all(bench: &mut Bench, list: &List) -> Cost {
    let each = bench.each_total() as usize;
    bench.each(|i, turns| {
        List::nodes_of_this_thread(i * each, each);
        turns.run(|| assert!(list.try_send(7)));
    })
}

pub(crate) fn list_send(bench: &mut Bench) -> Cost {
    let list = used_list(bench);
    list_send_all(bench, &list)
}

fn list_recv(bench: &mut Bench) -> Cost {
    let list = used_list(bench);
    list_send_all(bench, &list);
    bench.other(bench.total(), || assert!(list.try_recv().is_some()))
}
