//! The program is killed at random moments. All acknowledged records are there afterwards.

use crate::program::{
    Workplace, acknowledged, contents, frames_in, inputs, program, recover, verify,
};
use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How often, unless `COMMIT_LOG_KILLS` says something else.
const KILLS: u64 = 50;

#[test]
fn nothing_acknowledged_is_lost_in_many_kills() {
    let number = |name| env::var(name).ok().map(|text| text.parse().expect("a number"));
    let kills = number("COMMIT_LOG_KILLS").unwrap_or(KILLS);
    let seed = number("COMMIT_LOG_SEED");
    let mut random = Random(seed.unwrap_or_else(|| RandomState::new().build_hasher().finish()) | 1);
    println!("seed {} (the moments: COMMIT_LOG_SEED)", random.0); // shown if the test fails
    let place = Workplace::with_lines(500);
    let mut acks = Acks::default();
    let mut caught = Caught::default();
    for kill in 0..kills {
        let log = place.path(&format!("log{}", kill / 2));
        let is_fresh = kill % 2 == 0;
        if is_fresh {
            acks = Acks::default();
        }
        let before = acks.durable;
        let moment = Moment::random(&mut random);
        let shape = Shape::of(kill / 2);
        let options = options(shape, kill, &mut random, is_fresh);
        println!("kill {kill} {moment:?}: {options}");
        run_and_kill(&place, &log, &options, moment, &mut acks);
        caught.look(shape, &log, acks.durable > before);
        check(&log, &acks);
    }
    println!("{caught:?}");
    caught.is_enough(kills);
}

/// What is to be caught in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Nothing in particular.
    Any,
    /// A segment that ends: they are small, each is synced and the next one made, and that takes its time.
    SegmentChange,
    /// Frames: writers stop in the middle of them for longer than the program lives.
    OpenReservation,
    /// Records that were given up.
    GivenUp,
}

impl Shape {
    fn of(log: u64) -> Self {
        [Self::Any, Self::SegmentChange, Self::OpenReservation, Self::Any, Self::GivenUp]
            [(log % 5) as usize]
    }
}

/// In what state the kills have found the program.
#[derive(Debug, Default)]
struct Caught {
    appending: u64,
    /// With a new segment that has no record yet, or no index.
    changing_segment: u64,
    /// While a writer was in the middle of a frame.
    with_reservation: u64,
}

impl Caught {
    /// Looks at a log as the kill has left it.
    fn look(&mut self, shape: Shape, log: &Path, appending: bool) {
        self.appending += u64::from(appending);
        // From the first stall on some writer is nearly always in one.
        self.with_reservation += u64::from(appending && shape == Shape::OpenReservation);
        if shape == Shape::SegmentChange && appending {
            let files = contents(log);
            let newest =
                files.iter().rev().find(|(name, _)| name.to_string_lossy().ends_with(".log"));
            let (name, bytes) = newest.expect("a segment");
            let index = Path::new(name).with_extension("index");
            let is_new = frames_in(bytes).is_empty() || !files.contains_key(index.as_os_str());
            self.changing_segment += u64::from(is_new);
        }
    }

    /// The kills have shown what they are for.
    fn is_enough(&self, kills: u64) {
        assert!(self.appending >= kills / 3, "of {kills}: {self:?}");
        assert!(self.with_reservation >= kills / 20, "of {kills}: {self:?}");
        assert!(self.changing_segment >= kills / 50, "of {kills}: {self:?}");
    }
}

/// When the program is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// While it starts, or recovers the log, or has begun to append.
    AfterStart(Duration),
    /// While it appends, however long it takes to get there.
    AfterFirstAck(Duration),
}

impl Moment {
    fn random(random: &mut Random) -> Self {
        let time = Duration::from_micros(random.below(40_000));
        if random.below(4) == 0 { Self::AfterStart(time) } else { Self::AfterFirstAck(time) }
    }
}

