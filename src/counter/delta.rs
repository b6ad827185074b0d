//! What is added to a counter or to a gauge.

/// What a [`Local`](super::Local) or [`WorkerSlot`](super::WorkerSlot) adds: `u64` to a
/// [`Counter`](super::Counter), `i64` to a [`Gauge`](super::Gauge). Sealed.
pub trait Delta: Copy + Sealed {}

pub(super) trait Sealed {
    const ONE: Self;

    /// Returns the same number modulo 2^64.
    fn to_bits(self) -> u64;
}

impl Delta for u64 {}

impl Sealed for u64 {
    const ONE: Self = 1;

    #[inline(always)]
    fn to_bits(self) -> u64 {
        self
    }
}

impl Delta for i64 {}

impl Sealed for i64 {
    const ONE: Self = 1;

    #[inline(always)]
    fn to_bits(self) -> u64 {
        self as u64
    }
}
