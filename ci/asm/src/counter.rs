use latchfree::counter::{Counter, Local};
use latchfree::refcount::RefCount;
use latchfree::sequence::Sequence;

/// A slot with an owner: no lock prefix, no exclusive access.
#[unsafe(no_mangle)]
pub fn counter_local_add(local: &Local<'_, u64>, n: u64) {
    local.add(n);
}

#[unsafe(no_mangle)]
pub fn counter_with_slot_add(counter: &Counter<4>, n: u64) {
    counter.with_slot(2).add(n);
}

#[unsafe(no_mangle)]
pub fn counter_sum(counter: &Counter<4>) -> u64 {
    counter.sum()
}

#[unsafe(no_mangle)]
pub fn sequence_next(sequence: &Sequence) -> Option<u64> {
    sequence.next().ok()
}

#[unsafe(no_mangle)]
pub fn ref_count_inc(count: &RefCount) {
    count.inc();
}

#[unsafe(no_mangle)]
pub fn ref_count_dec(count: &RefCount) -> bool {
    count.dec()
}
