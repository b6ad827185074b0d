//! The checker: is there an order of the calls that explains every result?
//!
//! J. Wing and C. Gong, *Testing and verifying concurrent objects*, 1993, with G. Lowe's memory of what was
//! tried before (2017); and with calls that take effect in several steps, for answers that are made of more than
//! one look.

use std::collections::HashSet;
use std::fmt::{Debug, Write};
use std::hash::Hash;

/// The specification of an object: its state, and the states that a call with its result may lead to.
pub(crate) trait Spec: Clone + Eq + Hash {
    /// A call and its result.
    type Call: Debug;
    /// How far a call has come that takes effect in several steps.
    type Progress: Clone + Eq + Hash + Default;

    /// Returns the next steps that `call` can take: none, if this state does not explain its result.
    fn steps(&self, call: &Self::Call, progress: &Self::Progress) -> Vec<Step<Self>>;
}

/// The state after a step, and how far the call has come; `None` at its end.
pub(crate) type Step<S> = (S, Option<<S as Spec>::Progress>);

/// The only step of a call that takes effect at once: possible if `after` is a state.
pub(crate) fn at_once<S: Spec>(after: Option<S>) -> Vec<Step<S>> {
    after.map(|after| (after, None)).into_iter().collect()
}

/// A call with its result, and when it began and ended: by one clock for all threads, no moment of which
/// comes twice.
#[derive(Debug)]
pub(crate) struct Timed<C> {
    pub(crate) began: usize,
    pub(crate) ended: usize,
    pub(crate) call: C,
}

/// The calls of each thread, in its order.
pub(crate) type History<C> = Vec<Vec<Timed<C>>>;

/// What the checker has found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Explained,
    Refused,
    /// Too many calls overlap for all their orders to be tried: where threads are preempted for long.
    TooLong,
}

/// How many states are tried before a history is too long. Most histories need a few hundred.
const MOST_STATES: usize = if cfg!(miri) { 5_000 } else { 200_000 };

/// Whether the object can have been in state `start` and have answered so. A history that is too long is not
/// refused.
pub(crate) fn is_explained<S: Spec>(start: &S, history: &History<S::Call>) -> bool {
    verdict(start, history) != Verdict::Refused
}

/// Looks for an order of the calls that explains each answer.
pub(crate) fn verdict<S: Spec>(start: &S, history: &History<S::Call>) -> Verdict {
    let begin = vec![(0, S::Progress::default()); history.len()];
    let mut seen = HashSet::new();
    let mut open = vec![(start.clone(), begin)];
    while let Some((state, at)) = open.pop() {
        let current = |thread: usize| history[thread].get(at[thread].0);
        let unfinished = (0..history.len()).filter_map(|thread| Some((thread, current(thread)?)));
        // A step is not for a call that began when another had ended that has steps left.
        let Some(first_end) = unfinished.clone().map(|(_, timed)| timed.ended).min() else {
            return Verdict::Explained;
        };
        if seen.len() > MOST_STATES {
            return Verdict::TooLong;
        }
        for (thread, timed) in unfinished.filter(|(_, timed)| timed.began < first_end) {
            let (number, progress) = &at[thread];
            for (after, further) in state.steps(&timed.call, progress) {
                let mut at = at.clone();
                at[thread] = match further {
                    Some(further) => (*number, further),
                    None => (number + 1, S::Progress::default()),
                };
                let reached = (after, at);
                if !seen.contains(&reached) {
                    seen.insert(reached.clone());
                    open.push(reached);
                }
            }
        }
    }
    Verdict::Refused
}

/// The history as text: a line for each call, by when it began.
pub(crate) fn text<C: Debug>(history: &History<C>) -> String {
    let numbered = history.iter().enumerate();
    let mut calls: Vec<_> =
        numbered.flat_map(|(thread, calls)| calls.iter().map(move |call| (thread, call))).collect();
    calls.sort_by_key(|(_, timed)| timed.began);
    calls.iter().fold(String::new(), |mut text, (thread, Timed { began, ended, call })| {
        writeln!(text, "{began:>4} to {ended:>4}, thread {thread}: {call:?}").expect("a string");
        text
    })
}

