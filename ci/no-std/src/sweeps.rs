//! Both ends of each type, one of them in an interrupt handler, at each instruction of the other.
//!
//! `tests/signals` has more of these, on an operating system. Here the code is that without `std`, with its own
//! lock around lists of waiters, and with stand-ins for what the processor's atomics lack.

use crate::logs::{append, flush};
use crate::step::sweep;
use crate::tasks;
use core::cell::Cell;
use core::pin::pin;
use core::task::{Context, Poll};
use latchfree::atomic::{Acquire, Atomic, Relaxed, Release};
use latchfree::counter::Counter;
use latchfree::log::{LogBuffer, TryBatchError};
use latchfree::mpsc::{Ring, TryRecvError};
use latchfree::refcount::{Gate, Pins};
use latchfree::semaphore::Semaphore;
use latchfree::seqlock::{Busy, SeqCell, SeqLatch, SeqLock};
use latchfree::watermark::{Frontier, Watermark};

/// How often a task was woken; each run of a scenario looks at the difference.
static WAKES: Atomic<u32> = Atomic::new(0);

pub(crate) fn sending_beside_a_send() -> bool {
    sweep(50, |interrupt| {
        let ring = Ring::<u32, 2>::new();
        let Ok((producer, mut consumer)) = ring.split() else { return false };
        let sent = Cell::new(false);
        let ok = interrupt
            .run(|| producer.try_send(1).is_ok(), || sent.set(producer.try_send(2).is_ok()));
        let received = (consumer.try_recv(), consumer.try_recv());
        ok && sent.get() && [(Ok(1), Ok(2)), (Ok(2), Ok(1))].contains(&received)
    })
}

pub(crate) fn sending_beside_a_receive() -> bool {
    sweep(50, |interrupt| {
        let ring = Ring::<u32, 1>::new();
        let Ok((producer, mut consumer)) = ring.split() else { return false };
        let sent = Cell::new(false);
        let filled = producer.try_send(1).is_ok();
        let received =
            interrupt.run(|| consumer.try_recv(), || sent.set(producer.try_send(2).is_ok()));
        let rest = if sent.get() { Ok(2) } else { Err(TryRecvError::Empty) };
        filled && received == Ok(1) && consumer.try_recv() == rest
    })
}

pub(crate) fn receiving_beside_a_send() -> bool {
    sweep(50, |interrupt| {
        let ring = Ring::<u32, 1>::new();
        let Ok((producer, mut consumer)) = ring.split() else { return false };
        let received = Cell::new(Err(TryRecvError::Closed));
        let sent = interrupt.run(|| producer.try_send(1), || received.set(consumer.try_recv()));
        let later = consumer.try_recv();
        sent.is_ok()
            && match received.get() {
                Ok(value) => value == 1 && later == Err(TryRecvError::Empty),
                Err(TryRecvError::Empty | TryRecvError::Stalled) => later == Ok(1),
                Err(TryRecvError::Closed) => false,
            }
    })
}

/// `main` waits, and the handler wakes.
pub(crate) fn sending_beside_the_consumers_poll() -> bool {
    sweep(50, |interrupt| {
        let ring = Ring::<u32, 1>::new();
        let Ok((producer, mut consumer)) = ring.split() else { return false };
        let (waker, before) = (tasks::waker(&WAKES), WAKES.load(Relaxed));
        let cx = &mut Context::from_waker(&waker);
        let sent = Cell::new(false);
        let first =
            interrupt.run(|| consumer.poll_recv(cx), || sent.set(producer.try_send(1).is_ok()));
        let woken = WAKES.load(Relaxed) > before;
        sent.get()
            && match first {
                Poll::Ready(result) => result == Ok(1),
                Poll::Pending => woken && consumer.poll_recv(cx) == Poll::Ready(Ok(1)),
            }
    })
}

/// The handler waits, and `main` wakes.
pub(crate) fn consumer_polls_beside_a_send() -> bool {
    sweep(50, |interrupt| {
        let ring = Ring::<u32, 1>::new();
        let Ok((producer, mut consumer)) = ring.split() else { return false };
        let (waker, before) = (tasks::waker(&WAKES), WAKES.load(Relaxed));
        let cx = &mut Context::from_waker(&waker);
        let polled = Cell::new(Poll::Pending);
        let sent = interrupt.run(|| producer.try_send(1), || polled.set(consumer.poll_recv(cx)));
        let woken = WAKES.load(Relaxed) > before;
        sent.is_ok()
            && match polled.get() {
                Poll::Ready(result) => result == Ok(1),
                Poll::Pending => woken && consumer.poll_recv(cx) == Poll::Ready(Ok(1)),
            }
    })
}

