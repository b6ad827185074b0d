//! Bounded queues of one size: the part of the matrix that a reader looks at first.

use super::matrix::Selection;
use super::queues::{At, all_alone, all_trying, all_waiting, ours_in_batches};
use super::{Scenario, thread_counts};
use latchfree_benches::peers::queues::drive::Word;

const CAPACITY: usize = 1024;

pub fn scenarios(selection: &Selection) -> Vec<Scenario> {
    let mut scenarios = vec![Scenario::new("one thread", all_alone::<Word>(CAPACITY))];
    for producers in thread_counts().into_iter().filter(|&n| selection.has_producers(n)) {
        let at = At { capacity: CAPACITY, producers };
        let mut trying = all_trying::<Word>(at);
        trying.insert(1, ours_in_batches::<Word>(at, 8, "latchfree, batches of 8"));
        trying.insert(2, ours_in_batches::<Word>(at, 32, "latchfree, batches of 32"));
        scenarios.push(Scenario::new(format!("{producers} to 1, trying"), trying));
        let waiting = all_waiting::<Word>(at);
        scenarios.push(Scenario::new(format!("{producers} to 1, waiting"), waiting));
    }
    scenarios
}
