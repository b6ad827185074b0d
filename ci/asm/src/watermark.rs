use latchfree::watermark::Watermark;

#[unsafe(no_mangle)]
pub fn watermark_get(watermark: &Watermark) -> u64 {
    watermark.get()
}

#[unsafe(no_mangle)]
pub fn watermark_advance_to(watermark: &Watermark, position: u64) -> bool {
    watermark.advance_to(position)
}
