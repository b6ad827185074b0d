//! Reference count: one is the last, and none is found after it.

use crate::check::{Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::refcount::RefCount;

#[derive(Clone, Hash, PartialEq, Eq)]
struct References(u32);

#[derive(Debug)]
enum Call {
    Inc,
    IncIfNonzero(bool),
    Dec(bool),
    Get(u32),
}

impl Spec for References {
    type Call = Call;
    type Progress = ();

    fn steps(&self, call: &Call, (): &()) -> Vec<Step<Self>> {
        let count = self.0;
        let after = match *call {
            Call::Inc => (count > 0).then(|| count + 1),
            Call::IncIfNonzero(found) => (found == (count > 0)).then(|| count + u32::from(found)),
            Call::Dec(last) => count.checked_sub(1).filter(|&left| last == (left == 0)),
            Call::Get(seen) => (seen == count).then_some(count),
        };
        at_once(after.map(Self))
    }
}

/// Some calls of a thread that has one reference, and gives all back that it has.
fn some_calls(count: &RefCount, log: &mut Log<'_, Call>) {
    let mut held = 1;
    for _ in 0..5 {
        match log.roll(6) {
            0 => log.call(|| Call::Get(count.get())),
            1 if held > 0 => {
                held += 1;
                log.call(|| {
                    count.inc();
                    Call::Inc
                });
            }
            2 | 3 => log.call(|| {
                let found = count.inc_if_nonzero();
                held += u32::from(found);
                Call::IncIfNonzero(found)
            }),
            _ if held > 0 => {
                held -= 1;
                log.call(|| Call::Dec(count.dec()));
            }
            _ => {}
        }
    }
    (0..held).for_each(|_| log.call(|| Call::Dec(count.dec())));
}

#[test]
fn ref_count_histories_are_linearizable() {
    all_are_explained(rounds(1_500, 2), |seed| {
        let count = RefCount::new(3);
        let thread = || -> Program<'_, Call> { Box::new(|log| some_calls(&count, log)) };
        let history = record(seed, vec![thread(), thread(), thread()]);
        assert_eq!(count.get(), 0, "round {seed}");
        (References(3), history)
    });
}

#[test]
fn reference_from_none_is_refused() {
    let explained = |calls: Vec<_>| is_explained(&References(1), &history(calls));
    let find = |began, ended, found| (1, began, ended, Call::IncIfNonzero(found));
    let dec = |last| (0, 0, 3, Call::Dec(last));
    assert!(explained(vec![dec(true), find(1, 2, false)]));
    assert!(explained(vec![dec(false), find(1, 2, true)]));
    assert!(!explained(vec![dec(true), find(1, 2, true)]));
    assert!(!explained(vec![dec(true), find(4, 5, true)]));
    assert!(!explained(vec![dec(false), find(1, 2, false)]));
}