/// A history written down by hand: `(thread, began, ended, call)`.
#[cfg(test)]
pub(crate) fn history<C>(calls: impl IntoIterator<Item = (usize, usize, usize, C)>) -> History<C> {
    let mut history = History::new();
    for (thread, began, ended, call) in calls {
        history.resize_with(history.len().max(thread + 1), Vec::new);
        history[thread].push(Timed { began, ended, call });
    }
    history
}

mod tests {
    use super::{Spec, Step, at_once, history, is_explained};

    /// A register, with a read of it that is two reads added up.
    #[derive(Clone, Hash, PartialEq, Eq)]
    struct Register(u32);

    #[derive(Debug)]
    enum Call {
        Write(u32),
        Read(u32),
        ReadTwice(u32),
    }
    use Call::{Read, ReadTwice, Write};

    impl Spec for Register {
        type Call = Call;
        type Progress = Option<u32>;

        fn steps(&self, call: &Call, first: &Option<u32>) -> Vec<Step<Self>> {
            match (call, first) {
                (Write(value), _) => at_once(Some(Self(*value))),
                (Read(value), _) => at_once((self.0 == *value).then(|| self.clone())),
                (ReadTwice(_), None) => vec![(self.clone(), Some(Some(self.0)))],
                (ReadTwice(sum), Some(first)) => {
                    at_once((first + self.0 == *sum).then(|| self.clone()))
                }
            }
        }
    }

    fn accepts(calls: impl IntoIterator<Item = (usize, usize, usize, Call)>) -> bool {
        is_explained(&Register(0), &history(calls))
    }

    #[test]
    fn calls_one_after_the_other_have_one_order() {
        assert!(accepts([(0, 0, 1, Write(7)), (1, 2, 3, Read(7)), (0, 4, 5, Write(8))]));
        assert!(!accepts([(0, 0, 1, Write(7)), (1, 2, 3, Read(0))]));
        assert!(!accepts([(0, 0, 1, Read(7)), (1, 2, 3, Write(7))]));
        assert!(accepts([]));
    }

    #[test]
    fn overlapping_calls_have_any_order() {
        for seen in [0, 7] {
            assert!(accepts([(0, 0, 3, Write(7)), (1, 1, 2, Read(seen))]));
        }
        assert!(!accepts([(0, 0, 3, Write(7)), (1, 1, 2, Read(8))]));
    }

    /// The history from the introduction of J. Wing and C. Gong: each read by itself has a moment, both together
    /// have none.
    #[test]
    fn an_order_explains_all_results_or_none() {
        let writes = || [(0, 0, 9, Write(1)), (1, 1, 10, Write(2))];
        let reads = |first, second| [(2, 2, 3, Read(first)), (2, 4, 5, Read(second))];
        assert!(accepts(writes().into_iter().chain(reads(1, 2))));
        assert!(accepts(writes().into_iter().chain(reads(2, 1))));
        let third = (3, 6, 7, Read(1));
        assert!(!accepts(writes().into_iter().chain(reads(1, 2)).chain([third])));
    }

    #[test]
    fn steps_of_a_call_are_within_its_interval() {
        let during = [(0, 0, 9, ReadTwice(1)), (1, 1, 2, Write(0)), (1, 3, 4, Write(1))];
        assert!(accepts(during));
        let after = [(0, 0, 1, ReadTwice(1)), (1, 2, 3, Write(1))];
        assert!(!accepts(after));
        let backwards = [(0, 2, 9, ReadTwice(1)), (1, 0, 1, Write(1)), (1, 3, 4, Write(2))];
        assert!(!accepts(backwards));
    }
}
