#!/usr/bin/env bash
# The commit log does its job on real input: it writes the crate's own sources, finds every record
# again, notices damage, repairs a torn tail, and loses nothing when it is killed.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
log=$folder/log

run cargo build --release --example commit_log
commit_log=target/release/examples/commit_log

run "$commit_log" run "$log" --records 200000 --segment-size 1M
run "$commit_log" verify "$log"
run "$commit_log" lookup "$log" 123456

# The newest segment loses its last bytes, as by a crash in the middle of a write.
run ls -l "$log"
newest=$(find "$log" -name '*.log' | sort | tail -n 1)
run truncate --size=-5 "$newest"
if run "$commit_log" verify "$log"; then fail "verify overlooks a torn record"; fi
run "$commit_log" recover "$log"
run "$commit_log" lookup "$log" 123456

run cargo test --release --test commit_log kill
