//! Helpers that the files share: how much to try, and numbers worth trying.

#[path = "../shared/count.rs"]
mod count;

#[path = "../shared/effort.rs"]
mod effort;

pub(crate) use count::Count;
use effort::effort;
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;

/// How often to try a property: `cases` times, or as many times that as was asked for; once under Miri.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let cases =
        if cfg!(miri) { (cases / 1024).max(1) } else { (cases as f64 * effort()).ceil() as u32 };
    ProptestConfig {
        cases,
        // No file of old failures: each failure that was found gets a test of its own.
        failure_persistence: None,
        // Good enough, and much the faster one under Miri.
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    }
}

/// How many slots a block of an unbounded queue has.
pub(crate) const SLOTS: usize = if cfg!(miri) { 16 } else { 64 };

/// How many steps a sequence has: fewer than `steps`, a few under Miri.
pub(crate) fn steps(steps: usize) -> std::ops::Range<usize> {
    1..if cfg!(miri) { (steps / 4).max(2) } else { steps }
}

/// 64 bits that are near the ends of some width as often as they are anything.
pub(crate) fn boundary_u64() -> impl Strategy<Value = u64> {
    let boundary = (0u32..=64, -2i64..=2).prop_map(|(width, around)| {
        let power = 1u64.checked_shl(width).unwrap_or(0);
        power.wrapping_add_signed(around)
    });
    prop_oneof![boundary, any::<u64>()]
}

/// Bytes that all depend on `seed`, so that no two seeds share a word.
pub(crate) fn mixed(seed: u64) -> impl Iterator<Item = u8> {
    (1..).map(move |i: u64| {
        let word =
            (seed ^ i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (word >> 56) as u8
    })
}
