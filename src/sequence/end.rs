//! Where numbers and timestamps end.

/// All are below this, so that they fit signed columns too.
pub(super) const END: u64 = 1 << 63;

/// Returns `next`, or the end if that is beyond it.
pub(super) const fn at_most_end(next: u64) -> u64 {
    if next < END { next } else { END }
}
