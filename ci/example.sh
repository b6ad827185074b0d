#!/usr/bin/env bash
# The programs in examples/ do their jobs.
#
# The commit log writes the crate's own sources, finds every record again, notices a torn tail, repairs it and goes on,
# and loses nothing when it is killed. The metadata cache returns nothing that it must not, under a check that is known to
# notice.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
log=$folder/log

run cargo build --release --example commit_log
commit_log=target/release/examples/commit_log

job=(--records 200000 --segment-size 1M)
run "$commit_log" run "$log" "${job[@]}"
run "$commit_log" verify "$log"
run "$commit_log" lookup "$log" 123456

# The newest segment loses its last bytes, as by a crash in the middle of a write.
newest=$(find "$log" -name '*.log' | sort | tail -n 1)
run truncate --size=-5 "$newest"
status=0
run "$commit_log" verify "$log" || status=$?
[[ $status == 1 ]] || fail "verify of a torn log exits with $status, not 1"
run "$commit_log" recover "$log"
run "$commit_log" run "$log" "${job[@]}" --resume
run "$commit_log" verify "$log"

# The log whose writers lead each other.
run cargo run --release --example group_commit -- "$folder/groups" --writers 4 --records 500

# The table of all transports.
run "$commit_log" compare "$folder/compared" --records 100000 --sync none --turns 1

# The cache, each look-up checked; then beside the other caches, once with each number of readers.
cargo_cache=(cargo run --release --example metadata_cache --)
run "${cargo_cache[@]}" run --check --readers 4 --writers 2 --writes 50000 --chunks 2000 --capacity 1500 --lease 20 --time 2000
run "${cargo_cache[@]}" compare --turns 1 --time 100 --chunks 2000

# What the check notices in caches with a defect, and what all caches do; then the program.
run cargo test --release --example metadata_cache
run cargo test --release --test metadata_cache

# All that the commit log's tests know, 50 times SIGKILL among it. (COMMIT_LOG_KILLS=200 ci/example.sh for more.)
run cargo test --release --test commit_log
