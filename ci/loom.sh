#!/usr/bin/env bash
# Every model holds in every execution that loom explores, every mutant of an ordering is caught by
# some model, and the numbers are those of loom-tests/RESULTS.md.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

run_in loom-tests cargo test --release
