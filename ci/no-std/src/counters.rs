use latchfree::counter::Counter;

static COUNTER: Counter<2> = Counter::new();

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
