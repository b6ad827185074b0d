//! Gates that a handler enters, leaves or closes, and pins beside a handler's.

use crate::interrupt::interrupted;
use crate::tasks::Task;
use latchfree::atomic::{Acquire, Atomic, Release};
use latchfree::refcount::{Gate, Pins};
use std::cell::Cell;
use std::pin::pin;
use std::task::Poll;

crate::runner::scenarios! {
    handler_enters_beside_a_close
    handler_closes_beside_an_entry
    handler_closes_beside_the_last_one_that_leaves
    close_reaches_a_task_that_begins_to_wait
    last_one_that_leaves_reaches_a_task_that_begins_to_wait
    last_one_that_leaves_reaches_a_task_beside_one_that_gives_up
    handler_reclaims_beside_a_pin
    handler_reclaims_beside_an_advance
    handler_pins_beside_a_reclaimer
    both_ends_take_a_slot
}

fn handler_enters_beside_a_close() {
    let (gate, is_let_in) = (Gate::new(), Cell::new(false));
    let enter = || is_let_in.set(gate.enter().map(std::mem::forget).is_ok());
    assert!(interrupted(|| gate.close(), enter));
    let is_let_in = is_let_in.get();
    assert_eq!((gate.inside(), gate.is_idle()), (u64::from(is_let_in), !is_let_in));
}

fn handler_closes_beside_an_entry() {
    let gate = Gate::new();
    let entered = interrupted(|| gate.enter(), || assert!(gate.close()));
    assert_eq!((gate.inside(), gate.is_idle()), (u64::from(entered.is_ok()), entered.is_err()));
    drop(entered);
    assert!(gate.is_idle());
}

fn handler_closes_beside_the_last_one_that_leaves() {
    let (gate, task) = (Gate::new(), Task::default());
    let mut waiting = pin!(gate.wait_idle_async());
    let (mut inside, before) = (gate.enter().ok(), task.poll(waiting.as_mut()));
    assert!(before.is_pending());
    interrupted(|| inside = None, || assert!(gate.close()));
    task.finish(waiting.as_mut(), before);
    assert_eq!(task.wakes(), 1);
}

fn close_reaches_a_task_that_begins_to_wait() {
    let (gate, task) = (Gate::new(), Task::default());
    let mut waiting = pin!(gate.wait_idle_async());
    let polled = interrupted(|| task.poll(waiting.as_mut()), || assert!(gate.close()));
    task.finish(waiting.as_mut(), polled);
}

fn last_one_that_leaves_reaches_a_task_that_begins_to_wait() {
    let (gate, task) = (Gate::new(), Task::default());
    let mut inside = gate.enter().ok();
    gate.close();
    let mut waiting = pin!(gate.wait_idle_async());
    let polled = interrupted(|| task.poll(waiting.as_mut()), || inside = None);
    task.finish(waiting.as_mut(), polled);
}

fn last_one_that_leaves_reaches_a_task_beside_one_that_gives_up() {
    let (gate, first, second) = (Gate::new(), Task::default(), Task::default());
    let idle = Gate::new();
    idle.close();
    let mut inside = gate.enter().ok();
    gate.close();
    let mut waiting = pin!(gate.wait_idle_async());
    let mut giving_up = Box::pin(gate.wait_idle_async());
    assert!(first.poll(giving_up.as_mut()).is_pending());
    assert!(second.poll(waiting.as_mut()).is_pending());
    // Not freed by the call, which the handler may interrupt: the allocator is not under test.
    interrupted(|| giving_up.set(idle.wait_idle_async()), || inside = None);
    second.finish(waiting.as_mut(), Poll::Pending);
}

/// The handler moves the position, and asks what is pinned.
fn handler_reclaims_beside_a_pin() {
    let (pins, now, oldest) = (Pins::<1>::new(), Atomic::new(5u64), Cell::new(0));
    let mut reader = pins.reader().unwrap();
    let pinned = interrupted(
        || reader.pin(|| now.load(Acquire)),
        || {
            now.store(7, Release);
            oldest.set(pins.oldest(7));
        },
    );
    assert!([(5, 5), (7, 5), (7, 7)].contains(&(pinned.position(), oldest.get())));
    assert_eq!(pins.oldest(7), pinned.position());
}

fn handler_reclaims_beside_an_advance() {
    let (pins, now, oldest) = (Pins::<1>::new(), Atomic::new(5u64), Cell::new(0));
    let mut pinned = pins.pin(|| now.load(Acquire)).unwrap();
    let position = interrupted(
        || pinned.advance(|| now.load(Acquire)),
        || {
            now.store(7, Release);
            oldest.set(pins.oldest(7));
        },
    );
    assert!(oldest.get() <= position && [5, 7].contains(&position));
    assert_eq!(pins.oldest(7), position);
}

fn handler_pins_beside_a_reclaimer() {
    let (pins, now, pinned) = (Pins::<1>::new(), Atomic::new(5u64), Cell::new(0));
    let mut reader = pins.reader().unwrap();
    let oldest = interrupted(
        || {
            now.store(7, Release);
            pins.oldest(7)
        },
        || {
            let kept = reader.pin(|| now.load(Acquire));
            pinned.set(kept.position());
            std::mem::forget(kept);
        },
    );
    assert!(oldest <= pinned.get() && [5, 7].contains(&pinned.get()));
}

fn both_ends_take_a_slot() {
    let (pins, handlers) = (Pins::<2>::new(), Cell::new(None));
    let mains = interrupted(|| pins.pin(|| 3), || handlers.set(pins.pin(|| 4)));
    let (mains, handlers) = (mains.unwrap(), handlers.take().unwrap());
    assert_eq!((mains.position(), handlers.position(), pins.oldest(9)), (3, 4, 3));
    assert!(pins.reader().is_none());
}
