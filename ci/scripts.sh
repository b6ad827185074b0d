#!/usr/bin/env bash
# The scripts are free of ShellCheck's warnings, and none of them is forgotten by `all.sh`.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_deb shellcheck command -v shellcheck

run shellcheck --external-sources --source-path=SCRIPTDIR ci/*.sh .ci/run

# What a gate sources has no right to be run.
listed=$(sed -n '/^[A-Z]*=($/,/^)/p' ci/all.sh | grep -v '[()]' | xargs -n 1 | sort)
present=$(find ci -maxdepth 1 -name '*.sh' -executable -printf '%f\n' | sed 's/\.sh$//' |
    grep -vx -e all -e bench-arm -e mutants -e new-primitive | sort)
diff <(echo "$listed") <(echo "$present") || fail "all.sh lists other gates (<) than there are (>)"
