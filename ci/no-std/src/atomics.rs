use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release, SeqCst, fence};

static FLAG: Atomic<bool> = Atomic::new(false);
static BYTE: Atomic<u8> = Atomic::new(0);
static HALF: Atomic<i16> = Atomic::new(0);
static WORD: Atomic<u32> = Atomic::new(7);
static LONG: Atomic<u64> = Atomic::new(u32::MAX as u64);
static SIZE: Atomic<usize> = Atomic::new(0);

pub(crate) fn operations() -> bool {
    let mut local = 1u32;
    let pointer = Atomic::new(&raw mut local);
    fence(SeqCst);
    !FLAG.swap(true, AcqRel)
        && FLAG.load(Acquire)
        && !BYTE.bit_set(7, Relaxed)
        && BYTE.load(Relaxed) == 0x80
        && HALF.sub_fetch(5, Relaxed) == -5
        && WORD.compare_exchange(7, 8, AcqRel, Relaxed) == Ok(7)
        && WORD.compare_exchange(7, 9, AcqRel, Relaxed) == Err(8)
        && WORD.take(Acquire) == 8
        && LONG.add_fetch(1, Relaxed) == 1 << 32
        && SIZE.fetch_max(3, Release) == 0
        && pointer.load(Relaxed) == &raw mut local
}
