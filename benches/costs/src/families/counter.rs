use super::{Bench, Cost, Scenario};
use latchfree::atomic::{Atomic, Relaxed};
use latchfree::counter::Counter;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("`Counter::local`, `add`", "", local),
    Scenario::new("`Counter::with_slot`, `add`", "", with_slot),
    Scenario::new("`Counter::add`", "", add),
    Scenario::new(
        "`Counter::with_slot`, `add`",
        "beyond the slots, of which there is one",
        add_beyond,
    )
    .on(&[2, 4, 16, 64]),
    Scenario::new("`Counter::add_shared`", "", add_shared),
    Scenario::new("`Counter::sum`", "one; the others add", sum),
    Scenario::new("`Counter::drain`", "one; the others add", drain),
    Scenario::new("control: `fetch_add` on one word", "", one_word),
];

fn counter() -> Box<Counter<64>> {
    Box::default()
}

pub(crate) fn local(bench: &mut Bench) -> Cost {
    let counter = counter();
    bench.each(|_, turns| {
        let local = counter.local();
        turns.run(|| local.add(1));
    })
}

pub(crate) fn with_slot(bench: &mut Bench) -> Cost {
    let counter = counter();
    bench.each(|i, turns| {
        let slot = counter.with_slot(i);
        turns.run(|| slot.add(1));
    })
}

pub(crate) fn add(bench: &mut Bench) -> Cost {
    let counter = counter();
    bench.each(|_, turns| turns.run(|| counter.add(1)))
}

/// All but one are beyond the slots.
fn add_beyond(bench: &mut Bench) -> Cost {
    let counter = Box::new(Counter::<1>::new());
    bench.each(|i, turns| {
        let slot = counter.with_slot(i);
        turns.run(|| slot.add(1));
    })
}

fn add_shared(bench: &mut Bench) -> Cost {
    let counter = counter();
    bench.each(|_, turns| turns.run(|| counter.add_shared(1)))
}

fn sum(bench: &mut Bench) -> Cost {
    let counter = counter();
    let add = |turns: super::Turns| turns.run(|| counter.add(1));
    bench.one_beside(|turns| turns.run(|| _ = counter.sum()), |_, turns| add(turns))
}

fn drain(bench: &mut Bench) -> Cost {
    let counter = counter();
    let add = |turns: super::Turns| turns.run(|| counter.add(1));
    bench.one_beside(|turns| turns.run(|| _ = counter.drain()), |_, turns| add(turns))
}

pub(crate) fn one_word(bench: &mut Bench) -> Cost {
    let word = Box::new(Atomic::new(0u64));
    bench.each(|_, turns| turns.run(|| _ = word.fetch_add(1, Relaxed)))
}