/// A log that will not be finished, and looks different each time. A resumed one keeps its shape.
fn options(shape: Shape, kill: u64, random: &mut Random, is_fresh: bool) -> String {
    let transport =
        ["", "", "", "--baseline mutex", "--baseline channel"][(kill / 10 % 5) as usize];
    let (writers, buffer) = (1 + random.below(4), 1024 << random.below(11));
    let in_flight = match random.below(3) {
        0 => format!("--in-flight {}", 1 << random.below(10)),
        _ => String::new(),
    };
    let together = 1 + random.below(16);
    let mut options = format!(
        "--acks --records 1000000000 {transport} --writers {writers} --together {together} \
         --buffer {buffer} {in_flight} --readers 1"
    );
    options += if random.below(3) == 0 || shape == Shape::SegmentChange {
        " --sync data"
    } else {
        " --sync none"
    };
    options += match shape {
        Shape::OpenReservation => " --stall 15000",
        Shape::GivenUp => " --give-up",
        Shape::SegmentChange => " --stall-change 30000",
        Shape::Any => "",
    };
    if is_fresh {
        let doublings = if shape == Shape::SegmentChange { 0 } else { random.below(12) };
        format!("{options} --segment-size {} --index-interval 300", 1024 << doublings)
    } else {
        format!("{options} --resume")
    }
}

/// What the program has said is safe.
#[derive(Debug, Default)]
struct Acks {
    /// So many records of the log.
    durable: u64,
    /// These records of the input.
    inputs: Vec<u64>,
}

impl Acks {
    fn line(&mut self, line: &str) {
        if let Some(durable) = line.strip_prefix("durable ") {
            self.durable = durable.parse().expect("a position");
        } else {
            self.inputs.extend(acknowledged(line).expect("only acknowledgements are printed"));
        }
    }
}

/// Runs the program up to the moment, and adds what it acknowledges.
fn run_and_kill(place: &Workplace, log: &Path, options: &str, moment: Moment, acks: &mut Acks) {
    let mut command = program();
    command.args(place.arguments(log, options)).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let out = child.stdout.take().expect("its output is a pipe");
    let (begun, has_begun) = mpsc::channel();
    thread::scope(|scope| {
        let reader = scope.spawn(|| read_acks(out, acks, &begun));
        let time = match moment {
            Moment::AfterStart(time) => time,
            Moment::AfterFirstAck(time) => {
                has_begun.recv_timeout(Duration::from_secs(60)).expect("it begins to append");
                time
            }
        };
        thread::sleep(time);
        assert_eq!(child.try_wait().expect("it is our child"), None, "it ended by itself");
        child.kill().expect("it can be killed");
        child.wait().expect("it is our child");
        reader.join().expect("the acknowledgements are readable");
    });
}

/// Reads acknowledgements to the end, and tells when there was one. The last line may be cut
/// short, and does not count then.
fn read_acks(out: ChildStdout, acks: &mut Acks, begun: &mpsc::Sender<()>) {
    let mut out = BufReader::new(out);
    let mut line = String::new();
    while out.read_line(&mut line).expect("it is text") > 0 {
        if let Some(line) = line.strip_suffix('\n') {
            acks.line(line);
            let _ = begun.send(()); // only the first is waited for
        }
        line.clear();
    }
}

fn check(log: &Path, acks: &Acks) {
    if !log.join("job").exists() {
        assert_eq!(acks.durable, 0, "it was killed before it had begun");
        return;
    }
    let recovered = recover(log).succeeded();
    println!("acknowledged {}, {}", acks.durable, recovered.out.trim_end().replace('\n', "; "));
    assert!(recovered.records() >= acks.durable, "lost: {recovered:?}");
    let verified = verify(log).succeeded();
    assert_eq!(verified.records(), recovered.records());
    let mut found = inputs(log);
    found.sort_unstable();
    let lost = acks.inputs.iter().find(|input| found.binary_search(input).is_err());
    assert_eq!(lost, None, "a writer was told that it is durable: {recovered:?}");
}

/// Numbers that look random (xorshift*).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }
}