/// Behind the handler's record, before it, and in the middle of filling its own.
pub(crate) fn appending_beside_an_append() -> bool {
    sweep(50, |interrupt| {
        let buffer = LogBuffer::<8, 2>::starting_at((1 << 37) - 2, (1 << 26) - 1);
        let Ok((writer, mut flusher)) = buffer.split() else { return false };
        let appended = Cell::new(false);
        let mains = interrupt.run(
            || append(&writer, &[1; 3]).is_ok(),
            || appended.set(append(&writer, &[10; 4]).is_ok()),
        );
        mains && appended.get() && flush(&mut flusher, 9) == Ok((7, 43))
    })
}

/// The handler finds the buffer full, or the room that the release frees.
pub(crate) fn appending_beside_a_flush() -> bool {
    sweep(50, |interrupt| {
        let buffer = LogBuffer::<4, 1>::starting_at((1 << 37) - 2, (1 << 26) - 1);
        let Ok((writer, mut flusher)) = buffer.split() else { return false };
        let (filled, appended) = (append(&writer, &[1; 4]).is_ok(), Cell::new(false));
        let flushed = interrupt
            .run(|| flush(&mut flusher, 9), || appended.set(append(&writer, &[10; 2]).is_ok()));
        let rest = if appended.get() { Ok((2, 20)) } else { Err(TryBatchError::Empty) };
        filled && flushed == Ok((4, 4)) && flush(&mut flusher, 9) == rest
    })
}

/// The handler finds the record whole, or reserved, or not at all.
pub(crate) fn flushing_beside_an_append() -> bool {
    sweep(50, |interrupt| {
        let buffer = LogBuffer::<4, 2>::new();
        let Ok((writer, mut flusher)) = buffer.split() else { return false };
        let flushed = Cell::new(Err(TryBatchError::Closed));
        let appended =
            interrupt.run(|| append(&writer, &[5; 3]), || flushed.set(flush(&mut flusher, 9)));
        let later = flush(&mut flusher, 9);
        appended.is_ok()
            && match flushed.get() {
                Ok(found) => found == (3, 15) && later == Err(TryBatchError::Empty),
                Err(TryBatchError::Closed) => false,
                Err(_) => later == Ok((3, 15)),
            }
    })
}

pub(crate) fn advancing_beside_a_wait() -> bool {
    sweep(50, |interrupt| {
        let watermark = Watermark::new(0);
        let before = WAKES.load(Relaxed);
        let mut waiting = pin!(watermark.wait_for_async(3));
        let first =
            interrupt.run(|| tasks::poll(waiting.as_mut(), &WAKES), || _ = watermark.advance_to(5));
        let woken = WAKES.load(Relaxed) > before;
        first == Poll::Ready(Ok(5)) || woken && tasks::poll(waiting, &WAKES) == Poll::Ready(Ok(5))
    })
}

pub(crate) fn advancing_beside_one_that_gives_up() -> bool {
    sweep(50, |interrupt| {
        let watermark = Watermark::new(0);
        let before = WAKES.load(Relaxed);
        let mut waiting = pin!(watermark.wait_for_async(3));
        let mut giving_up = pin!(Some(watermark.wait_for_async(9)));
        let others = giving_up.as_mut().as_pin_mut();
        let began = tasks::poll(waiting.as_mut(), &WAKES).is_pending()
            && others.is_some_and(|other| tasks::poll(other, &WAKES).is_pending());
        interrupt.run(|| giving_up.set(None), || _ = watermark.advance_to(5));
        let woken = WAKES.load(Relaxed) == before + 1;
        began && woken && tasks::poll(waiting, &WAKES) == Poll::Ready(Ok(5))
    })
}

