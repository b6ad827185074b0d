//! Either end of a queue in a handler.

use crate::interrupt::interrupted;
use crate::tasks::Task;
use latchfree::mpsc::{RecvError, Ring, TryRecvError, TrySendError};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::Poll;

crate::runner::scenarios! {
    send_beside_a_send
    send_beside_many
    send_beside_a_try_recv_of_an_empty_ring
    send_beside_a_try_recv_of_a_full_ring
    send_beside_a_drain
    send_reaches_a_consumer_that_begins_to_wait
    send_reaches_a_consumer_that_waits_on
    send_beside_a_consumer_that_gives_up
    send_beside_the_close
    last_producer_goes_while_the_consumer_begins_to_wait
    receive_beside_a_send
    receive_beside_a_send_to_a_full_ring
    drain_beside_many
    receive_reaches_a_producer_that_begins_to_wait
    receive_reaches_the_next_when_the_first_gives_up
    close_beside_a_send
    close_reaches_a_producer_that_begins_to_wait
    consumer_polls_in_the_handler_beside_a_send
}

type Values = RefCell<Vec<u32>>;

/// Room, so that a handler which adds to it does not allocate.
fn values() -> Values {
    RefCell::new(Vec::with_capacity(8))
}

/// Returns the values that are left. None is stalled, because no operation is in progress.
fn rest<const N: usize>(consumer: &mut latchfree::mpsc::Consumer<&Ring<u32, N>>) -> Vec<u32> {
    let mut rest = Vec::new();
    loop {
        match consumer.try_recv() {
            Ok(value) => rest.push(value),
            Err(TryRecvError::Stalled) => panic!("a slot was claimed and not filled"),
            Err(TryRecvError::Empty | TryRecvError::Closed) => return rest,
        }
    }
}

// The handler sends.

fn send_beside_a_send() {
    let ring = Ring::<u32, 4>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let handlers = producer.clone();
    interrupted(
        || assert!(producer.try_send(1).is_ok() && producer.try_send(2).is_ok()),
        || assert!(handlers.try_send(3).is_ok()),
    );
    let received = rest(&mut consumer);
    assert!([[1, 2, 3], [1, 3, 2], [3, 1, 2]].contains(&received.try_into().unwrap()));
}

fn send_beside_many() {
    let ring = Ring::<u32, 4>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let handlers = producer.clone();
    let sent = interrupted(
        || producer.try_send_many([1, 2, 3]).map_err(|error| error.sent()),
        || assert!(handlers.try_send(4).is_ok()),
    );
    let received: [u32; 4] = rest(&mut consumer).try_into().unwrap();
    let first = if received[0] == 4 { 1 } else { 0 };
    assert_eq!(sent, Ok(first..first + 3));
    assert!([[1, 2, 3, 4], [4, 1, 2, 3]].contains(&received));
}

fn send_beside_a_try_recv_of_an_empty_ring() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let received = interrupted(|| consumer.try_recv(), || assert!(producer.try_send(1).is_ok()));
    match received {
        Ok(value) => assert_eq!((value, rest(&mut consumer)), (1, vec![])),
        Err(error) => assert_eq!((error, rest(&mut consumer)), (TryRecvError::Empty, vec![1])),
    }
}

fn send_beside_a_try_recv_of_a_full_ring() {
    let ring = Ring::<u32, 1>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(1).unwrap();
    let sent = Cell::new(None);
    let received = interrupted(|| consumer.try_recv(), || sent.set(Some(producer.try_send(2))));
    assert_eq!(received, Ok(1));
    match sent.get().unwrap() {
        Ok(_) => assert_eq!(rest(&mut consumer), [2]),
        Err(error) => assert_eq!((error, rest(&mut consumer)), (TrySendError::Full(2), vec![])),
    }
}

fn send_beside_a_drain() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send_many([1, 2]).unwrap();
    let (sent, received) = (Cell::new(None), values());
    interrupted(
        || consumer.drain(9).for_each(|value| received.borrow_mut().push(value)),
        || sent.set(Some(producer.try_send(3).is_ok())),
    );
    let received = [received.take(), rest(&mut consumer)].concat();
    assert_eq!(received, if sent.get().unwrap() { vec![1, 2, 3] } else { vec![1, 2] });
}

fn send_reaches_a_consumer_that_begins_to_wait() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let task = Task::default();
    let polled = interrupted(
        || task.with(|cx| consumer.poll_recv(cx)),
        || assert!(producer.try_send(1).is_ok()),
    );
    assert_eq!(task.finish(pin!(consumer.recv_async()), polled), Ok(1));
}

/// Polled again, by another task.
fn send_reaches_a_consumer_that_waits_on() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let (first, second) = (Task::default(), Task::default());
    assert!(first.with(|cx| consumer.poll_recv(cx)).is_pending());
    let polled = interrupted(
        || second.with(|cx| consumer.poll_recv(cx)),
        || assert!(producer.try_send(1).is_ok()),
    );
    let task = if first.wakes() > 0 { &first } else { &second };
    assert_eq!(task.finish(pin!(consumer.recv_async()), polled), Ok(1));
}

