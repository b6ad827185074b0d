//! Logs that one thread appends to and flushes, or that writers append to beside a flusher.

use super::{Run, Scenario, nanos_each, run, runs};
use latchfree_benches::peers::logs::{
    self, BbQueue, Copied, CopiedAndCounted, Latchfree, LatchfreeMany, LatchfreeQueue,
    LatchfreeTry, MutexPair, NexusLogbuf, Peer, SwapBufferQueue,
};

/// Some laps, in bytes.
const LEAST: u64 = 4 * logs::BYTES as u64;

pub fn scenarios() -> Vec<Scenario> {
    let mut runs = runs!(alone, 64 (): Latchfree, LatchfreeTry, LatchfreeQueue, NexusLogbuf, BbQueue,
        SwapBufferQueue, MutexPair, CopiedAndCounted, Copied);
    runs.insert(2, groups_alone());
    let mut scenarios = vec![Scenario::new("one thread, 64 bytes", runs)];
    for writers in [1, 2, 4] {
        scenarios.push(beside_a_flusher::<64>(writers, groups::<512>(writers)));
        scenarios.push(beside_a_flusher::<512>(writers, groups::<4096>(writers)));
    }
    scenarios
}

fn beside_a_flusher<const N: usize>(writers: usize, groups: Run) -> Scenario {
    let mut runs = runs!(pass, N (writers): Latchfree, LatchfreeTry, LatchfreeQueue, NexusLogbuf, BbQueue,
        SwapBufferQueue, MutexPair);
    runs.insert(2, groups);
    Scenario::new(format!("{writers} writers, {N} bytes"), runs)
}

fn alone<P: Peer<N> + 'static, const N: usize>() -> Run {
    run(P::NAME, LEAST / N as u64, |total| nanos_each(logs::alone::<P, N>(total, 64), total))
}

/// Groups of 8 records of 64 bytes.
fn groups_alone() -> Run {
    run(<LatchfreeMany as Peer<512>>::NAME, LEAST / 64, |total| {
        let groups = total.div_ceil(8);
        nanos_each(logs::alone::<LatchfreeMany, 512>(groups, 8), 8 * groups)
    })
}

fn pass<P: Peer<N> + 'static, const N: usize>(writers: usize) -> Run
where
    P::Writer: Clone + Send,
    P::Flusher: Send,
{
    run(P::NAME, LEAST / N as u64, move |total| {
        nanos_each(logs::pass::<P, N>(writers, total), total)
    })
}

/// Groups of 8 records, of `N` bytes together.
fn groups<const N: usize>(writers: usize) -> Run {
    run(<LatchfreeMany as Peer<N>>::NAME, 8 * LEAST / N as u64, move |total| {
        let groups = total.div_ceil(8);
        nanos_each(logs::pass::<LatchfreeMany, N>(writers, groups), 8 * groups)
    })
}
