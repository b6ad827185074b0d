//! Threads that block, on one slot or few. A lost wake-up hangs, until the watchdog ends it; nothing that comes
//! later makes good for it.

use crate::scale::{Rng, finishes, rounds};
use latchfree::mpsc::{RecvTimeoutError, TryRecvError, bounded};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

/// A thread sends through one slot, and the consumer never blocks: it frees each slot once, and looks for the
/// next value. A sender that misses its wake-up is not woken again.
#[test]
fn blocked_sender_is_woken_by_the_one_slot() {
    finishes(|| {
        let (sender, mut receiver) = bounded(1);
        let count = rounds(5_000, 10);
        let producer =
            thread::spawn(move || (0..count).for_each(|i| assert!(sender.send(i).is_ok())));
        let mut next = 0;
        loop {
            match receiver.try_recv() {
                Ok(value) => assert_eq!(std::mem::replace(&mut next, value + 1), value),
                Err(TryRecvError::Closed) => break,
                Err(_) => thread::yield_now(),
            }
        }
        assert_eq!(next, count);
        producer.join().unwrap();
    });
}

/// Three threads share the slot. If one that gets in does not hand its grant on, no thread is woken again.
#[test]
fn blocked_senders_hand_the_one_slot_on() {
    finishes(|| {
        let (sender, mut receiver) = bounded(1);
        let count = rounds(3_000, 8);
        let producers = [(); 3].map(|()| {
            let sender = sender.clone();
            thread::spawn(move || (0..count).for_each(|i| assert!(sender.send(i).is_ok())))
        });
        drop(sender);
        let mut received = 0;
        loop {
            match receiver.try_recv() {
                Ok(_) => received += 1,
                Err(TryRecvError::Closed) => break,
                Err(_) => thread::yield_now(),
            }
        }
        assert_eq!(received, 3 * count);
        producers.into_iter().for_each(|producer| producer.join().unwrap());
    });
}

/// Of three threads two give up when their time is over, which it often is just when they were woken. Then the
/// third one is.
#[test]
fn timed_out_senders_hand_the_one_slot_on() {
    finishes(|| {
        let (sender, mut receiver) = bounded(1);
        let count = rounds(500, 8);
        let patient = {
            let sender = sender.clone();
            thread::spawn(move || (0..count).for_each(|_| assert!(sender.send(true).is_ok())))
        };
        let impatient = [1, 2].map(|seed| {
            let sender = sender.clone();
            thread::spawn(move || {
                let mut rng = Rng::new(seed);
                while !sender.is_closed() {
                    let _either =
                        sender.send_timeout(false, Duration::from_micros(rng.roll(80) as u64));
                }
            })
        });
        drop(sender);
        let (mut rng, mut left) = (Rng::new(3), count);
        while left > 0 {
            match receiver.try_recv() {
                Ok(is_patient) => left -= usize::from(is_patient),
                Err(_) => thread::yield_now(),
            }
            rng.pause();
        }
        receiver.close();
        patient.join().unwrap();
        impatient.into_iter().for_each(|producer| producer.join().unwrap());
    });
}

