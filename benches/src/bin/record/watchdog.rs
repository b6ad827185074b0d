//! A peer that hangs ends the program, and is named: what was measured before is written by then.

use std::process::exit;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// Turns take a few milliseconds, and with the largest queues on a busy machine a second.
const LONGEST: Duration = Duration::from_secs(30);

/// The turn that is being taken.
static TURN: Mutex<Option<(&'static str, Instant)>> = Mutex::new(None);

/// Watches the turns from now on.
pub fn start() {
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_secs(1));
            let turn = *TURN.lock().expect("no thread panics with it");
            if let Some((peer, _)) = turn.filter(|(_, since)| since.elapsed() > LONGEST) {
                eprintln!("record: {peer} hangs; leave it out by --without {peer:?}");
                exit(1);
            }
        }
    });
}

/// Takes a turn of that peer.
pub fn during<R>(peer: &'static str, turn: impl FnOnce() -> R) -> R {
    let set = |turn| *TURN.lock().expect("no thread panics with it") = turn;
    set(Some((peer, Instant::now())));
    let result = turn();
    set(None);
    result
}
