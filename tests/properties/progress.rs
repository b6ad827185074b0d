//! `Watermark` against a maximum.

use crate::support::{cases, steps, word};
use latchfree::progress::{Closed, WaitTimeoutError, Watermark};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    AdvanceTo(u64),
    Close,
    #[cfg(feature = "std")]
    WaitFor(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let position = || prop_oneof![0u64..50, word()];
    let advance = position().prop_map(Op::AdvanceTo);
    #[cfg(feature = "std")]
    return prop_oneof![8 => advance, 1 => Just(Op::Close), 4 => position().prop_map(Op::WaitFor)];
    #[cfg(not(feature = "std"))]
    return prop_oneof![8 => advance, 1 => Just(Op::Close)];
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn moves_like_a_maximum(start in word(), ops in vec(op(), steps(40))) {
        let watermark = Watermark::new(start);
        let (mut position, mut is_closed) = (start, false);
        for op in ops {
            match op {
                Op::AdvanceTo(to) => {
                    prop_assert_eq!(watermark.advance_to(to), to > position);
                    position = position.max(to);
                }
                Op::Close => {
                    watermark.close();
                    is_closed = true;
                }
                #[cfg(feature = "std")]
                Op::WaitFor(at_least) => waits(&watermark, at_least, position, is_closed),
            }
            prop_assert_eq!((watermark.get(), watermark.is_closed()), (position, is_closed));
        }
    }
}

#[cfg(feature = "std")]
fn waits(watermark: &Watermark, at_least: u64, position: u64, is_closed: bool) {
    use std::time::Duration;
    let expected = match (at_least <= position, is_closed) {
        (true, _) => Ok(position),
        (false, true) => Err(WaitTimeoutError::Closed),
        (false, false) => Err(WaitTimeoutError::Timeout),
    };
    assert_eq!(watermark.wait_timeout(at_least, Duration::ZERO), expected);
    match expected {
        Err(WaitTimeoutError::Timeout) => {}
        Err(WaitTimeoutError::Closed) => assert_eq!(watermark.wait_for(at_least), Err(Closed)),
        Ok(position) => assert_eq!(watermark.wait_for(at_least), Ok(position)),
    }
}

#[cfg(feature = "std")]
#[test]
fn time_outs_are_kept() {
    use std::time::{Duration, Instant};
    let watermark = Watermark::new(0);
    let timeout = Duration::from_millis(20);
    let start = Instant::now();
    assert_eq!(watermark.wait_timeout(1, timeout), Err(WaitTimeoutError::Timeout));
    assert!(start.elapsed() >= timeout);
    // Longer than a clock can say is for ever, which is not needed here.
    assert_eq!(watermark.wait_timeout(0, Duration::MAX), Ok(0));
}

#[test]
fn errors_say_what_happened() {
    let text = "the watermark was closed before it reached the position";
    let errors: [Box<dyn std::error::Error>; 3] = [
        Box::new(Closed),
        Box::new(WaitTimeoutError::from(Closed)),
        Box::new(WaitTimeoutError::Timeout),
    ];
    assert_eq!(errors[0].to_string(), text);
    assert_eq!(errors[1].to_string(), text);
    assert_eq!(errors[2].to_string(), "the watermark did not reach the position in time");
    assert_eq!(format!("{errors:?}"), "[Closed, Closed, Timeout]");
}

#[test]
fn shows_where_it_is() {
    let watermark = Watermark::new(3);
    watermark.close();
    assert_eq!(format!("{watermark:?}"), "Watermark { position: 3, closed: true, .. }");
}
