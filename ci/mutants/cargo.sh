#!/usr/bin/env bash
# Cargo, as `cargo mutants` calls it in its copy of the tree: unit tests, then properties, then litmus tests and models,
# until the first failure.

set -euo pipefail

unset CARGO
if [[ ${1:-} != test ]]; then exec cargo "$@"; fi

# until_failure SECONDS COMMAND...: the tests of a mutant can wait for one another, so the first that fails ends all.
until_failure() {
    local line tests out
    exec {out}< <(exec timeout "$1" "${@:2}" 2>&1)
    tests=$!
    while IFS= read -r line <&"$out"; do
        printf '%s\n' "$line"
        if [[ $line == "test "*" FAILED" ]]; then
            kill "$tests"
            exit 101
        fi
    done
    wait "$tests" || fail $?
}

fail() {
    [[ $1 != 124 ]] || echo "cargo.sh: out of time"
    exit "$1"
}

# What the library and its unit tests do not compile with is no mutant.
if [[ " $* " == *" --no-run "* ]]; then exec cargo test --lib "${@:2}"; fi
# They all take less than a second. Those that do not end any more leave threads for the others.
export RUST_TEST_THREADS=16
until_failure 10 cargo test --lib "${@:2}"
cargo test --no-run --test properties "${@:2}"
until_failure 30 cargo test --test properties "${@:2}"

cd loom-tests
export CARGO_TARGET_DIR=$CARGO_TARGET_DIR/loom-tests
# The flags of the mutants' build would take the place of those in loom-tests/.cargo/config.toml.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
models=(cargo test --config 'build.rustflags=["--cfg", "latchfree_loom", "--cap-lints=warn"]' --profile mutants
    --test litmus --test models)
"${models[@]}" --no-run
until_failure 300 "${models[@]}"
