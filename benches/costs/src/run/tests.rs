use super::*;
use latchfree::atomic::{AcqRel, Acquire, Atomic, Relaxed};

/// Lets `processors` call `operation` ten times each, and returns the order in which they did.
fn order(schedule: Schedule, processors: usize, operation: impl Fn() + Sync) -> Vec<usize> {
    let order = Mutex::new(Vec::new());
    let body = |i| {
        let (order, operation) = (&order, &operation);
        Body::new(i, move |laps: &Laps| {
            laps.run(0, 10, || {
                operation();
                order.lock().unwrap().push(i);
            });
        })
    };
    Run::new(schedule).stage((0..processors).map(body).collect());
    order.into_inner().unwrap()
}

#[test]
fn accesses_take_turns() {
    let word = Atomic::new(0u64);
    let order = order(Schedule::RoundRobin, 3, || _ = word.load(Relaxed));
    assert!(order.chunks(3).all(|round| round == &order[..3]), "{order:?}");
    assert_eq!(order.len(), 30);
}

#[test]
fn order_is_the_same_in_every_run() {
    for schedule in
        [Schedule::RoundRobin, Schedule::Bursts(7), Schedule::Random(3), Schedule::Clock]
    {
        let run = || {
            let word = Atomic::new(0u64);
            order(schedule, 8, || _ = word.update(AcqRel, Acquire, |value| value + 1))
        };
        assert_eq!(run(), run(), "{schedule:?}");
    }
}

#[test]
fn only_what_comes_after_the_warm_up_is_counted() {
    let word = Atomic::new(0u64);
    let counts = Run::new(Schedule::RoundRobin).stage(vec![Body::new(0, |laps| {
        word.load(Relaxed);
        laps.run(5, 3, || _ = word.fetch_add(1, Relaxed));
        word.load(Relaxed);
    })]);
    assert_eq!((counts.accesses, counts.locked, word.load(Relaxed)), (3, 3, 8));
}

#[test]
fn what_happens_beside_is_not_counted() {
    let word = Atomic::new(0u64);
    let adds = |laps: &Laps| laps.run(0, 4, || _ = word.fetch_add(1, Relaxed));
    let counts = Run::new(Schedule::Clock).stage(vec![Body::new(2, adds), Body::beside(5, adds)]);
    assert_eq!((counts.locked, word.load(Relaxed)), (4, 8));
}

/// A stage has the caches of those before it.
#[test]
fn lines_stay_from_stage_to_stage() {
    let word = Atomic::new(0u64);
    let mut run = Run::new(Schedule::RoundRobin);
    let mut add = |processor| {
        let add = |laps: &Laps| laps.run(0, 1, || _ = word.fetch_add(1, Relaxed));
        run.stage(vec![Body::new(processor, add)]).lines
    };
    assert_eq!([0, 0, 7, 7, 0].map(&mut add), [0, 0, 1, 0, 1]);
}

#[test]
fn stores_that_are_left_at_the_end_are_counted() {
    let word = Atomic::new(0u64);
    let mut run = Run::new(Schedule::RoundRobin);
    run.stage(vec![Body::new(0, |laps| laps.run(0, 1, || _ = word.load(Relaxed)))]);
    let counts = run.stage(vec![Body::new(1, |laps| laps.run(0, 1, || word.store(1, Relaxed)))]);
    assert_eq!(counts.lines, 1);
}

#[test]
fn panic_of_a_body_ends_the_others() {
    let word = Atomic::new(0u64);
    let stage = || {
        let waits = |laps: &Laps| {
            laps.run(0, 1, || {
                while word.load(Relaxed) == 0 {
                    pause();
                }
            });
        };
        let panics = |laps: &Laps| laps.run(1, 0, || panic!("on purpose"));
        let bodies = vec![Body::new(0, waits), Body::new(1, panics)];
        Run::new(Schedule::RoundRobin).stage(bodies)
    };
    assert!(catch_unwind(AssertUnwindSafe(stage)).is_err());
}