/// Neither of the two ranges is left behind, whichever is the handler's.
pub(crate) fn completing_beside_a_completion() -> bool {
    static FRONTIER: Frontier<4> = Frontier::new(0);
    let beside = |mains: u64, handlers: u64| {
        sweep(50, |interrupt| {
            let (at, is_ok) = (FRONTIER.position(), Cell::new(false));
            let complete = |which| FRONTIER.try_complete(at + which..at + which + 1).is_ok();
            let was_ok = interrupt.run(|| complete(mains), || is_ok.set(complete(handlers)));
            was_ok && is_ok.get() && FRONTIER.position() == at + 2
        })
    };
    beside(0, 1) && beside(1, 0)
}

/// In the middle of a completion, its slot is used for later laps.
pub(crate) fn completing_later_laps() -> bool {
    sweep(50, |interrupt| {
        let frontier = Frontier::<2>::new(0);
        let (behind, last) = (frontier.try_complete(1..2), Cell::new(2));
        let mains = interrupt.run(
            || frontier.try_complete(0..1),
            || {
                while last.get() < 9 && frontier.try_complete(last.get()..last.get() + 1).is_ok() {
                    last.set(last.get() + 1);
                }
            },
        );
        // Before `main` has recorded its range there is no room.
        let all = [2, 9].contains(&last.get()) && frontier.position() == last.get();
        behind == Ok(0) && mains.is_ok() && all
    })
}

pub(crate) fn completing_beside_a_wait_for_room() -> bool {
    sweep(50, |interrupt| {
        let (frontier, before) = (Frontier::<2>::new(0), WAKES.load(Relaxed));
        let mut ahead = pin!(frontier.complete_async(2..3));
        let first = interrupt
            .run(|| tasks::poll(ahead.as_mut(), &WAKES), || _ = frontier.try_complete(0..2));
        let woken = WAKES.load(Relaxed) > before;
        first == Poll::Ready(Ok(3)) || woken && tasks::poll(ahead, &WAKES) == Poll::Ready(Ok(3))
    })
}

pub(crate) fn trying_beside_a_release() -> bool {
    sweep(20, |interrupt| {
        let permits = Semaphore::new(1);
        let Ok(held) = permits.try_acquire(1) else { return false };
        let got = Cell::new(false);
        interrupt.run(
            || drop(held),
            || got.set(permits.try_acquire(1).is_ok_and(|permit| permit.forget() == 1)),
        );
        permits.in_use() == u64::from(got.get())
    })
}

pub(crate) fn entering_beside_a_close() -> bool {
    sweep(20, |interrupt| {
        let (gate, is_let_in) = (Gate::new(), Cell::new(false));
        let enter = || is_let_in.set(gate.enter().map(core::mem::forget).is_ok());
        let closes = interrupt.run(|| gate.close(), enter);
        closes && gate.inside() == u64::from(is_let_in.get()) && gate.is_idle() != is_let_in.get()
    })
}

pub(crate) fn leaving_beside_a_wait() -> bool {
    sweep(50, |interrupt| {
        let (gate, before) = (Gate::new(), WAKES.load(Relaxed));
        let mut inside = gate.enter().ok();
        let is_inside = inside.is_some() && gate.close();
        let mut waiting = pin!(gate.wait_idle_async());
        let polled = interrupt.run(|| tasks::poll(waiting.as_mut(), &WAKES), || inside = None);
        let woken = polled.is_ready() || WAKES.load(Relaxed) != before;
        is_inside && woken && tasks::poll(waiting, &WAKES).is_ready()
    })
}

pub(crate) fn reclaiming_beside_a_pin() -> bool {
    sweep(20, |interrupt| {
        let (pins, now, oldest) = (Pins::<1>::new(), Atomic::new(5u64), Cell::new(0));
        let pinned = interrupt.run(
            || pins.pin(|| now.load(Acquire)),
            || {
                now.store(7, Release);
                oldest.set(pins.oldest(7));
            },
        );
        pinned.is_some_and(|pinned| {
            oldest.get() <= pinned.position() && pins.oldest(7) == pinned.position()
        })
    })
}

pub(crate) fn pinning_beside_a_reclaimer() -> bool {
    sweep(8, |interrupt| {
        let (pins, now, pinned) = (Pins::<1>::new(), Atomic::new(5u64), Cell::new(None));
        let oldest = interrupt.run(
            || {
                now.store(7, Release);
                pins.oldest(7)
            },
            || pinned.set(pins.pin(|| now.load(Acquire))),
        );
        pinned.take().is_some_and(|pinned| oldest <= pinned.position())
    })
}

const OLD: [u64; 2] = [1; 2];
const NEW: [u64; 2] = [2; 2];

