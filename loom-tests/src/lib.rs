//! The models of latchfree, and the harness that explores them.

mod explore;
mod model;
pub mod models;
pub mod mutants;
pub mod results;
mod spawn;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub mod stacks;

pub use explore::{Failure, Report, explore};
pub use model::Model;
pub use spawn::spawn;
