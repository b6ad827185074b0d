#!/usr/bin/env bash
# Runs the gates and prints a table of what came out.
#
#     ci/all.sh             all gates
#     ci/all.sh fmt miri    only these
#
# Each gate is a script here, and runs by itself as well (`ci/fmt.sh`). Gates install what they
# need; one whose tool cannot be installed is skipped and the table says so. With CI=true nothing
# may be skipped: then it fails.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Those that fail soonest first; `platforms` looks at what those before it have run.
GATES=(
    leftovers links boundary words figures scripts fmt clippy features api docs package semver asm test msrv no-std example
    loom loom-user costs no-spin miri
    aarch64 i686 armv7 riscv64 s390x platforms
)

# A gate that takes longer hangs: the longest takes ten minutes on two processors that have nothing else to do.
LIMIT=40m

results=()
failures=0

main() {
    local gates=("$@")
    (($# > 0)) || gates=("${GATES[@]}")
    check_names "${gates[@]}"
    rm -f "$LOGS"/apt-updated "$LOGS"/ran-*
    trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

    for gate in "${gates[@]}"; do
        run_gate "$gate"
    done
    print_table
    ((failures == 0))
}

check_names() {
    local gate
    for gate in "$@"; do
        [[ " ${GATES[*]} " == *" $gate "* ]] || fail "no gate '$gate'; there are: ${GATES[*]}"
    done
}

# Runs a gate, its output in a log, and notes a line of the table.
run_gate() {
    local gate=$1 log=$LOGS/$1.log start=$SECONDS status=0 result remark
    printf '%-9s ... ' "$gate"
    TERM=dumb timeout --kill-after=10 "$LIMIT" bash "ci/$gate.sh" >"$log" 2>&1 </dev/null &
    wait $! || status=$?

    case $status in
    0) result=pass remark= ;;
    77) result=SKIP remark=$(sed -n 's/^SKIP: //p' "$log" | tail -n 1) ;;
    124) result=FAIL remark="$log: not finished after $LIMIT" ;;
    *) result=FAIL remark=$log ;;
    esac
    results+=("$(printf '%-9s  %s  %7d  %s' "$gate" "$result" $((SECONDS - start)) "$remark")")
    printf '%s (%d s)\n' "$result" $((SECONDS - start))
    if [[ $result == FAIL ]]; then
        failures=$((failures + 1))
        tail -n 40 "$log" | sed 's/^/    | /'
    fi
}

print_table() {
    printf '\n%-9s  %s  %s\n' gate result seconds
    printf '%s\n' "${results[@]}"
    printf '%-9s  %s  %7d\n' "" "    " "$SECONDS"
}

main "$@"
