//! One load on one cache.

use crate::args::{Kind, LoadArgs, RunArgs};
use crate::caches::{Cache, Copied, Gated, Locked, Nothing, Sharded};
use crate::counts::Sums;
use crate::error::Result;
use crate::load::{self, Measured, Watch};
use crate::print;
use crate::table::Table;
use std::io::{self, Write};

/// A load on a cache of one kind.
pub type Drive = fn(&LoadArgs, usize, bool, Option<Watch<'_>>) -> Result<Measured>;

/// The cache of a kind, by name, and how to put a load on it.
pub fn driver(kind: Kind) -> (&'static str, Drive) {
    match kind {
        Kind::Latchfree => of::<Table>(),
        Kind::GateEach => of::<Gated>(),
        Kind::Rwlock => of::<Locked>(),
        Kind::Dashmap => of::<Sharded>(),
        Kind::ArcSwap => of::<Copied>(),
        Kind::None => of::<Nothing>(),
    }
}

fn of<C: Cache>() -> (&'static str, Drive) {
    (C::NAME, load::drive::<C>)
}

/// Runs the load. Prints the counts to standard output, and how fast it was to standard error.
pub fn run(args: &RunArgs) -> Result<()> {
    let (name, drive) = driver(args.cache);
    let mut printed = Ok(());
    let mut look = |sums: &Sums| {
        let text = print(&format_args!("{sums}\n"));
        if printed.is_ok() {
            printed = text;
        }
    };
    let watch = args.every.map(|every| Watch { every, look: &mut look });
    let measured = drive(&args.load, args.readers, args.check, watch)?;
    printed?;
    print(&measured.total)?;
    let nanos = |quantile| measured.latency(quantile);
    let _ = writeln!(
        io::stderr(),
        "{name}, {} readers: {:.2} million look-ups/s, {:.0} ns of a processor each, {:.1} % of them hits{}; p50 {:.0} ns, p99 {:.0} ns, p99.9 {:.0} ns",
        args.readers,
        measured.look_ups_per_second() / 1e6,
        measured.nanos_a_look_up(),
        100.0 * measured.hit_ratio(),
        if args.check { ", all of them checked" } else { "" },
        nanos(0.5),
        nanos(0.99),
        nanos(0.999),
    );
    Ok(())
}
