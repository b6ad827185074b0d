use super::{Bench, Cost, Scenario};
use latchfree::log;

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new(
        "`Writer::try_reserve`, `put`, `commit` of 64 bytes",
        "bytes last used by the flusher",
        append,
    ),
    Scenario::new(
        "`Flusher::try_batch`, `release` of 64 bytes",
        "bytes last used by the writers",
        flush,
    )
    .constant(),
];

const RECORD: [u8; 64] = [7; 64];

/// A log with room for all that is written, whose bytes and slots the other processor has used once.
fn used(bench: &mut Bench) -> (log::Writer<'static>, log::Flusher<'static>) {
    let records = bench.total().next_power_of_two();
    let (writer, mut flusher) = log::buffer(RECORD.len() * records as usize, records as usize);
    bench.other(records, || {
        append_one(&writer);
        flush_one(&mut flusher);
    });
    (writer, flusher)
}

fn append_one(writer: &log::Writer) {
    let mut reservation = writer.try_reserve(RECORD.len()).expect("there is room");
    reservation.put(&RECORD);
    reservation.commit();
}

fn flush_one(flusher: &mut log::Flusher) {
    let batch = flusher.try_batch(RECORD.len()).expect("a record");
    assert_eq!(batch.bytes().0, RECORD);
    batch.release();
}

fn append_all(bench: &mut Bench, writer: &log::Writer<'static>) -> Cost {
    let writers = super::Handles::new(bench.processors, |_| writer.clone());
    bench.each(|i, turns| {
        let writer = writers.take(i);
        turns.run(|| append_one(&writer));
    })
}

fn append(bench: &mut Bench) -> Cost {
    let (writer, _flusher) = used(bench);
    append_all(bench, &writer)
}

fn flush(bench: &mut Bench) -> Cost {
    let (writer, mut flusher) = used(bench);
    append_all(bench, &writer);
    bench.other(bench.total(), || flush_one(&mut flusher))
}
