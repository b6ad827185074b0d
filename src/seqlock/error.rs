//! Why an attempt was given up, or a writer not handed out.

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

/// The writer of the cell was handed out, and has not been dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterTaken;

impl fmt::Display for WriterTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cell has a writer already")
    }
}

impl error::Error for WriterTaken {}

#[cfg(test)]
mod tests {
    use super::{Busy, WriterTaken};
    use std::boxed::Box;
    use std::string::ToString;

    #[test]
    fn errors_are_std_errors() {
        fn pass<E: core::error::Error + Send + Sync + 'static>(
            error: E,
        ) -> Result<(), Box<dyn core::error::Error + Send + Sync>> {
            Err(error)?
        }
        assert_eq!(pass(Busy).unwrap_err().to_string(), "a writer was in the way");
        assert_eq!(pass(WriterTaken).unwrap_err().to_string(), "the cell has a writer already");
    }
}
