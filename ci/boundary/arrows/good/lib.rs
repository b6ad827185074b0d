pub use crate::log::Log;
