//! Torn tails are cut, damage is refused, indexes are repaired.

use crate::program::{
    Ended, HEADER, Workplace, contents, copy, edit, frame, frames, frames_in, recover, run,
    segments, verify,
};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

const OPTIONS: &str = "--writers 1 --segment-size 4K --index-interval 200 --sync none";

/// A log of a few segments, of which the last has a few records.
fn make_log(place: &Workplace) -> PathBuf {
    let log = place.make_log("log", OPTIONS);
    assert!(segments(&log).len() >= 3);
    assert!(frames(segments(&log).last().unwrap()).len() >= 3);
    log
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_exactly() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let last = segments(&log).pop().unwrap();
    let length = fs::metadata(&last).unwrap().len();
    let frame = *frames(&last).last().unwrap() as u64;
    assert!((HEADER as u64 + 1..80).contains(&(length - frame)));
    for end in frame + 1..length {
        let torn = place.path(&format!("torn{end}"));
        copy(&log, &torn);
        let name = torn.join(last.file_name().unwrap());
        edit(&name, |bytes| bytes.truncate(end as usize));
        let recovered = recover(&torn).succeeded();
        let cut = format!("cut {} bytes off {} at byte {frame}: ", end - frame, name.display());
        assert!(recovered.out.starts_with(&cut), "{cut:?} {recovered:?}");
        assert!(recovered.out.contains("the log holds 154 records; the last is 153"));
        assert_eq!(fs::metadata(&name).unwrap().len(), frame);
        assert_eq!(verify(&torn).succeeded().records(), 154);
    }
}

#[test]
fn a_torn_tail_is_no_record_and_is_cut_once() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    edit(&segments(&log).pop().unwrap(), |bytes| bytes.truncate(bytes.len() - 1));
    verify(&log).failed(1, &["corrupt", "record 154 ends after", "recover"]);
    assert!(recover(&log).succeeded().out.starts_with("cut "));
    assert!(recover(&log).succeeded().out.starts_with("nothing to repair"));
}

#[test]
fn a_last_frame_of_garbage_is_a_torn_tail() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let last = segments(&log).pop().unwrap();
    let frame = *frames(&last).last().unwrap();
    // A file system may leave this of a write that a power failure interrupted.
    for fill in [0x00, 0xFF] {
        edit(&last, |bytes| {
            bytes.resize(frame + 10_000, fill);
            bytes[frame..].fill(fill);
        });
        let recovered = recover(&log).succeeded();
        assert!(recovered.out.contains("cut 10000 bytes"), "{recovered:?}");
        assert_eq!(verify(&log).succeeded().records(), 154);
    }
}

#[test]
fn all_of_the_last_segment_can_be_torn() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let last = segments(&log).pop().unwrap();
    let base: u64 = last.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    for end in [0, 1, 15, 16, 23, 24] {
        edit(&last, |bytes| bytes.resize(end, 0xEE));
        let recovered = recover(&log).succeeded();
        assert_eq!((recovered.records(), verify(&log).succeeded().records()), (base, base));
        run(place.arguments(&log, "--resume")).succeeded();
        assert_eq!(verify(&log).succeeded().records(), 155);
    }
}

/// `recover` refuses, and changes nothing; `verify` fails as well.
#[track_caller]
fn is_refused(log: &Path, words: &[&str]) {
    let before = contents(log);
    recover(log).failed(1, words);
    assert_eq!(contents(log), before);
    verify(log).failed(1, &["corrupt"]);
}

#[test]
fn a_damaged_byte_before_the_last_frame_is_refused() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let all = segments(&log);
    for segment in [&all[0], &all[1], all.last().unwrap()] {
        let starts = frames(segment);
        let last_two = [starts[starts.len() - 2], starts[starts.len() - 1]];
        let is_last = segment == all.last().unwrap();
        // Bytes of a frame in the middle: its length (so that it seems to go on for long, or
        // short), its numbers, its checksum, its payload.
        let frame = starts[starts.len() / 2];
        let mut bytes: Vec<usize> = [0, 1, 3, 4, 8, 12, 19, 20, 24].map(|at| frame + at).to_vec();
        bytes.push(last_two[0] + 2);
        if !is_last {
            bytes.push(last_two[1] + 2); // the last frame of a segment that is not the last
        }
        for byte in bytes {
            edit(segment, |bytes| bytes[byte] ^= 0x40);
            is_refused(&log, &["corrupt", "damage", segment.to_str().unwrap()]);
            edit(segment, |bytes| bytes[byte] ^= 0x40);
        }
    }
    verify(&log).succeeded();
}

