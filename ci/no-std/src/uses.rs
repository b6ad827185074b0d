use crate::tasks;
use core::pin::pin;
use core::task::Poll;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::refcount::{Closed, Gate, Pins};
use latchfree::sequence::Ids;
use latchfree::watermark::Watermark;

static OPERATIONS: Gate = Gate::new();
static VISIBLE: Watermark = Watermark::new(0xffff_fffe);
static READERS: Pins<2> = Pins::new();
static WORKERS: Ids<2> = Ids::new();

pub(crate) fn last_one_through_a_gate() -> bool {
    static WAKES: Atomic<u32> = Atomic::new(0);
    let (Ok(first), Ok(second)) = (OPERATIONS.enter(), OPERATIONS.enter()) else { return false };
    let mut waiting = pin!(OPERATIONS.wait_idle_async());
    let waits = tasks::poll(waiting.as_mut(), &WAKES).is_pending();
    drop(first);
    let closes = OPERATIONS.inside() == 1 && OPERATIONS.close() && !OPERATIONS.close();
    let refused = OPERATIONS.enter().err() == Some(Closed);
    let stays = WAKES.load(Relaxed) == 0 && !OPERATIONS.is_idle();
    drop(second);
    let woken = WAKES.load(Relaxed) == 1 && tasks::poll(waiting, &WAKES) == Poll::Ready(());
    waits && closes && refused && stays && woken && OPERATIONS.is_idle()
}

/// Around the end of 32 bits.
pub(crate) fn oldest_reader() -> bool {
    let now = || VISIBLE.get();
    let Some(mut reader) = READERS.reader() else { return false };
    let mut old = reader.pin(now);
    VISIBLE.advance_to(0x1_0000_0001);
    let Some(new) = READERS.pin(now) else { return false };
    let pinned = READERS.reader().is_none() && READERS.oldest(now()) == 0xffff_fffe;
    let moved = old.advance(now) == new.position() && READERS.oldest(u64::MAX) == 0x1_0000_0001;
    drop((old, new));
    pinned && moved && READERS.oldest(u64::MAX) == u64::MAX
}

pub(crate) fn lowest_ids() -> bool {
    let (Some(first), Some(second)) = (WORKERS.acquire(), WORKERS.acquire()) else { return false };
    let taken = (first.get(), second.get()) == (0, 1) && WORKERS.acquire().is_none();
    drop(first);
    taken && WORKERS.acquire().is_some_and(|id| id.get() == 0) && WORKERS.in_use() == 1
}
