//! Watermark: it was there, it was not there yet, it was closed.

mod frontier;

use crate::check::{Spec, Step, at_once, history, is_explained};
use crate::record::{Log, Program, all_are_explained, record};
use crate::scale::rounds;
use latchfree::watermark::Watermark;
use std::ops::Range;
#[cfg(feature = "std")]
use {latchfree::watermark::WaitTimeoutError, std::time::Duration};

#[derive(Clone, Hash, PartialEq, Eq)]
struct Position {
    position: u64,
    /// The last position that can be waited for.
    end: u64,
}

#[derive(Debug)]
enum Call {
    AdvanceTo(u64, bool),
    AdvanceOver(u64, Range<u64>),
    Get(u64),
    CloseAt(u64),
    IsClosed(bool),
    /// A wait of no time.
    #[cfg(feature = "std")]
    WaitFor(u64, Result<u64, WaitTimeoutError>),
}

impl Spec for Position {
    type Call = Call;
    type Progress = ();

    fn steps(&self, call: &Call, (): &()) -> Vec<Step<Self>> {
        let Self { position, end } = *self;
        let mut after = self.clone();
        let is_so = match *call {
            Call::AdvanceTo(to, moved) => {
                after.position = position.max(to);
                moved == (position < to)
            }
            Call::AdvanceOver(to, ref range) => {
                after.position = position.max(to);
                *range == if position < to { position..to } else { to..to }
            }
            Call::Get(at) => at == position,
            Call::CloseAt(last) => {
                after.end = end.min(last);
                true
            }
            Call::IsClosed(is_closed) => is_closed == (end < u64::MAX),
            #[cfg(feature = "std")]
            Call::WaitFor(at_least, Ok(at)) => at == position && at >= at_least,
            #[cfg(feature = "std")]
            Call::WaitFor(at_least, Err(error)) => {
                position < at_least && (at_least > end) == (error == WaitTimeoutError::Closed)
            }
        };
        at_once(is_so.then_some(after))
    }
}

fn some_calls(watermark: &Watermark, log: &mut Log<'_, Call>) {
    for _ in 0..5 {
        let (operation, position) = (log.roll(12), log.roll(8) as u64);
        log.call(|| match operation {
            0 if position < 4 => {
                watermark.close();
                Call::CloseAt(0)
            }
            0 => {
                watermark.close_at(position);
                Call::CloseAt(position)
            }
            1..3 => Call::IsClosed(watermark.is_closed()),
            3..5 => Call::Get(watermark.get()),
            #[cfg(feature = "std")]
            5..8 => {
                let result = watermark.wait_for_timeout(position, Duration::ZERO);
                Call::WaitFor(position, result)
            }
            8 | 9 => Call::AdvanceOver(position, watermark.advance_over(position)),
            _ => Call::AdvanceTo(position, watermark.advance_to(position)),
        });
    }
}

#[test]
fn watermark_histories_are_linearizable() {
    all_are_explained(rounds(1_000, 2), |seed| {
        let watermark = Watermark::new(2);
        let thread = || -> Program<'_, Call> { Box::new(|log| some_calls(&watermark, log)) };
        let start = Position { position: 2, end: u64::MAX };
        (start, record(seed, (0..2 + seed % 2).map(|_| thread()).collect()))
    });
}

#[test]
fn positions_that_were_never_there_are_refused() {
    let start = Position { position: 2, end: u64::MAX };
    let explained = |calls: Vec<_>| is_explained(&start, &history(calls));
    let advance = |thread, began, ended, moved| (thread, began, ended, Call::AdvanceTo(5, moved));
    // Of two that advance to the same position, one moves it.
    assert!(explained(vec![advance(0, 0, 3, true), advance(1, 1, 2, false)]));
    assert!(!explained(vec![advance(0, 0, 3, true), advance(1, 1, 2, true)]));
    assert!(!explained(vec![advance(0, 0, 3, false), advance(1, 1, 2, false)]));
    assert!(!explained(vec![advance(0, 0, 1, true), (1, 2, 3, Call::Get(2))]));
    assert!(!explained(vec![(0, 0, 1, Call::CloseAt(9)), (1, 2, 3, Call::IsClosed(false))]));
}

/// A position that was reached before the close can be waited for after it.
#[cfg(feature = "std")]
#[test]
fn closed_after_it_was_reached_is_refused() {
    use WaitTimeoutError::{Closed, Timeout};
    let start = Position { position: 2, end: u64::MAX };
    let explained = |wait: (usize, usize), result| {
        let advance = (0, 0, 1, Call::AdvanceTo(5, true));
        let close = (0, 2, 5, Call::CloseAt(0));
        let wait = (1, wait.0, wait.1, Call::WaitFor(5, result));
        is_explained(&start, &history([advance, close, wait]))
    };
    assert!(explained((6, 7), Ok(5)) && explained((3, 4), Ok(5)));
    assert!(!explained((6, 7), Err(Closed)) && !explained((3, 4), Err(Closed)));
    assert!(!explained((3, 4), Err(Timeout)));
}

/// Beyond the end there is no timeout, and before it no refusal.
#[cfg(feature = "std")]
#[test]
fn wait_on_the_wrong_side_of_the_end_is_refused() {
    use WaitTimeoutError::{Closed, Timeout};
    let start = Position { position: 2, end: u64::MAX };
    let explained = |at_least, result| {
        let close = (0, 0, 1, Call::CloseAt(5));
        is_explained(&start, &history([close, (1, 2, 3, Call::WaitFor(at_least, result))]))
    };
    assert!(explained(5, Err(Timeout)) && explained(6, Err(Closed)));
    assert!(!explained(5, Err(Closed)) && !explained(6, Err(Timeout)));
}