#[test]
fn an_early_segment_that_is_short_or_gone_is_refused() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let middle = &segments(&log)[1];
    let whole = fs::read(middle).unwrap();
    edit(middle, |bytes| bytes.truncate(whole.len() - 3));
    is_refused(&log, &["not in the last segment"]);
    let frame = *frames_in(&whole).last().unwrap();
    edit(middle, |bytes| bytes.truncate(frame)); // no torn frame, but one less
    is_refused(&log, &["is missing"]);
    fs::remove_file(middle).unwrap();
    is_refused(&log, &["is missing"]);
    fs::write(middle, whole).unwrap();
    verify(&log).succeeded();
}

#[test]
fn a_record_of_another_input_is_found() {
    let place = Workplace::with_lines(155);
    let other = Workplace::with_lines(155);
    edit(&other.input(), |bytes| bytes[0] ^= 1);
    let (log, strange) = (make_log(&place), make_log(&other));
    fs::copy(&segments(&strange)[0], &segments(&log)[0]).unwrap();
    verify(&log).failed(1, &["corrupt", "record 0 is not record 0 of the input"]);
}

#[test]
fn record_that_is_there_twice_or_too_early_is_found() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let last = segments(&log).pop().unwrap();
    let start = *frames(&last).last().unwrap();
    for (input, why) in [(153, "twice"), (0, "twice"), (155, "twice"), (160 + 16 * 64, "too many")]
    {
        let payload = place.lines[input as usize % 155].as_bytes();
        edit(&last, |bytes| bytes.splice(start.., frame(154, input, payload)).for_each(drop));
        is_refused(&log, &["corrupt", &format!("input record {input} is there"), why]);
    }
    // Nor one that the job has not asked for.
    let payload = place.lines[160 - 155].as_bytes();
    edit(&last, |bytes| bytes.splice(start.., frame(154, 160, payload)).for_each(drop));
    verify(&log).failed(1, &["corrupt", "up to 161", "the first 155"]);
}

#[test]
fn a_log_that_lacks_its_end_is_not_verified() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let last = segments(&log).pop().unwrap();
    let frame = *frames(&last).last().unwrap();
    edit(&last, |bytes| bytes.truncate(frame)); // a whole record, so there is no torn tail
    verify(&log).failed(1, &["corrupt"]);
}

/// Ways to spoil an index of several entries.
fn spoilt(index: &[u8]) -> Vec<(&'static str, Option<Vec<u8>>)> {
    let change = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = index.to_vec();
        change(&mut bytes);
        Some(bytes)
    };
    vec![
        ("missing", None),
        ("lacks", Some(Vec::new())),
        ("lacks", change(&|bytes| bytes.truncate(bytes.len() - 3))),
        ("lacks", change(&|bytes| bytes.truncate(bytes.len() - 8))),
        ("too many", change(&|bytes| bytes.extend([1; 8]))),
        ("too many", change(&|bytes| bytes.push(1))),
        ("wrong from entry 0", change(&|bytes| bytes.fill(0xFF))),
        ("wrong from entry 1", change(&|bytes| bytes[12] ^= 1)),
        ("wrong from entry 1", change(&|bytes| bytes[8] ^= 1)),
    ]
}

#[test]
fn a_spoilt_index_is_found_and_repaired() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let good = contents(&log);
    let all = segments(&log);
    for segment in [&all[0], all.last().unwrap()] {
        let index = segment.with_extension("index");
        let bytes = fs::read(&index).unwrap();
        assert!(bytes.len() >= 16, "an index of some entries");
        for (how, spoilt) in spoilt(&bytes) {
            match spoilt {
                Some(spoilt) => fs::write(&index, spoilt).unwrap(),
                None => fs::remove_file(&index).unwrap(),
            }
            verify(&log).failed(1, &["corrupt", ".index", how, "recover"]);
            let recovered = recover(&log).succeeded();
            assert!(recovered.out.contains(": repaired"), "{recovered:?}");
            assert!(recovered.out.contains(how), "{how} {recovered:?}");
            assert_eq!(contents(&log), good, "{how}");
            verify(&log).succeeded();
        }
    }
}

#[test]
fn cut_of_records_cuts_their_index_entries() {
    let place = Workplace::with_lines(155);
    let log = make_log(&place);
    let last = segments(&log).pop().unwrap();
    let index = last.with_extension("index");
    let entries = fs::metadata(&index).unwrap().len() / 8;
    assert!(entries >= 2);
    edit(&last, |bytes| bytes.truncate(210)); // before the first entry's record ends
    let recovered: Ended = recover(&log).succeeded();
    assert!(recovered.out.contains("cut ") && recovered.out.contains("too many"), "{recovered:?}");
    assert!(fs::metadata(&index).unwrap().len() / 8 < entries);
    verify(&log).succeeded();
    let names: Vec<OsString> = contents(&log).into_keys().collect();
    assert_eq!(names.len(), 2 * segments(&log).len(), "nothing is left over: {names:?}");
}
