#!/usr/bin/env bash
# The scripts are free of ShellCheck's warnings, and none of them is forgotten by `all.sh`.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need_deb shellcheck command -v shellcheck

run shellcheck --external-sources --source-path=SCRIPTDIR ci/*.sh .ci/run

listed=$(sed -n 's/^GATES=(\(.*\))$/\1/p' ci/all.sh | tr ' ' '\n' | sort)
present=$(cd ci && printf '%s\n' *.sh | sed 's/\.sh$//' | grep -vx -e all -e lib | sort)
diff <(echo "$listed") <(echo "$present") || fail "all.sh lists other gates (<) than there are (>)"