pub(crate) fn reading_a_latch_that_is_written() -> bool {
    sweep(50, |interrupt| {
        let (latch, seen) = (SeqLatch::new(OLD), Cell::new([0; 2]));
        interrupt.run(|| latch.write(NEW), || seen.set(latch.read()));
        [OLD, NEW].contains(&seen.get()) && latch.read() == NEW
    })
}

pub(crate) fn writing_a_latch_that_is_read() -> bool {
    sweep(20, |interrupt| {
        let latch = SeqLatch::new(OLD);
        let seen = interrupt.run(|| latch.read(), || latch.write(NEW));
        [OLD, NEW].contains(&seen)
    })
}

pub(crate) fn trying_a_lock_that_is_written() -> bool {
    sweep(50, |interrupt| {
        let (lock, seen) = (SeqLock::new(OLD), Cell::new([Err(Busy); 2]));
        interrupt.run(|| lock.write(NEW), || seen.set([lock.try_read(), lock.read_bounded(2)]));
        let is_whole = |result: Result<[u64; 2], Busy>| {
            result.is_err() || [Ok(OLD), Ok(NEW)].contains(&result)
        };
        seen.get().into_iter().all(is_whole) && lock.read() == NEW
    })
}

pub(crate) fn trying_a_cell_that_is_written() -> bool {
    sweep(20, |interrupt| {
        let (cell, seen) = (SeqCell::new(OLD), Cell::new(Err(Busy)));
        let Ok(mut writer) = cell.writer() else { return false };
        interrupt.run(|| writer.write(NEW), || seen.set(cell.try_read()));
        [Ok(OLD), Ok(NEW), Err(Busy)].contains(&seen.get()) && cell.try_read() == Ok(NEW)
    })
}

pub(crate) fn writing_a_cell_that_is_read() -> bool {
    sweep(10, |interrupt| {
        let cell = SeqCell::new(OLD);
        let Ok(mut writer) = cell.writer() else { return false };
        let seen = interrupt.run(|| cell.read(), || writer.write(NEW));
        [OLD, NEW].contains(&seen)
    })
}

pub(crate) fn counting_in_slots_of_their_own() -> bool {
    sweep(10, |interrupt| {
        let counter = Counter::<2>::new();
        let (mains, handlers) = (counter.with_slot(0), counter.with_slot(1));
        interrupt.run(|| mains.add(1), || handlers.add(10));
        counter.sum() == 11
    })
}

pub(crate) fn counting_in_the_shared_slot() -> bool {
    sweep(10, |interrupt| {
        let counter = Counter::<1>::new();
        interrupt.run(|| counter.with_slot(1).add(1), || counter.with_slot(1).add(10));
        counter.sum() == 11
    })
}

/// Futures that document a panic, for a poll after their end.
#[cfg(feature = "panics")]
pub(crate) mod with_panics {
    use super::*;
    use latchfree::log::{Batch, BatchError};

    pub(crate) fn releasing_beside_a_wait() -> bool {
        sweep(50, |interrupt| {
            let permits = Semaphore::new(1);
            let held = permits.try_acquire(1).is_ok_and(|permit| permit.forget() == 1);
            let before = WAKES.load(Relaxed);
            let mut acquiring = pin!(permits.acquire_async(1));
            let first = interrupt
                .run(|| tasks::poll(acquiring.as_mut(), &WAKES), || _ = permits.release(1));
            let woken = WAKES.load(Relaxed) > before;
            let result = if first.is_ready() { first } else { tasks::poll(acquiring, &WAKES) };
            let got = matches!(&result, Poll::Ready(Ok(permit)) if permit.count() == 1);
            held && got && (woken || permits.available() == 0)
        })
    }

    pub(crate) fn receiving_beside_a_wait_for_room() -> bool {
        sweep(50, |interrupt| {
            let ring = Ring::<u32, 1>::new();
            let Ok((producer, mut consumer)) = ring.split() else { return false };
            let filled = producer.try_send(1).is_ok();
            let before = WAKES.load(Relaxed);
            let mut sending = pin!(producer.send_async(2));
            let received = Cell::new(Err(TryRecvError::Closed));
            let first = interrupt.run(
                || tasks::poll(sending.as_mut(), &WAKES),
                || received.set(consumer.try_recv()),
            );
            let woken = WAKES.load(Relaxed) > before;
            let sent = first == Poll::Ready(Ok(1))
                || woken && tasks::poll(sending, &WAKES) == Poll::Ready(Ok(1));
            filled && sent && received.get() == Ok(1) && consumer.try_recv() == Ok(2)
        })
    }

