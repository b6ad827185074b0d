use latchfree::log::{Batch, Flusher, Writer};

#[unsafe(no_mangle)]
pub fn log_append(writer: &Writer<'_>, record: &[u8; 64]) -> Option<u64> {
    let mut reservation = writer.try_reserve(64).ok()?;
    reservation.put(record);
    Some(reservation.commit().end)
}

#[unsafe(no_mangle)]
pub fn log_try_batch(flusher: &mut Flusher<'_>, max_bytes: usize) -> usize {
    flusher.try_batch(max_bytes).map_or(0, |batch| batch.len())
}

#[unsafe(no_mangle)]
pub fn log_release(batch: Batch<'_>) {
    batch.release();
}
