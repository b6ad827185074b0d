//! Lists the public interface that a JSON file of rustdoc describes: a line each for items and implementations.
//!
//! Left out are blanket implementations, which are those of other crates, and unstable traits. Of an implementation
//! of an auto trait the condition is left out, because rustdoc derives it from private fields.

use std::process::ExitCode;

const UNSTABLE: [&str; 3] = ["::Freeze for ", "::StructuralPartialEq for ", "::UnsafeUnpin for "];
const AUTO: [&str; 5] =
    ["::Send for ", "::Sync for ", "::Unpin for ", "::UnwindSafe for ", "::RefUnwindSafe for "];

fn main() -> ExitCode {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: latchfree-api FILE.json");
        return ExitCode::FAILURE;
    };
    match public_api::Builder::from_rustdoc_json(file).omit_blanket_impls(true).build() {
        Ok(api) => {
            for item in api.items() {
                if let Some(line) = line(&item.to_string()) {
                    println!("{line}");
                }
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The line for an item, if it has one.
fn line(item: &str) -> Option<&str> {
    let implements =
        |traits: &[&str]| item.starts_with("impl") && traits.iter().any(|name| item.contains(name));
    if implements(&UNSTABLE) {
        None
    } else if implements(&AUTO) {
        Some(item.split(" where ").next().unwrap_or(item))
    } else {
        Some(item)
    }
}
