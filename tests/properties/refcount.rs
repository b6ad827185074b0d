//! `RefCount` against a number that saturates.

use crate::support::{cases, steps};
use latchfree::refcount::RefCount;
use proptest::collection::vec;
use proptest::prelude::*;

/// The greatest count that is one.
const MAX: u32 = u32::MAX / 2;

#[derive(Clone, Copy, Debug)]
enum Op {
    Inc,
    IncIfNonzero,
    Dec,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![2 => Just(Op::Inc), 2 => Just(Op::IncIfNonzero), 3 => Just(Op::Dec)]
}

/// The expected state of a count: a number of references, or `None` once it has saturated.
#[derive(Clone, Copy)]
struct Model(Option<u32>);

impl Model {
    fn add(&mut self, is_allowed_from_zero: bool) -> bool {
        self.0 = match self.0 {
            Some(0) if is_allowed_from_zero => return false,
            Some(1..MAX) => self.0.map(|count| count + 1),
            _ => None,
        };
        true
    }

    /// Returns whether it was the last.
    fn remove(&mut self) -> bool {
        let was_last = self.0 == Some(1);
        self.0 = self.0.and_then(|count| count.checked_sub(1));
        was_last
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn ref_count_counts_like_a_number_until_it_saturates(
        first in prop_oneof![0u32..4, (0u32..4).prop_map(|left| MAX - left)],
        ops in vec(op(), steps(40)),
    ) {
        let (count, mut model) = (RefCount::new(first), Model(Some(first)));
        for op in ops {
            match op {
                Op::Inc => {
                    count.inc();
                    model.add(false);
                }
                Op::IncIfNonzero => prop_assert_eq!(count.inc_if_nonzero(), model.add(true)),
                Op::Dec => prop_assert_eq!(count.dec(), model.remove()),
            }
            prop_assert_eq!(count.is_saturated(), model.0.is_none());
            prop_assert!(model.0.is_none_or(|references| references == count.get()));
        }
    }
}

#[test]
fn debug_shows_the_number_of_references() {
    assert_eq!(format!("{:?}", RefCount::new(3)), "RefCount { count: 3 }");
}
