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

# Those that fail soonest first.
GATES=(
    leftovers links boundary words figures scripts fmt clippy features docs package semver test no-std
    aarch64 i686 armv7 riscv64 s390x
)

# These build in folders of their own, the examples in `target/release`, and run beside the others: few gates keep two processors at work all the time.
BESIDE=(
    api asm msrv loom loom-user costs no-spin example engines miri
)

# These look at what the others have run.
LAST=(
    platforms
)

ALL=("${GATES[@]}" "${BESIDE[@]}" "${LAST[@]}")

# A gate that takes longer hangs: the longest, Miri, takes 14 minutes on two processors, with others beside it.
LIMIT=85m

main() {
    local gates=("$@")
    (($# > 0)) || gates=("${ALL[@]}")
    check_names "${gates[@]}"
    rm -f "$LOGS"/apt-updated "$LOGS"/ran-* "$LOGS"/result-*

    trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
    run_gates GATES "${gates[@]}" &
    run_gates BESIDE "${gates[@]}" &
    wait
    run_gates LAST "${gates[@]}"

    print_table "${gates[@]}"
    ! grep -q ' FAIL ' "$LOGS"/result-*
}

check_names() {
    local gate
    for gate in "$@"; do
        [[ " ${ALL[*]} " == *" $gate "* ]] || fail "no gate '$gate'; there are: ${ALL[*]}"
    done
}

# run_gates LIST GATE...: runs those of a list that are among the gates, one after the other.
run_gates() {
    local -n list=$1
    local gate
    trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
    for gate in "${list[@]}"; do
        [[ " ${*:2} " != *" $gate "* ]] || run_gate "$gate"
    done
}

# Runs a gate, its output in a log, and notes its line of the table.
run_gate() {
    local gate=$1 log=$LOGS/$1.log start=$SECONDS status=0 result remark
    TERM=dumb timeout --kill-after=10 "$LIMIT" bash "ci/$gate.sh" >"$log" 2>&1 </dev/null &
    wait $! || status=$?

    case $status in
    0) result=pass remark= ;;
    77) result=SKIP remark=$(sed -n 's/^SKIP: //p' "$log" | tail -n 1) ;;
    124) result=FAIL remark="$log: not finished after $LIMIT" ;;
    *) result=FAIL remark=$log ;;
    esac
    printf '%-9s  %s  %7d  %s\n' "$gate" "$result" $((SECONDS - start)) "$remark" | tee "$LOGS/result-$gate"
    if [[ $result == FAIL ]]; then
        tail -n 40 "$log" | sed 's/^/    | /'
    fi
}

# print_table GATE...
print_table() {
    local gate
    printf '\n%-9s  %s  %s\n' gate result seconds
    for gate in "$@"; do
        cat "$LOGS/result-$gate"
    done
    printf '%-9s  %s  %7d\n' "" "    " "$SECONDS"
}

main "$@"
