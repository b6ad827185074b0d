#!/usr/bin/env bash
# Figures in the guide and the README are those of the committed results: what loom explored, what the
# newest record of the benchmarks says, and what was counted on simulated machines.
#
#     BLESS=1 ci/figures.sh     writes them

set -euo pipefail
shopt -s inherit_errexit
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RESULTS=loom-tests/RESULTS.md
COSTS=benches/costs/COSTS.md
RECORDS=benches/record/x86_64-unknown-linux-gnu

RECORD=$(find "$RECORDS" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
REPOSITORY=$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml)

# What was verified, in one sentence.
verified() {
    awk -F ' *[|] *' '
        /^# / { part++ }
        part == 1 && /^\| `/ { models++; executions += $4; bounded += $3 != "none" }
        part == 2 && /^\| `/ { mutants++; sites[$2] }
        END {
            for (site in sites) ordered++
            printf "loom explores %d models in %d executions: %d of the models in every interleaving, %d with a bound " \
                "on preemptions.\nIn them, %d mutants of %d ordering sites are caught, which is every one.\n",
                models, executions, models - bounded, bounded, mutants, ordered
        }
    ' $RESULTS
}

# median FAMILY SCENARIO PEER
median() {
    local figure
    figure=$(sed -n "s/^\"$2\",\"$3\",\([0-9.]*\),.*/\1/p" "$RECORD/$1.csv")
    [[ $figure == *.* ]] || fail "$RECORD/$1.csv has no scenario '$2' of '$3'"
    echo "$figure"
}

# row WHAT FAMILY SCENARIO OURS PEER...: how many times as long the peers take.
row() {
    local ours theirs peer list=
    ours=$(median "$2" "$3" "$4")
    for peer in "${@:5}"; do
        theirs=$(median "$2" "$3" "$peer")
        list+=$(awk -v theirs="$theirs" -v ours="$ours" -v peer="$peer" 'BEGIN {
            ratio = theirs / ours
            printf ratio < 1.95 ? "%s %.2f; " : ratio < 9.95 ? "%s %.1f; " : "%s %.0f; ", peer, ratio
        }')
    done
    printf '| %s | %s |\n' "$1" "${list%; }"
}

# shellcheck disable=SC2016 # these are Markdown's
headline() {
    printf '%s\n' '| operation | how many times as long the peers take |' '| --- | --- |'
    row '`Counter::local().add`, four threads' \
        counter '4 threads' 'latchfree Counter::local' 'core AtomicU64::fetch_add' fast-counter
    row '`SeqLock::read`, 64 bytes' \
        seqlock read 'latchfree SeqLock' 'std RwLock' arc-swap 'crossbeam AtomicCell' 'seqlock 0.2'
    row '`send` and `recv`, four producers' \
        mpsc '4 to 1, waiting' 'latchfree mpsc::bounded' 'std sync_channel' crossbeam-channel
    row '`try_send` and `try_recv`, four producers' \
        mpsc '4 to 1, trying' 'latchfree mpsc::bounded' 'crossbeam ArrayQueue' concurrent-queue
    row 'the same, in batches of 32' \
        mpsc '4 to 1, trying' 'latchfree, batches of 32' 'crossbeam ArrayQueue' concurrent-queue
    row 'send and receive, one thread' mpsc 'one thread' 'latchfree mpsc::bounded' 'crossbeam ArrayQueue'
    row '`Watermark::advance_to`, no waiter' \
        watermark 'advance, nobody waits' 'latchfree Watermark' 'std Mutex and Condvar'
    row '`log::Writer`: reserve, fill, commit 64 bytes, four writers' \
        log '4 writers, 64 bytes' 'latchfree log::buffer' 'two Vecs, Mutex, Condvar' nexus-logbuf swap-buffer-queue
    row 'the same, eight in a step' \
        log '4 writers, 64 bytes' 'latchfree, 8 at a time' 'two Vecs, Mutex, Condvar' nexus-logbuf swap-buffer-queue
}

# The whole record: a table a family, a line a scenario, in nanoseconds.
record() {
    local family circumstances
    circumstances=$(sed -n 's/^# //p' "$RECORD/counter.csv" | paste -sd ';' | sed 's/;/; /g')
    printf 'Medians in nanoseconds. %s.\n' "${circumstances^}"
    for family in counter seqlock mpsc watermark log; do
        printf '\n%s ([chart](%s/blob/main/%s/%s.svg)):\n\n' "$family" "$REPOSITORY" "$RECORD" "$family"
        printf '%s\n' '| scenario | latchfree | peers |' '| --- | --- | --- |'
        # "scenario","peer",median,lower quartile,upper quartile
        sed -n 's/^"\(.*\)","\(.*\)",\([0-9.]*\),[0-9.]*,[0-9.]*$/\1|\2|\3/p' "$RECORD/$family.csv" | awk -F '|' '
            function flush() { if (scenario != "") printf "| %s | %s | %s |\n", scenario, ours, peers }
            $1 != scenario { flush(); scenario = $1; ours = peers = "" }
            {
                figure = sprintf("%.1f", $3)
                if (sub(/^latchfree,? /, "", $2)) ours = ours (ours == "" ? "" : "; ") figure " " $2
                else peers = peers (peers == "" ? "" : "; ") figure " " $2
            }
            END { flush() }
        '
    done
}

# What operations cost on simulated machines, a line each.
costs() {
    sed -n '/^<!-- summary -->$/,/^<!-- \/summary -->$/p' $COSTS | sed '1d;$d'
}

# check NAME FILE: the block of that name in the file is what the function of that name prints.
check() {
    local name=$1 file=$2 begin="<!-- $1: BLESS=1 ci/figures.sh -->" end="<!-- /$1 -->" fresh=$LOGS/figures-$1.md
    if ! grep -qxF "$begin" "$file" || ! grep -qxF "$end" "$file"; then fail "$file has no block '$name'"; fi
    "$name" >"$fresh"
    if [[ -n ${BLESS:-} ]]; then
        run sed -i -e "\\|^$begin\$|,\\|^$end\$|{//!d}" -e "\\|^$begin\$|r $fresh" "$file"
    fi
    run diff --label "$name" --label "$file" --unified "$fresh" \
        <(sed -n "\\|^$begin\$|,\\|^$end\$|p" "$file" | sed '1d;$d')
}

check verified src/guide/verification.md
check record src/guide/performance.md
check costs src/guide/performance.md
check headline README.md
