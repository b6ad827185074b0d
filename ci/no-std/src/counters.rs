use core::num::NonZeroU64;
use latchfree::counter::{Counter, EveryNth, Gauge};
use latchfree::refcount::RefCount;
use latchfree::semaphore::Semaphore;
use latchfree::sequence::{EpochNumber, EpochSequence, Sequence};

static COUNTER: Counter<2> = Counter::new();
static GAUGE: Gauge<1> = Gauge::new();
static OFFSETS: Sequence = Sequence::starting_at(7);
static TERMS: EpochSequence = EpochSequence::starting_at(EpochNumber { epoch: 1, count: 0 });
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

pub(crate) fn permits_for_some() -> bool {
    let Ok(held) = BUFFERS.try_acquire(2) else { return false };
    let refused = BUFFERS.try_acquire(2).is_err() && BUFFERS.available() == 1;
    drop(held);
    refused && BUFFERS.try_acquire(3).is_ok_and(|permit| permit.count() == 3)
}
