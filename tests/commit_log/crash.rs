//! The program is killed at random moments. All acknowledged records are there afterwards.

use crate::program::{Workplace, program, recover, verify};
use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher, Hasher};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const KILLS: u64 = 50;

#[test]
fn nothing_acknowledged_is_lost_in_50_kills() {
    let seed = env::var("COMMIT_LOG_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut random = Random(seed.unwrap_or_else(|| RandomState::new().build_hasher().finish()) | 1);
    println!("seed {} (the moments: COMMIT_LOG_SEED)", random.0); // shown if the test fails
    let place = Workplace::with_lines(500);
    let mut acknowledged = 0;
    let mut caught = 0;
    for kill in 0..KILLS {
        let log = place.path(&format!("log{}", kill / 2));
        let is_fresh = kill % 2 == 0;
        if is_fresh {
            acknowledged = 0;
        }
        let before = acknowledged;
        let moment = Moment::random(&mut random);
        let options = options(kill, &mut random, is_fresh);
        println!("kill {kill} {moment:?}: {options}");
        acknowledged = run_and_kill(&place, &log, &options, moment).max(acknowledged);
        check(&log, acknowledged);
        caught += u64::from(acknowledged > before);
    }
    assert!(caught >= KILLS / 3, "only {caught} of {KILLS} runs were killed while they appended");
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
        if random.below(3) == 0 { Self::AfterStart(time) } else { Self::AfterFirstAck(time) }
    }
}

/// A log that will not be finished, and looks different each time. A resumed one keeps its shape.
fn options(kill: u64, random: &mut Random, is_fresh: bool) -> String {
    let transport = ["", "", "--baseline mutex", "--baseline channel"][(kill / 2 % 4) as usize];
    let sync = if random.below(3) == 0 { "data" } else { "none" };
    let (writers, in_flight) = (1 + random.below(4), 1 << random.below(13));
    let options = format!(
        "--acks --records 1000000000 --sync {sync} {transport} --writers {writers} \
         --in-flight {in_flight} --readers 1"
    );
    if is_fresh {
        let segment_size = 1024 << random.below(12);
        format!("{options} --segment-size {segment_size} --index-interval 300")
    } else {
        format!("{options} --resume")
    }
}

/// Runs the program up to the moment. Returns the last position that it has acknowledged.
fn run_and_kill(place: &Workplace, log: &Path, options: &str, moment: Moment) -> u64 {
    let mut command = program();
    command.args(place.arguments(log, options)).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let out = child.stdout.take().expect("its output is a pipe");
    let (begun, has_begun) = mpsc::channel();
    let acks = thread::spawn(move || last_ack(out, &begun));
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
    acks.join().expect("the acknowledgements are readable")
}

/// Reads acknowledgements to the end, and tells when there was one. The last line may be cut
/// short, and does not count then.
fn last_ack(out: ChildStdout, begun: &mpsc::Sender<()>) -> u64 {
    let mut out = BufReader::new(out);
    let (mut last, mut line) = (0, String::new());
    while out.read_line(&mut line).expect("it is text") > 0 {
        if let Some(position) = line.strip_suffix('\n') {
            let position = position.strip_prefix("durable ").expect("only positions are printed");
            last = position.parse().expect("a position");
            let _ = begun.send(()); // nobody listens any more after the first
        }
        line.clear();
    }
    last
}

fn check(log: &Path, acknowledged: u64) {
    if !log.join("job").exists() {
        assert_eq!(acknowledged, 0, "it was killed before it had begun");
        return;
    }
    let recovered = recover(log).succeeded();
    println!("acknowledged {acknowledged}, {}", recovered.out.trim_end().replace('\n', "; "));
    assert!(recovered.records() >= acknowledged, "lost: {recovered:?}");
    let verified = verify(log).succeeded();
    assert_eq!(verified.records(), recovered.records());
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
