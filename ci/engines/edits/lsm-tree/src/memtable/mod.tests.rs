#[cfg(test)]
mod overlay_tests {
    use super::Memtable;
    use crate::{ValueType, value::InternalValue};
    use std::thread;

    fn item(number: u64) -> InternalValue {
        InternalValue::from_components(number.to_be_bytes(), b"value", number, ValueType::Value)
    }

    #[test]
    fn inserts_of_all_threads_count_for_size_and_highest_number() {
        let memtable = Memtable::new(0);
        assert_eq!((memtable.size(), memtable.get_highest_seqno()), (0, None));
        let sizes = thread::scope(|scope| {
            let insert = |first: u64| {
                let memtable = &memtable;
                let numbers = (first..first + 1000).rev();
                scope.spawn(move || numbers.map(|number| memtable.insert(item(number)).0).sum())
            };
            let handles = [0, 2000, 1000].map(insert);
            handles.map(|handle| handle.join().expect("it has not panicked")).iter().sum::<u64>()
        });
        assert!(sizes > 3000 * 13);
        assert_eq!((memtable.size(), memtable.get_highest_seqno()), (sizes, Some(2999)));
        let (size, all) = memtable.insert(item(7));
        assert_eq!((all, memtable.size()), (sizes + size, sizes + size));
    }

    #[test]
    fn flag_stays() {
        let memtable = Memtable::new(0);
        assert!(!memtable.is_flagged_for_rotation());
        memtable.flag_rotated();
        assert!(memtable.is_flagged_for_rotation());
    }
}
