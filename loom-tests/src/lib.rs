//! The models of latchfree, and the harness that explores them.

mod explore;
mod model;
pub mod models;
pub mod mutants;
pub mod results;
mod spawn;

pub use explore::{Failure, Report, explore};
pub use model::Model;
pub use spawn::spawn;
