use crate::tasks;
use core::num::NonZeroU64;
use core::pin::pin;
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::counter::{Counter, Counters, EveryNth, Gauge, Which};
use latchfree::refcount::RefCount;
use latchfree::semaphore::Semaphore;
use latchfree::sequence::{BoundReached, Clock, EpochNumber, EpochSequence, Lease, Sequence};

static COUNTER: Counter<2> = Counter::new();
static READS: Counters<3, 2> = Counters::new();
static GAUGE: Gauge<1> = Gauge::new();
static OFFSETS: Sequence = Sequence::starting_at(7);
static TERMS: EpochSequence = EpochSequence::starting_at(EpochNumber { epoch: 1, count: 0 });
static IDS: Lease = Lease::starting_at(20);
static CLOCK: Clock = Clock::starting_at(3);
static SAMPLE: EveryNth = EveryNth::new(NonZeroU64::new(2).unwrap());
static OWNERS: RefCount = RefCount::new(1);
static BUFFERS: Semaphore = Semaphore::new(3);

pub(crate) fn slots_and_drain() -> bool {
    let local = COUNTER.local();
    local.add(1);
    COUNTER.with_slot(0).add(10);
    COUNTER.with_slot(5).add(100); // no such slot: the shared one
    COUNTER.add(1_000);
    let before = COUNTER.drain();
    local.inc();
    local.owns_slot() && before == 1_111 && COUNTER.drain() == 1 && COUNTER.sum() == 1_112
}

#[derive(Clone, Copy)]
enum Reads {
    Cached,
    Done,
    Bytes,
}

impl From<Reads> for Which<3> {
    fn from(count: Reads) -> Self {
        Which::new(count as usize).unwrap() // no panic code: the compiler knows the three
    }
}

pub(crate) fn several_counts_in_a_slot() -> bool {
    let local = READS.local();
    local.inc(Reads::Cached);
    READS.with_slot(0).add(Reads::Bytes, 512);
    READS.with_slot(5).inc(Reads::Done); // no such slot: the shared one
    READS.add_each([(Reads::Done, 1), (Reads::Bytes, 4096)]);
    READS.add_shared(Reads::Cached, 2);
    let before = READS.drain();
    for (count, n) in [Reads::Cached, Reads::Done, Reads::Bytes].into_iter().zip(1..) {
        local.add(core::hint::black_box(count), n);
    }
    local.owns_slot()
        && before == [3, 2, 4608]
        && READS.pending() == [1, 2, 3]
        && READS.drain() == [1, 2, 3]
        && READS.sums() == [4, 4, 4611]
        && READS.sum(Reads::Bytes) == 4611
}

pub(crate) fn up_and_down() -> bool {
    GAUGE.local().add(5);
    GAUGE.sub(7);
    OWNERS.inc();
    GAUGE.sum() == -2 && !OWNERS.dec() && OWNERS.dec() && !OWNERS.inc_if_nonzero()
}

pub(crate) fn numbers_in_order() -> bool {
    OFFSETS.observe(9);
    let offsets = OFFSETS.next() == Ok(10) && OFFSETS.reserve(3) == Ok(11..14);
    let terms = TERMS.next_epoch() == Ok(2)
        && TERMS.next().map(EpochNumber::to_bits) == Ok(2 << 32)
        && TERMS.peek().count == 1;
    offsets && terms && [SAMPLE.tick(), SAMPLE.tick(), SAMPLE.tick()] == [false, true, false]
}

pub(crate) fn numbers_below_a_bound() -> bool {
    let before = IDS.next() == Err(BoundReached);
    IDS.extend_to(23);
    let numbers = IDS.next() == Ok(20) && IDS.reserve(3) == Err(BoundReached);
    before && numbers && IDS.reserve(2) == Ok(21..23) && IDS.remaining() == 0 && IDS.bound() == 23
}

pub(crate) fn timestamps() -> bool {
    let ticks = [CLOCK.tick(1), CLOCK.tick(9), CLOCK.tick(9)] == [Ok(3), Ok(9), Ok(10)];
    CLOCK.observe(40);
    ticks && CLOCK.tick(11) == Ok(41) && CLOCK.peek() == 42
}

pub(crate) fn permits_for_some() -> bool {
    static WAKES: Atomic<u32> = Atomic::new(0);
    let Ok(held) = BUFFERS.try_acquire(2) else { return false };
    let refused = BUFFERS.try_acquire(2).is_err() && BUFFERS.available() == 1;
    let mut idle = pin!(BUFFERS.wait_idle_async());
    let waits = tasks::poll(idle.as_mut(), &WAKES).is_pending();
    drop(held);
    let idle = waits && WAKES.load(Relaxed) == 1 && tasks::poll(idle, &WAKES).is_ready();
    refused && idle && BUFFERS.try_acquire(3).is_ok_and(|permit| permit.count() == 3)
}
