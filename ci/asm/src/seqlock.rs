use latchfree::seqlock::{SeqLatch, SeqLock, SeqWriter};

#[unsafe(no_mangle)]
pub fn seqlock_try_read(lock: &SeqLock<[u64; 4]>) -> Option<[u64; 4]> {
    lock.try_read().ok()
}

#[unsafe(no_mangle)]
pub fn seqlock_try_write(lock: &SeqLock<[u64; 4]>, value: [u64; 4]) -> bool {
    lock.try_write(value).is_ok()
}

/// No lock prefix, no exclusive access.
#[unsafe(no_mangle)]
pub fn seqcell_write(writer: &mut SeqWriter<'_, [u64; 4]>, value: [u64; 4]) {
    writer.write(value);
}

#[unsafe(no_mangle)]
pub fn seqlatch_read(latch: &SeqLatch<[u64; 4]>) -> [u64; 4] {
    latch.read()
}
