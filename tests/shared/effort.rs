//! How much of their work the tests do that can do any amount.

/// What `LATCHFREE_STRESS` multiplies the work by: 10 for a night, 0.1 where an emulator takes ten times as long.
pub(crate) fn effort() -> f64 {
    let factor = std::env::var("LATCHFREE_STRESS").map(|factor| factor.parse());
    let factor = factor.map_or(1.0, |factor| factor.expect("LATCHFREE_STRESS is a number"));
    assert!(factor > 0.0, "LATCHFREE_STRESS is positive");
    factor
}
