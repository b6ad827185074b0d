//! Unbounded queues.

use super::matrix::Selection;
use super::{Run, Scenario, nanos_each, run, runs, thread_counts};
use latchfree_benches::peers::queues::drive::{Word, alone, pass, pass_waiting};
use latchfree_benches::peers::queues::{Peer, Waiting};
use latchfree_benches::peers::unbounded::{
    ConcurrentQueue, CrossbeamChannel, Latchfree, Rapidfire, SegQueue, StdChannel, TokioMpsc,
};

/// So many values are in the queue before the clock starts, and are received.
const WARM: usize = 1024;

pub fn scenarios(selection: &Selection) -> Vec<Scenario> {
    macro_rules! all {
        ($make:ident $arguments:tt $(, $that_cannot_wait:ty)*) => {
            runs!($make $arguments: Latchfree, StdChannel, CrossbeamChannel, TokioMpsc, Rapidfire $(, $that_cannot_wait)*)
        };
    }
    let mut scenarios =
        vec![Scenario::new("one thread", all!(one_thread(), SegQueue, ConcurrentQueue))];
    for producers in thread_counts().into_iter().filter(|&n| selection.has_producers(n)) {
        let runs = all!(trying(producers), SegQueue, ConcurrentQueue);
        scenarios.push(Scenario::new(format!("{producers} to 1, trying"), runs));
        let runs = all!(waiting(producers));
        scenarios.push(Scenario::new(format!("{producers} to 1, waiting"), runs));
    }
    scenarios
}

fn one_thread<P: Peer<Word> + 'static>() -> Run {
    run(P::NAME, 10_000, |total| nanos_each(alone::<P, Word>(WARM, total), total))
}

fn trying<P: Peer<Word> + 'static>(producers: usize) -> Run {
    run(P::NAME, 10_000, move |total| nanos_each(pass::<P, Word>(WARM, producers, total), total))
}

fn waiting<P: Waiting<Word> + 'static>(producers: usize) -> Run {
    run(P::NAME, 10_000, move |total| {
        nanos_each(pass_waiting::<P, Word>(WARM, producers, total), total)
    })
}
