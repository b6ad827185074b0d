use super::{Bench, Cost, Scenario, Turns};
use latchfree::seqlock::{SeqCell, SeqLatch, SeqLock};

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new("`SeqLock::read`", "", read),
    Scenario::new("`SeqLock::read`", "one; another writes, the others read", read_beside),
    Scenario::new("`SeqLock::write`", "", write),
    Scenario::new("`SeqLock::write`", "one; the others read", write_beside),
    Scenario::new("`SeqLatch::read`", "one; another writes, the others read", latch_read),
    Scenario::new("`SeqLatch::write`", "one; the others read", latch_write),
    Scenario::new("`SeqWriter::write`", "one; the others read the `SeqCell`", cell_write),
];

/// As in the benchmarks.
const VALUE: [u64; 8] = [1; 8];

fn read(bench: &mut Bench) -> Cost {
    let lock = Box::new(SeqLock::new(VALUE));
    bench.each(|_, turns| turns.run(|| _ = lock.read()))
}

fn write(bench: &mut Bench) -> Cost {
    let lock = Box::new(SeqLock::new(VALUE));
    bench.each(|_, turns| turns.run(|| lock.write(VALUE)))
}

/// One reads, another one writes, and the others read.
fn reader_beside(bench: &mut Bench, read: impl Fn() + Sync, write: impl Fn() + Sync) -> Cost {
    let others = |i: usize, turns: Turns| match i {
        1 => turns.run(&write),
        _ => turns.run(&read),
    };
    bench.one_beside(|turns| turns.run(&read), others)
}

fn read_beside(bench: &mut Bench) -> Cost {
    let lock = Box::new(SeqLock::new(VALUE));
    reader_beside(bench, || _ = lock.read(), || lock.write(VALUE))
}

fn latch_read(bench: &mut Bench) -> Cost {
    let latch = Box::new(SeqLatch::new(VALUE));
    reader_beside(bench, || _ = latch.read(), || latch.write(VALUE))
}

fn write_beside(bench: &mut Bench) -> Cost {
    let lock = Box::new(SeqLock::new(VALUE));
    bench.one_beside(
        |turns| turns.run(|| lock.write(VALUE)),
        |_, turns| turns.run(|| _ = lock.read()),
    )
}

fn latch_write(bench: &mut Bench) -> Cost {
    let latch = Box::new(SeqLatch::new(VALUE));
    bench.one_beside(
        |turns| turns.run(|| latch.write(VALUE)),
        |_, turns| turns.run(|| _ = latch.read()),
    )
}

fn cell_write(bench: &mut Bench) -> Cost {
    let cell = Box::new(SeqCell::new(VALUE));
    let mut writer = cell.writer().expect("the only one");
    bench.one_beside(
        |turns| turns.run(|| writer.write(VALUE)),
        |_, turns| turns.run(|| _ = cell.read()),
    )
}
