use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed, Release, SeqCst, fence};

#[unsafe(no_mangle)]
pub fn atomic_load_relaxed(a: &Atomic<u64>) -> u64 {
    a.load(Relaxed)
}

#[unsafe(no_mangle)]
pub fn atomic_load_acquire(a: &Atomic<u64>) -> u64 {
    a.load(Acquire)
}

#[unsafe(no_mangle)]
pub fn atomic_store_release(a: &Atomic<u64>, value: u64) {
    a.store(value, Release);
}

#[unsafe(no_mangle)]
pub fn atomic_fetch_add_relaxed(a: &Atomic<u64>, n: u64) -> u64 {
    a.fetch_add(n, Relaxed)
}

/// The result is not used: on x86_64 no `xadd`.
#[unsafe(no_mangle)]
pub fn atomic_add(a: &Atomic<u64>, n: u64) {
    a.fetch_add(n, Relaxed);
}

#[unsafe(no_mangle)]
pub fn atomic_add_fetch(a: &Atomic<u64>, n: u64) -> u64 {
    a.add_fetch(n, Relaxed)
}

#[unsafe(no_mangle)]
pub fn atomic_dec_and_test(a: &Atomic<u64>) -> bool {
    a.sub_fetch(1, AcqRel) == 0
}

#[unsafe(no_mangle)]
pub fn atomic_compare_exchange(a: &Atomic<u64>, current: u64, new: u64) -> bool {
    a.compare_exchange(current, new, AcqRel, Acquire).is_ok()
}

#[unsafe(no_mangle)]
pub fn atomic_bit_set(a: &Atomic<u64>, bit: u32) -> bool {
    a.bit_set(bit, Relaxed)
}

#[unsafe(no_mangle)]
pub fn atomic_take(a: &Atomic<u64>) -> u64 {
    a.take(AcqRel)
}

#[unsafe(no_mangle)]
pub fn atomic_fence_acquire() {
    fence(Acquire);
}

#[unsafe(no_mangle)]
pub fn atomic_fence_seq_cst() {
    fence(SeqCst);
}
