//! A bounded queue of Vyukov's.

use super::Queue;
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};

/// A number in a line of its own, and of the line beside it, which processors fetch too.
#[repr(align(128))]
struct Padded(Atomic<u64>);

struct Slot {
    /// Its position, if it is free for the value of that position, and one more if it holds that value.
    turn: Atomic<u64>,
    value: Atomic<u64>,
}

/// A ring, many producers and many consumers.
///
/// Source: [Bounded MPMC queue](https://www.1024cores.net/home/lock-free-algorithms/queues/bounded-mpmc-queue).
pub struct Ring {
    tail: Padded,
    head: Padded,
    slots: Box<[Slot]>,
}

impl Ring {
    /// Creates an empty ring. The capacity is a power of two.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity.is_power_of_two());
        let slot = |at| Slot { turn: Atomic::new(at), value: Atomic::new(0) };
        let zero = || Padded(Atomic::new(0));
        Self { tail: zero(), head: zero(), slots: (0..capacity as u64).map(slot).collect() }
    }

    fn slot(&self, position: u64) -> &Slot {
        &self.slots[position as usize & (self.slots.len() - 1)]
    }

    /// Claims the position in `end`, when its slot has the turn `position + ahead`.
    fn claim(&self, end: &Atomic<u64>, ahead: u64) -> Option<u64> {
        let mut position = end.load(Relaxed);
        loop {
            let turn = self.slot(position).turn.load(Acquire);
            match turn.wrapping_sub(position.wrapping_add(ahead)) as i64 {
                0 => match end.compare_exchange_weak(position, position + 1, Relaxed, Relaxed) {
                    Ok(_) => return Some(position),
                    Err(newer) => position = newer,
                },
                1.. => position = end.load(Relaxed),
                _ => return None,
            }
        }
    }
}

impl Queue for Ring {
    fn try_send(&self, value: u64) -> bool {
        let Some(position) = self.claim(&self.tail.0, 0) else { return false };
        let slot = self.slot(position);
        slot.value.store(value, Relaxed);
        slot.turn.store(position + 1, Release);
        true
    }

    fn try_recv(&self) -> Option<u64> {
        let position = self.claim(&self.head.0, 1)?;
        let slot = self.slot(position);
        let value = slot.value.load(Relaxed);
        slot.turn.store(position + self.slots.len() as u64, Release);
        Some(value)
    }
}
