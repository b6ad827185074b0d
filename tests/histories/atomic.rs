//! `Atomic`: one word, and read-modify-writes of it that nothing comes in between of.

use crate::check::{History, Spec, Step, at_once};
use crate::record::{Log, Program, all_are_explained, let_others_run, one_is_refused, record};
use crate::scale::rounds;
use latchfree::atomic::{Atomic, Relaxed};

#[derive(Clone, Hash, PartialEq, Eq)]
struct Word(u32);

#[derive(Debug)]
enum Call {
    Load(u32),
    Store(u32),
    Take(u32),
    Add(u32, u32),
    Update(u32),
    /// Adds one to an even number.
    TryUpdate(Result<u32, u32>),
    CompareExchange(u32, u32, Result<u32, u32>),
}

fn follow(value: u32) -> u32 {
    value * 2 + 1
}

impl Spec for Word {
    type Call = Call;
    type Progress = ();

    fn steps(&self, call: &Call, (): &()) -> Vec<Step<Self>> {
        let (was, is) = match *call {
            Call::Load(seen) => (seen, seen),
            Call::Store(value) => (self.0, value),
            Call::Take(old) => (old, 0),
            Call::Add(more, old) => (old, old + more),
            Call::Update(old) => (old, follow(old)),
            Call::TryUpdate(Ok(old)) if old % 2 == 0 => (old, old + 1),
            Call::TryUpdate(Err(old)) if old % 2 == 1 => (old, old),
            Call::CompareExchange(from, to, Ok(old)) if from == old => (old, to),
            Call::CompareExchange(from, _, Err(old)) if from != old => (old, old),
            _ => return vec![],
        };
        at_once((self.0 == was).then_some(Self(is)))
    }
}

fn some_calls(word: &Atomic<u32>, log: &mut Log<'_, Call>) {
    for _ in 0..4 {
        let (operation, value) = (log.roll(7), log.roll(3) as u32);
        log.call(|| match operation {
            0 => Call::Load(word.load(Relaxed)),
            1 => {
                word.store(value, Relaxed);
                Call::Store(value)
            }
            2 => Call::Take(word.take(Relaxed)),
            3 => Call::Add(value, word.fetch_add(value, Relaxed)),
            4 => Call::Update(word.update(Relaxed, Relaxed, follow)),
            5 => {
                let even = |value| (value % 2 == 0).then_some(value + 1);
                Call::TryUpdate(word.try_update(Relaxed, Relaxed, even))
            }
            _ => {
                let held = word.compare_exchange(value, value + 1, Relaxed, Relaxed);
                Call::CompareExchange(value, value + 1, held)
            }
        });
    }
}

fn round(seed: usize, program: impl Fn(&Atomic<u32>, &mut Log<'_, Call>) + Sync) -> History<Call> {
    let word = Atomic::new(0);
    let thread = || -> Program<'_, Call> { Box::new(|log| program(&word, log)) };
    record(seed, (0..2 + seed % 2).map(|_| thread()).collect())
}

#[test]
fn atomic_histories_are_linearizable() {
    all_are_explained(rounds(1_000, 2), |seed| (Word(0), round(seed, some_calls)));
}

/// Control: an addition that is a load and a store.
#[test]
#[cfg_attr(miri, ignore = "needs many rounds")]
fn addition_in_two_steps_is_refused() {
    let add = |word: &Atomic<u32>, log: &mut Log<'_, Call>| {
        for _ in 0..4 {
            log.call(|| {
                let old = word.load(Relaxed);
                let_others_run();
                word.store(old + 1, Relaxed);
                Call::Add(1, old)
            });
        }
    };
    one_is_refused(|seed| (Word(0), round(seed, add)));
}
