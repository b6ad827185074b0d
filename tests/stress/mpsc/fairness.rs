//! How often a producer that waits is overtaken.

use crate::scale::{finishes, rounds};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::mpsc::bounded;
use std::thread;

/// One thread sends by `send`, two by `try_send` as often as they can, through few slots; each `send` finds the
/// queue full.
///
/// Prints how many slots became free, for each `send`, before it got one: so often it was overtaken. That it
/// gets in at all is what is checked. No bound is promised: the figure depends on how soon a thread that was
/// woken runs, and one that never waits need not be woken. (To see it: `--nocapture`.)
#[test]
#[cfg_attr(miri, ignore = "a measurement, which its scheduler makes endless")]
fn blocked_send_gets_in_beside_others_that_never_wait() {
    finishes(|| {
        for capacity in [1, 4, 64] {
            let mut overtakings = overtakings(capacity, rounds(300, 3));
            overtakings.sort_unstable();
            let (median, max) = (overtakings[overtakings.len() / 2], overtakings.last().unwrap());
            println!(
                "capacity {capacity}: a send waits for {median} slots (median), for {max} at the most"
            );
        }
    });
}

fn overtakings(capacity: usize, count: usize) -> Vec<usize> {
    let (sender, mut receiver) = bounded(capacity);
    let (from_others, is_over) = (Atomic::new(0usize), Atomic::new(false));
    thread::scope(|scope| {
        for _ in 0..2 {
            let (sender, is_over) = (sender.clone(), &is_over);
            scope.spawn(move || {
                while !is_over.load(Relaxed) {
                    if sender.try_send(false).is_err() {
                        thread::yield_now();
                    }
                }
            });
        }
        let consumer = scope.spawn(|| {
            while let Ok(is_measured) = receiver.recv() {
                if !is_measured {
                    from_others.fetch_add(1, Relaxed);
                }
            }
        });
        let overtakings = (0..count).map(|_| {
            while sender.len() < capacity {
                thread::yield_now();
            }
            let before = from_others.load(Relaxed);
            sender.send(true).unwrap();
            from_others.load(Relaxed) - before
        });
        let overtakings = overtakings.collect();
        is_over.store(true, Relaxed);
        drop(sender);
        consumer.join().unwrap();
        overtakings
    })
}
