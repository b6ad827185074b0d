#!/usr/bin/env bash
# Cargo, as `cargo mutants` calls it in its copy of the tree: after tests that pass, the models.

set -euo pipefail

unset CARGO
if [[ ${1:-} != test ]]; then exec cargo "$@"; fi
if [[ " $* " == *" --no-run "* ]]; then exec cargo "$@"; fi
cargo "$@"
cd loom-tests
# The flags of the mutants' build would take the place of those in loom-tests/.cargo/config.toml.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
exec cargo test --config 'build.rustflags=["--cfg", "latchfree_loom", "--cap-lints=warn"]' --profile mutants --test models
