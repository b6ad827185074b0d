//! Why an attempt was given up.

use core::{error, fmt};

/// A write was in progress or came between. Nothing was read or written; another attempt may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a writer was in the way")
    }
}

impl error::Error for Busy {}

#[cfg(test)]
mod tests {
    use super::Busy;
    use std::boxed::Box;
    use std::string::ToString;

    #[test]
    fn busy_is_a_std_error() {
        fn give_up() -> Result<(), Box<dyn core::error::Error + Send + Sync>> {
            Err(Busy)?
        }
        assert_eq!(give_up().unwrap_err().to_string(), "a writer was in the way");
    }
}
