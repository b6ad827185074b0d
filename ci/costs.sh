#!/usr/bin/env bash
# What operations cost, counted on simulated machines, is what benches/costs/COSTS.md says: locked instructions, fences,
# lines from other processors, retries. The same on every machine.
#
#     BLESS=1 ci/costs.sh     writes it

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Where values lie in lines is known for these.
case $(uname -m) in
x86_64 | aarch64) ;;
*) skip "the lines of $(uname -m) are others" ;;
esac

run_in benches/costs cargo test --locked --release
