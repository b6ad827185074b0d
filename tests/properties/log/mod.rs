//! `log` against a plain model: the bytes of the ring, the states of the records, the turns of the waiters.

mod model;
mod subject;
mod wakers;

use self::subject::{Subject, op};
use crate::support::{cases, steps};
use latchfree::log::{Flusher, LogBuffer, Writer};
use proptest::collection::vec;
use proptest::prelude::*;

/// Where a buffer begins: near the ends of the fields of its words, and of what may be asked for.
fn starts() -> impl Strategy<Value = (u64, u64)> {
    let near = |ends: &'static [u64], limit: u64| {
        let end = prop::sample::select(ends);
        (end, 0..24_u64).prop_map(move |(end, before)| end.saturating_sub(before).min(limit - 1))
    };
    let position = near(&[0, 1 << 36, 1 << 37, 1 << 38, 1 << 62], 1 << 62);
    let record = near(&[0, 1 << 25, 1 << 26, 1 << 27, 1 << 62], 1 << 62);
    (position, record)
}

/// How a sequence ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// What is reserved is dropped, then the writers; the flusher gets all.
    WritersFirst,
    /// The flusher goes while records are reserved, committed and waited for.
    FlusherFirst,
    /// A reservation is forgotten: the flusher finds it stalled, also after the close.
    Forgotten,
}

fn end() -> impl Strategy<Value = End> {
    prop::sample::select(&[End::WritersFirst, End::FlusherFirst, End::Forgotten][..])
}

fn run(handles: (Writer<'_>, Flusher<'_>), records: usize, ops: Vec<subject::Op>, end: End) {
    let (writer, flusher) = handles;
    let mut subject = Subject::new(&writer, flusher, records);
    for op in ops {
        subject.apply(op);
        subject.check();
    }
    match end {
        End::FlusherFirst => subject.flusher_goes(),
        End::Forgotten => subject.forgets(),
        End::WritersFirst => {
            let rest = subject.without_waiters();
            drop(writer);
            rest.drains();
        }
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[cfg(feature = "alloc")]
    #[test]
    fn heap_buffer_does_what_the_model_does(
        (bytes, records) in (0..5_u32, 0..4_u32),
        (position, record) in starts(),
        ops in vec(op(), steps(60)),
        end in end(),
    ) {
        let (bytes, records) = (1 << bytes, 1 << records);
        let handles = latchfree::log::buffer_starting_at(bytes, records, position, record);
        run(handles, records, ops, end);
    }

    #[test]
    fn inline_buffer_does_what_the_model_does(
        size in 0..4,
        (position, record) in starts(),
        ops in vec(op(), steps(60)),
        end in end(),
    ) {
        fn on<const B: usize, const R: usize>(
            (position, record): (u64, u64), ops: Vec<subject::Op>, end: End,
        ) {
            let mut buffer = LogBuffer::<B, R>::starting_at(position, record);
            run(buffer.split().unwrap(), R, ops.clone(), end);
            run(buffer.split_mut(), R, ops, end); // as clean as new, whatever was left
        }
        let start = (position, record);
        match size {
            0 => on::<1, 1>(start, ops, end),
            1 => on::<8, 2>(start, ops, end),
            2 => on::<2, 8>(start, ops, end),
            _ => on::<16, 4>(start, ops, end),
        }
    }
}
