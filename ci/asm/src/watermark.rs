use latchfree::watermark::{Frontier, Watermark};

#[unsafe(no_mangle)]
pub fn watermark_get(watermark: &Watermark) -> u64 {
    watermark.get()
}

#[unsafe(no_mangle)]
pub fn watermark_advance_to(watermark: &Watermark, position: u64) -> bool {
    watermark.advance_to(position)
}

/// In a window of 1024 positions.
#[unsafe(no_mangle)]
pub fn frontier_try_complete(frontier: &Frontier<1024>, position: u64) -> Option<u64> {
    frontier.try_complete(position..position + 1).ok()
}
