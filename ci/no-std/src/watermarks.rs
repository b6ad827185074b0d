use latchfree::progress::Watermark;

static DURABLE: Watermark = Watermark::new(10);

pub(crate) fn only_forward() -> bool {
    let moved = DURABLE.advance_to(12) && !DURABLE.advance_to(11);
    DURABLE.close();
    moved && DURABLE.get() == 12 && DURABLE.is_closed()
}