    pub(crate) fn appending_beside_the_flushers_poll() -> bool {
        sweep(50, |interrupt| {
            let buffer = LogBuffer::<4, 2>::new();
            let Ok((writer, mut flusher)) = buffer.split() else { return false };
            let (before, appended) = (WAKES.load(Relaxed), Cell::new(false));
            let mut flushing = pin!(flusher.batch_async(9));
            let is_there = |polled: Poll<Result<Batch<'_>, BatchError>>| matches!(polled, Poll::Ready(Ok(batch)) if batch.len() == 3);
            let first = interrupt.run(
                || tasks::poll(flushing.as_mut(), &WAKES),
                || appended.set(append(&writer, &[5; 3]).is_ok()),
            );
            let woken = WAKES.load(Relaxed) > before;
            let got = match first {
                Poll::Pending => woken && is_there(tasks::poll(flushing, &WAKES)),
                ready => is_there(ready),
            };
            appended.get() && got
        })
    }

    pub(crate) fn releasing_beside_a_wait_for_bytes() -> bool {
        sweep(50, |interrupt| {
            let buffer = LogBuffer::<4, 2>::new();
            let Ok((writer, mut flusher)) = buffer.split() else { return false };
            let filled = append(&writer, &[1; 4]).is_ok();
            let before = WAKES.load(Relaxed);
            let mut reserving = pin!(writer.reserve_async(3));
            let flushed = Cell::new(Err(TryBatchError::Closed));
            let first = interrupt.run(
                || tasks::poll(reserving.as_mut(), &WAKES),
                || flushed.set(flush(&mut flusher, 9)),
            );
            let woken = WAKES.load(Relaxed) > before;
            let polled = match first {
                Poll::Pending if woken => tasks::poll(reserving, &WAKES),
                first => first,
            };
            let got = matches!(polled, Poll::Ready(Ok(reservation)) if reservation.len() == 3);
            filled && flushed.get() == Ok((4, 4)) && got
        })
    }
}

/// Waiters at two priorities on one list: with its lock a critical section.
#[cfg(feature = "critical-section")]
pub(crate) mod with_critical_sections {
    use super::*;

    /// The handler begins to wait, and gives up, beside one that begins to wait in `main`.
    pub(crate) fn waiting_beside_a_wait() -> bool {
        sweep(50, |interrupt| {
            let watermark = Watermark::new(0);
            let before = WAKES.load(Relaxed);
            let mut mains = pin!(watermark.wait_for_async(3));
            let mut handlers = pin!(watermark.wait_for_async(2));
            let began = Cell::new(false);
            let polled = interrupt.run(
                || tasks::poll(mains.as_mut(), &WAKES),
                || {
                    let given_up = tasks::poll(pin!(watermark.wait_for_async(1)), &WAKES);
                    let kept = tasks::poll(handlers.as_mut(), &WAKES);
                    began.set(given_up.is_pending() && kept.is_pending());
                },
            );
            let moved = watermark.advance_to(4) && WAKES.load(Relaxed) == before + 2;
            let both = tasks::poll(mains, &WAKES) == Poll::Ready(Ok(4))
                && tasks::poll(handlers, &WAKES) == Poll::Ready(Ok(4));
            polled.is_pending() && began.get() && moved && both
        })
    }

    /// The handler begins to wait beside the advance of `main`.
    pub(crate) fn waiting_beside_an_advance() -> bool {
        sweep(20, |interrupt| {
            let watermark = Watermark::new(0);
            let before = WAKES.load(Relaxed);
            let mut handlers = pin!(watermark.wait_for_async(2));
            let polled = Cell::new(Poll::Pending);
            let moved = interrupt.run(
                || watermark.advance_to(2),
                || polled.set(tasks::poll(handlers.as_mut(), &WAKES)),
            );
            let woken = WAKES.load(Relaxed) > before;
            moved
                && (polled.get() == Poll::Ready(Ok(2))
                    || woken && tasks::poll(handlers, &WAKES) == Poll::Ready(Ok(2)))
        })
    }
}
