use super::*;

/// An aligned word, in a line of its own.
fn word(line: usize) -> Span {
    Span { address: line * LINE, len: 8 }
}

fn load(line: usize) -> Event {
    Event::Load(word(line))
}

fn store(line: usize) -> Event {
    Event::Store(word(line), Ordering::Release)
}

fn rmw(line: usize) -> Event {
    Event::ReadModifyWrite(word(line))
}

/// Runs `events`, each on a processor, and returns how many lines each of three has fetched from another.
fn lines_fetched(events: &[(usize, Event)]) -> [u64; 3] {
    let mut machine = Machine::new();
    for &(processor, event) in events {
        machine.step(processor, event);
    }
    [0, 1, 2].map(|processor| machine.counts(processor).lines)
}

#[test]
fn line_from_memory_is_not_counted() {
    assert_eq!(lines_fetched(&[(0, load(1)), (1, rmw(2))]), [0, 0, 0]);
}

#[test]
fn read_shares_the_line_of_another() {
    // The second reads of both are of what they have.
    assert_eq!(lines_fetched(&[(0, rmw(1)), (1, load(1)), (1, load(1)), (0, load(1))]), [0, 1, 0]);
}

#[test]
fn write_takes_line_from_all_others() {
    let shared = [(0, load(1)), (1, load(1)), (2, load(1))];
    assert_eq!(lines_fetched(&[&shared[..], &[(0, rmw(1))]].concat()), [1, 1, 1]);
    let taken = [&shared[..], &[(0, rmw(1)), (1, load(1)), (2, load(1))]].concat();
    assert_eq!(lines_fetched(&taken), [1, 2, 2]);
}

#[test]
fn line_that_is_here_alone_is_written_without_a_message() {
    assert_eq!(lines_fetched(&[(0, load(1)), (0, rmw(1)), (0, store(1))]), [0, 0, 0]);
}

#[test]
fn access_across_two_lines_fetches_both() {
    let both = Span { address: 2 * LINE - 4, len: 8 };
    assert_eq!(lines_fetched(&[(0, rmw(1)), (0, rmw(2)), (1, Event::Read(both))]), [0, 2, 0]);
}

#[test]
fn different_words_of_a_line_are_one_line() {
    let second = Span { address: LINE + 8, len: 8 };
    let events = [(0, rmw(1)), (1, Event::ReadModifyWrite(second)), (0, rmw(1))];
    assert_eq!(lines_fetched(&events), [1, 1, 0]);
}

#[test]
fn store_waits_in_the_buffer_for_a_fence() {
    let before = [(0, load(1)), (1, store(1))];
    assert_eq!(lines_fetched(&before), [0, 0, 0]);
    for drains in [Event::Fence(Ordering::SeqCst), rmw(2), Event::Barrier] {
        assert_eq!(lines_fetched(&[&before[..], &[(1, drains)]].concat()), [0, 1, 0], "{drains:?}");
    }
    for does_not in
        [Event::Fence(Ordering::AcqRel), load(2), Event::CompilerFence(Ordering::SeqCst)]
    {
        let events = [&before[..], &[(1, does_not)]].concat();
        assert_eq!(lines_fetched(&events), [0, 0, 0], "{does_not:?}");
    }
}

#[test]
fn store_leaves_after_some_accesses() {
    let mut machine = Machine::new();
    machine.step(0, load(1));
    machine.step(1, store(1));
    for _ in 1..STAYS {
        machine.step(1, load(2));
        assert_eq!(machine.counts(1).lines, 0);
    }
    machine.step(1, load(2));
    assert_eq!(machine.counts(1).lines, 1);
}

#[test]
fn store_to_line_of_its_own_leaves_at_once() {
    // Else it would leave after the load of the other processor, and take the line away again.
    assert_eq!(lines_fetched(&[(0, rmw(1)), (0, store(1)), (1, load(1))]), [0, 1, 0]);
    let fence = (0, Event::Fence(Ordering::SeqCst));
    assert_eq!(lines_fetched(&[(0, rmw(1)), (0, store(1)), (1, load(1)), fence]), [0, 1, 0]);
}

#[test]
fn stores_leave_in_order() {
    // The line of the second is there, and it waits for the first nevertheless.
    let events = [(1, load(1)), (0, rmw(2)), (0, store(1)), (0, store(2)), (1, load(2))];
    assert_eq!(lines_fetched(&events), [1, 1, 0]);
}

#[test]
fn store_that_is_seen_has_left() {
    let events = [(0, load(1)), (1, store(1)), (0, load(1))];
    assert_eq!(lines_fetched(&events), [1, 1, 0]);
}

#[test]
fn load_finds_own_store_in_the_buffer() {
    assert_eq!(lines_fetched(&[(0, rmw(1)), (1, store(1)), (1, load(1))]), [0, 0, 0]);
}

#[test]
fn instructions_are_counted_as_both_machines_have_them() {
    let counts = |events: &[Event]| {
        let mut machine = Machine::new();
        events.iter().for_each(|&event| machine.step(0, event));
        (machine.counts(0).locked, machine.counts(0).fences)
    };
    assert_eq!(
        counts(&[rmw(1), load(1), store(1), Event::Read(word(1)), Event::Write(word(1))]),
        (1, 0)
    );
    assert_eq!(counts(&[Event::Store(word(1), Ordering::SeqCst)]), (1, 0));
    assert_eq!(counts(&[Event::Fence(Ordering::SeqCst)]), (1, 1));
    assert_eq!(counts(&[Event::Fence(Ordering::Acquire), Event::Fence(Ordering::Release)]), (0, 2));
    let compiler_fence = Event::CompilerFence(Ordering::SeqCst);
    assert_eq!(counts(&[rmw(1), compiler_fence]), (1, 1));
    assert_eq!(counts(&[rmw(1), store(1), compiler_fence]), (1, 0));
    assert_eq!(counts(&[rmw(1), Event::LightFence, compiler_fence]), (1, 0));
}

#[test]
fn failed_exchange_is_a_retry() {
    let mut machine = Machine::new();
    machine.step(0, rmw(1));
    machine.step(0, Event::Failed);
    let counts = machine.counts(0);
    assert_eq!((counts.accesses, counts.locked, counts.retries), (1, 1, 1));
}

#[test]
fn line_is_handed_on_to_one_after_the_other() {
    use cycles::{FETCH, LOCKED};
    let mut machine = Machine::new();
    (0..3).for_each(|processor| machine.step(processor, rmw(1)));
    // The clocks have begun together.
    let clocks = [0, 1, 2].map(|processor| machine.clock(processor));
    assert_eq!(clocks, [FETCH + LOCKED, 2 * FETCH + LOCKED, 3 * FETCH + LOCKED]);
}

#[test]
fn processor_waits_for_a_store_only_at_a_fence() {
    use cycles::{FETCH, LOCKED, STORE};
    let mut machine = Machine::new();
    machine.step(0, store(1));
    assert_eq!(machine.clock(0), STORE);
    machine.step(0, Event::Fence(Ordering::SeqCst));
    assert_eq!(machine.clock(0), STORE + FETCH + LOCKED);
}
