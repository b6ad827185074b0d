//! Frontier: so far everything is complete, and there was room, or not.

use crate::check::{Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::sequence::Sequence;
use latchfree::watermark::{Frontier, TryCompleteError};
use std::collections::BTreeSet;

const WINDOW: u64 = 4;

/// Ranges of one position each, so that a set of numbers is what is complete.
#[derive(Clone, Default, Hash, PartialEq, Eq)]
struct Complete {
    position: u64,
    /// What was seen of the position at least. It moves in steps, while a completion is in progress.
    seen: u64,
    /// Completions in progress.
    pending: usize,
    ahead: BTreeSet<u64>,
    closed: bool,
}

#[derive(Debug)]
enum Call {
    /// Completed, with the position that was returned, or too far ahead.
    TryComplete(u64, Option<u64>),
    Position(u64),
    Close,
    IsClosed(bool),
}

impl Complete {
    /// Whether the position can be seen to be `position`, beside so many other completions in progress.
    fn shows(&self, position: u64, others: usize) -> bool {
        position == self.position || others > 0 && (self.seen..=self.position).contains(&position)
    }
}

impl Spec for Complete {
    type Call = Call;
    /// A completion has two steps: the range is complete, and the position is seen.
    type Progress = bool;

    fn steps(&self, call: &Call, has_completed: &bool) -> Vec<Step<Self>> {
        let mut after = self.clone();
        let is_so = match *call {
            Call::TryComplete(at, Some(_)) if !has_completed => {
                if at + 1 > self.position + WINDOW {
                    return Vec::new();
                }
                after.ahead.insert(at);
                while after.ahead.remove(&after.position) {
                    after.position += 1;
                }
                after.pending += 1;
                after.seen = after.seen.max((at + 1).saturating_sub(WINDOW)); // there was room
                return vec![(after, Some(true))];
            }
            Call::TryComplete(_, Some(position)) => {
                after.pending -= 1;
                after.seen = position;
                self.shows(position, self.pending - 1)
            }
            Call::TryComplete(at, None) => {
                let least = if self.pending > 0 { self.seen } else { self.position };
                at + 1 > least + WINDOW
            }
            Call::Position(position) => {
                after.seen = position;
                self.shows(position, self.pending)
            }
            Call::Close => {
                after.closed = true;
                true
            }
            Call::IsClosed(closed) => closed == self.closed,
        };
        at_once(is_so.then_some(after))
    }
}

fn some_calls(
    frontier: &Frontier<{ WINDOW as usize }>,
    numbers: &Sequence,
    log: &mut Log<'_, Call>,
) {
    let mut mine = Vec::new();
    for _ in 0..6 {
        let operation = log.roll(12);
        let newest = || numbers.next().expect("there are enough");
        let at = if mine.is_empty() || log.roll(3) > 0 { newest() } else { mine.swap_remove(0) };
        log.call(|| match operation {
            0 => {
                frontier.close();
                Call::Close
            }
            1 => Call::IsClosed(frontier.is_closed()),
            2..5 => Call::Position(frontier.position()),
            _ => match frontier.try_complete(at..at + 1) {
                Ok(position) => Call::TryComplete(at, Some(position)),
                Err(error) => {
                    assert_eq!(error, TryCompleteError::TooFarAhead(at..at + 1));
                    Call::TryComplete(at, None)
                }
            },
        });
        // What was not completed is this thread's to complete later.
        if !matches!(log.last(), Some(Call::TryComplete(_, Some(_)))) {
            mine.push(at);
        }
    }
}

#[test]
fn frontier_histories_are_linearizable() {
    all_are_explained(rounds(1_000, 2), |seed| {
        let (frontier, numbers) = (Frontier::new(0), Sequence::starting_at(0));
        let thread =
            || -> Program<'_, Call> { Box::new(|log| some_calls(&frontier, &numbers, log)) };
        (Complete::default(), record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn positions_with_gaps_are_refused() {
    let explained = |calls: Vec<_>| is_explained(&Complete::default(), &history::<Call>(calls));
    let complete = |thread, began, ended, at, position| {
        (thread, began, ended, Call::TryComplete(at, Some(position)))
    };
    // Two that complete at the same time: one of them is told of both.
    assert!(explained(vec![complete(0, 0, 3, 0, 2), complete(1, 1, 2, 1, 0)]));
    assert!(explained(vec![complete(0, 0, 3, 0, 1), complete(1, 1, 2, 1, 2)]));
    assert!(!explained(vec![complete(0, 0, 3, 0, 1), complete(1, 1, 2, 1, 0)]));
    // Nothing is left behind.
    assert!(!explained(vec![complete(0, 0, 1, 1, 0), complete(1, 2, 3, 0, 1)]));
    let left = vec![complete(0, 0, 3, 0, 2), complete(1, 1, 2, 1, 0), (0, 4, 5, Call::Position(1))];
    assert!(!explained(left));
    // There was room, and there was not.
    assert!(!explained(vec![(0, 0, 1, Call::TryComplete(3, None))]));
    assert!(!explained(vec![complete(0, 0, 1, 4, 0)]));
    let beside = |room: Option<u64>| {
        explained(vec![complete(0, 0, 3, 0, 1), (1, 1, 2, Call::TryComplete(4, room))])
    };
    assert!(beside(None) && beside(Some(1)) && !beside(Some(0)));
    assert!(!explained(vec![complete(0, 0, 1, 0, 1), (1, 2, 3, Call::TryComplete(4, None))]));
}
