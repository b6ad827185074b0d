//! Which chunk is next.

use rand::SeedableRng;
use rand::distr::Distribution;
use rand::rngs::SmallRng;
use rand_distr::Zipf;

/// Chunks by a Zipf distribution, drawn before the load begins: to draw one takes about as long as a look-up.
pub struct Draws {
    chunks: Box<[u32]>,
    at: usize,
}

/// After these, they begin again.
const DRAWS: usize = 1 << 15;

impl Draws {
    /// The same for the same seed.
    pub fn new(chunks: usize, skew: f64, seed: u64) -> Self {
        let zipf =
            Zipf::new(chunks as f64, skew).expect("there are chunks, and the skew is not negative");
        let random = SmallRng::seed_from_u64(seed + 1);
        let chunk = |rank: f64| (rank as usize - 1).min(chunks - 1) as u32;
        Self { chunks: zipf.sample_iter(random).take(DRAWS).map(chunk).collect(), at: 0 }
    }

    #[inline]
    pub fn draw(&mut self) -> usize {
        self.at = (self.at + 1) % DRAWS;
        self.chunks[self.at] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each of four chunks is drawn.
    fn drawn(skew: f64) -> [usize; 4] {
        let mut draws = Draws::new(4, skew, 7);
        let mut drawn = [0; 4];
        (0..DRAWS).for_each(|_| drawn[draws.draw()] += 1);
        drawn
    }

    #[test]
    fn chunks_are_drawn_as_unequally_as_the_skew_says() {
        for (skew, shares) in [(0.0, [0.25; 4]), (1.0, [0.48, 0.24, 0.16, 0.12])] {
            for (count, share) in drawn(skew).into_iter().zip(shares) {
                let drawn = count as f64 / DRAWS as f64;
                assert!((drawn - share).abs() < 0.02, "{skew}: {drawn}, not {share}");
            }
        }
    }
}
