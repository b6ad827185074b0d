use super::{Queue, list::List, ring::Ring};
use crate::families::{Bench, Cost, counter, queues};
use crate::schedule::Schedule;
use std::thread;

/// Sends from two threads, whose values come out in order.
fn passes_values_in_order(queue: &impl Queue) {
    const EACH: u64 = 1000;
    thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || {
                List::nodes_of_this_thread((thread * EACH) as usize, EACH as usize);
                for i in 0..EACH {
                    while !queue.try_send(thread * EACH + i) {
                        thread::yield_now();
                    }
                }
            });
        }
        let mut next = [0, EACH];
        while next != [EACH, 2 * EACH] {
            if let Some(value) = queue.try_recv() {
                let next = &mut next[(value / EACH) as usize];
                assert_eq!(value, *next);
                *next += 1;
            } else {
                thread::yield_now();
            }
        }
        assert_eq!(queue.try_recv(), None);
    });
}

#[test]
fn ring_passes_values_in_order() {
    passes_values_in_order(&Ring::new(16));
}

#[test]
fn list_passes_values_in_order() {
    passes_values_in_order(&List::new(2000));
}

#[test]
fn ring_is_full_at_its_capacity() {
    let ring = Ring::new(4);
    assert_eq!([0; 6].map(|_| ring.try_send(1)), [true, true, true, true, false, false]);
    assert_eq!(ring.try_recv(), Some(1));
    assert!(ring.try_send(1) && !ring.try_send(1));
}

/// What each costs a machine is known beforehand.
#[test]
fn costs_are_those_that_the_literature_gives() {
    let count = |scenario: fn(&mut Bench) -> Cost, processors| {
        let cost = scenario(&mut Bench::new(Schedule::RoundRobin, processors));
        let each = |total: u64| total as f64 / cost.operations as f64;
        (each(cost.counts.locked), each(cost.counts.lines), each(cost.counts.retries))
    };
    // A word that each takes from the one before.
    assert_eq!(count(counter::one_word, 1), (1.0, 0.0, 0.0));
    assert_eq!(count(counter::one_word, 4), (1.0, 1.0, 0.0));
    // One exchange; and four slots of 16 bytes have a line, which is fetched to be read, and again to be written.
    assert_eq!(count(queues::ring_send, 1), (1.0, 0.5, 0.0));
    // Two exchanges, and the line of the node.
    assert_eq!(count(queues::list_send, 1), (2.0, 1.0, 0.0));
}