fn send_beside_a_consumer_that_gives_up() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let (first, second) = (Task::default(), Task::default());
    let mut receiving = consumer.recv_async();
    assert!(first.poll(pin!(&mut receiving)).is_pending());
    interrupted(|| drop(receiving), || assert!(producer.try_send(1).is_ok()));
    assert_eq!(second.with(|cx| consumer.poll_recv(cx)), Poll::Ready(Ok(1)));
}

fn send_beside_the_close() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let sent = Cell::new(None);
    interrupted(|| consumer.close(), || sent.set(Some(producer.try_send(1).is_ok())));
    assert_eq!(rest(&mut consumer), if sent.get().unwrap() { vec![1] } else { vec![] });
    assert_eq!(consumer.try_recv(), Err(TryRecvError::Closed));
}

fn last_producer_goes_while_the_consumer_begins_to_wait() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let (task, producer) = (Task::default(), Cell::new(Some(producer)));
    let polled = interrupted(|| task.with(|cx| consumer.poll_recv(cx)), || drop(producer.take()));
    assert_eq!(task.finish(pin!(consumer.recv_async()), polled), Err(RecvError));
}

// The handler receives.

fn receive_beside_a_send() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let received = Cell::new(None);
    interrupted(
        || assert!(producer.try_send(1).is_ok()),
        || received.set(Some(consumer.try_recv())),
    );
    match received.get().unwrap() {
        Ok(value) => assert_eq!((value, rest(&mut consumer)), (1, vec![])),
        Err(TryRecvError::Closed) => panic!("nobody has closed it"),
        Err(TryRecvError::Empty | TryRecvError::Stalled) => assert_eq!(rest(&mut consumer), [1]),
    }
}

fn receive_beside_a_send_to_a_full_ring() {
    let ring = Ring::<u32, 1>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(1).unwrap();
    let received = Cell::new(None);
    let sent = interrupted(|| producer.try_send(2), || received.set(Some(consumer.try_recv())));
    assert_eq!(received.get().unwrap(), Ok(1));
    match sent {
        Ok(_) => assert_eq!(rest(&mut consumer), [2]),
        Err(error) => assert_eq!((error, rest(&mut consumer)), (TrySendError::Full(2), vec![])),
    }
}

fn drain_beside_many() {
    let ring = Ring::<u32, 4>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(0).unwrap();
    let received = values();
    let sent = interrupted(
        || producer.try_send_many([1, 2, 3, 4]).map_err(|error| error.sent()),
        || received.borrow_mut().extend(consumer.drain(9)),
    );
    let count = sent.map_or_else(|sent| sent, |positions| positions.count()) as u32;
    let received = [received.take(), rest(&mut consumer)].concat();
    assert!(count >= 3 && received == (0..=count).collect::<Vec<_>>());
}

fn receive_reaches_a_producer_that_begins_to_wait() {
    let ring = Ring::<u32, 1>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(1).unwrap();
    let task = Task::default();
    let mut sending = pin!(producer.send_async(2));
    let polled =
        interrupted(|| task.poll(sending.as_mut()), || assert_eq!(consumer.try_recv(), Ok(1)));
    assert!(task.finish(sending.as_mut(), polled).is_ok());
    assert_eq!(rest(&mut consumer), [2]);
}

fn receive_reaches_the_next_when_the_first_gives_up() {
    let ring = Ring::<u32, 1>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(1).unwrap();
    let (first, second) = (Task::default(), Task::default());
    let mut sending = pin!(producer.send_async(2));
    let mut giving_up = pin!(Some(producer.ready_async()));
    assert!(first.poll(giving_up.as_mut().as_pin_mut().unwrap()).is_pending());
    let polled = second.poll(sending.as_mut());
    assert!(polled.is_pending());
    interrupted(|| giving_up.set(None), || assert_eq!(consumer.try_recv(), Ok(1)));
    assert!(second.finish(sending.as_mut(), polled).is_ok());
    assert_eq!(rest(&mut consumer), [2]);
}

fn close_beside_a_send() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let sent = interrupted(|| producer.try_send(1), || consumer.close());
    match sent {
        Ok(_) => assert_eq!(rest(&mut consumer), [1]),
        Err(error) => assert_eq!((error, rest(&mut consumer)), (TrySendError::Closed(1), vec![])),
    }
}

fn close_reaches_a_producer_that_begins_to_wait() {
    let ring = Ring::<u32, 1>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    producer.try_send(1).unwrap();
    let task = Task::default();
    let mut sending = pin!(producer.send_async(2));
    let polled = interrupted(|| task.poll(sending.as_mut()), || consumer.close());
    assert_eq!(task.finish(sending.as_mut(), polled).unwrap_err().into_inner(), 2);
}

/// The handler waits: it leaves a waker, and is called again when that was called.
fn consumer_polls_in_the_handler_beside_a_send() {
    let ring = Ring::<u32, 2>::new();
    let (producer, mut consumer) = ring.split().unwrap();
    let (task, polled) = (Task::default(), Cell::new(Poll::Pending));
    interrupted(
        || assert!(producer.try_send(1).is_ok()),
        || polled.set(task.with(|cx| consumer.poll_recv(cx))),
    );
    // A waker that was left in front of the send was taken by it; behind the claim, the call has woken itself.
    assert_eq!(task.finish(pin!(consumer.recv_async()), polled.get()), Ok(1));
}