/// A task waits first, and is never polled again. The threads behind it get in as soon as all slots are free.
#[test]
fn task_that_is_held_keeps_no_thread_waiting() {
    finishes(|| {
        for _ in 0..rounds(100, 3) {
            let (sender, mut receiver) = bounded(8);
            sender.try_send_many([0; 8]).unwrap();
            let mut held = pin!(sender.send_async(9));
            assert!(held.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            thread::scope(|scope| {
                let senders = [1, 2, 3, 4].map(|value| {
                    let sender = &sender;
                    scope.spawn(move || sender.send(value).unwrap())
                });
                super::fall_asleep(1);
                assert_eq!(receiver.drain(8).count(), 8);
                senders.into_iter().for_each(|sender| assert!(sender.join().is_ok()));
            });
            let received: BTreeSet<_> = receiver.drain(9).collect();
            assert!(received.into_iter().eq(1..5));
        }
    });
}

/// A producer takes its time between two values of one batch. No wake-up comes for the second one, whose slot
/// was claimed when the consumer was awake; so the consumer must not wait for one.
#[test]
fn consumer_looks_again_for_a_stalled_value() {
    finishes(|| {
        let (sender, mut receiver) = bounded(2);
        let count = rounds(200, 3);
        let producer = thread::spawn(move || {
            for _ in 0..count {
                let slowly = [1, 2].into_iter().inspect(|&value| {
                    thread::sleep(Duration::from_micros(if value == 2 { 300 } else { 0 }));
                });
                while !sender.is_empty() {
                    thread::yield_now();
                }
                assert!(sender.try_send_many(slowly).is_ok());
            }
        });
        for _ in 0..count {
            assert_eq!((receiver.recv(), receiver.recv()), (Ok(1), Ok(2)));
        }
        producer.join().unwrap();
    });
}

/// The consumer blocks for each value, now and then for a short time only, and answers.
#[test]
fn blocked_consumer_is_woken_by_each_value() {
    finishes(|| {
        let ((there, mut here), (answer, mut answered)) = (bounded(1), bounded(1));
        let count = rounds(3_000, 10);
        let consumer = thread::spawn(move || {
            let mut rng = Rng::new(4);
            for i in 0..count {
                let in_time = match rng.roll(3) {
                    0 => here.recv_timeout(Duration::from_micros(rng.roll(50) as u64)),
                    _ => Err(RecvTimeoutError::Timeout),
                };
                let value = in_time.or_else(|_| here.recv());
                assert_eq!(value, Ok(i));
                answer.send(i).unwrap();
            }
        });
        for i in 0..count {
            there.send(i).unwrap();
            assert_eq!(answered.recv(), Ok(i));
        }
        consumer.join().unwrap();
    });
}

/// Three threads send batches that do not fit in at once. All come in, in order, and the positions that each batch
/// was told are around its own.
#[test]
fn blocked_batches_come_in_whole() {
    const BATCH: usize = 7;
    finishes(|| {
        for capacity in [1, 3] {
            let (sender, mut receiver) = bounded(capacity);
            let count = rounds(500, 2);
            let producers = [0, 1, 2].map(|from| {
                let sender = sender.clone();
                thread::spawn(move || {
                    let batch = |i| (i * BATCH..(i + 1) * BATCH).map(move |number| (from, number));
                    (0..count).map(|i| sender.send_many(batch(i)).unwrap()).collect::<Vec<_>>()
                })
            });
            drop(sender);
            let mut received = [(); 3].map(|()| Vec::new());
            while let Ok((from, number)) = receiver.recv() {
                assert_eq!(number, received[from].len());
                received[from].push(receiver.position() - 1);
            }
            for (producer, received) in producers.into_iter().zip(received) {
                let told = producer.join().unwrap();
                assert_eq!((told.len(), received.len()), (count, count * BATCH));
                for (positions, received) in told.into_iter().zip(received.chunks(BATCH)) {
                    assert_eq!(
                        (positions.start, positions.end - 1),
                        (received[0], received[BATCH - 1])
                    );
                }
            }
        }
    });
}

/// Two threads wait in the middle of a batch when the queue is closed, or the consumer goes: what was not
/// accepted comes back.
#[test]
fn blocked_batch_comes_back_at_the_end() {
    finishes(|| {
        for round in 0..rounds(100, 4) {
            let (sender, mut receiver) = bounded(2);
            let producers = [0, 100].map(|base| {
                let sender = sender.clone();
                thread::spawn(move || sender.send_many(base..base + 50).unwrap_err())
            });
            drop(sender);
            super::fall_asleep(round);
            let mut received: Vec<usize> =
                (0..round % 4).map(|_| receiver.recv().unwrap()).collect();
            let is_dropped = round % 2 == 0;
            if !is_dropped {
                receiver.close();
                received.extend(receiver);
            } else {
                drop(receiver);
            }
            for (base, producer) in [0, 100].into_iter().zip(producers) {
                let error = producer.join().unwrap();
                assert_eq!(error.unsent, base + error.sent..base + 50);
                let mine =
                    received.iter().copied().filter(|value| (base..base + 50).contains(value));
                let came = mine.clone().count();
                assert!(mine.eq(base..base + came));
                assert!(came == error.sent || is_dropped && came < error.sent);
            }
        }
    });
}
