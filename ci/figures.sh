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

# A record is a folder DATE, or DATE-MACHINE for another machine of that day. The README speaks of the first of the newest
# day, the guide of all of that day.
RECORD=$(find "$RECORDS" -mindepth 1 -maxdepth 1 -type d -name '????-??-??' | sort | tail -n 1)
mapfile -t NEWEST < <(find "$RECORDS" -mindepth 1 -maxdepth 1 -type d -path "$RECORD*" | sort)
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

# times FAMILY SCENARIO OURS PEER: how many times as long the peer takes. The median of the rounds, in each of which the
# two were measured side by side; in records from before there were ratios, that of the medians.
times() {
    if [[ -e $RECORD/$1-ratios.csv ]]; then
        # "scenario","ours","peer","closest",ratio,lower quartile,upper quartile
        sed -n "s/^\"$2\",\"$3\",\"$4\",\"[a-z]*\",\([0-9.]*\),.*/\1/p" "$RECORD/$1-ratios.csv" |
            awk '{ print 1 / $1 }'
    else
        # "scenario","peer",median,lower quartile,upper quartile
        sed -En "s/^\"(read)?($2)?\",\"($3|$4)\",([0-9.]*),.*/\3|\4/p" "$RECORD/$1.csv" |
            awk -F '|' -v ours="$3" '{ figures[$1 == ours] = $2 } END { print figures[0] / figures[1] }'
    fi
}

# row WHAT FAMILY SCENARIO OURS PEER...: how many times as long the peers take.
row() {
    local times peer list=
    [[ -e $RECORD/$2.csv ]] || return 0
    for peer in "${@:5}"; do
        times=$(times "$2" "$3" "$4" "$peer")
        [[ -n $times ]] || fail "$RECORD has no '$peer' beside '$4' in the scenario '$3' of $2"
        list+=$(awk -v peer="$peer" -v ratio="$times" 'BEGIN {
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
    row '`Semaphore::try_acquire`, and drop, four threads' \
        semaphore '4 threads' 'latchfree Semaphore' 'tokio Semaphore' 'std Mutex<u64>'
    row '`SeqLock::read`, 64 bytes' \
        seqlock 'read, 64 bytes' 'latchfree SeqLock' 'std RwLock' arc-swap 'crossbeam AtomicCell' 'seqlock 0.2'
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

# part NAME FILE: what stands between the marks of that name.
part() {
    sed -n "/^<!-- $1 -->$/,/^<!-- \/$1 -->$/p" "$2" | sed '1d;$d'
}

# circumstances FOLDER
circumstances() {
    local text
    text=$(sed -n 's/^# //p' "$1/counter.csv" | paste -sd ';' | sed 's/;/; /g')
    printf '%s.\n' "${text^}"
}

# Ours beside the closest peer: how often ahead, and the rows in which it clearly is not, but for those of the matrix beyond
# the worst.
ratios() {
    local folder most=12
    for folder in "${NEWEST[@]}"; do
        [[ -e $folder/ratios.md ]] || continue
        circumstances "$folder"
        printf '\n'
        part summary "$folder/ratios.md"
        printf '\nWhere the closest peer is ahead and the row is not level, and of the matrix the %d worst such rows:\n\n' $most
        part lost "$folder/ratios.md" | awk -v most=$most '!/, level \|$/ && (!/^\| matrix / || ++rows <= most)'
        printf '\n[All rows](%s/blob/main/%s/ratios.md), lost, level and won.\n\n' "$REPOSITORY" "$folder"
    done | sed '${/^$/d}'
}

# The families of a record, but for the matrix: a table each, a line a scenario, in nanoseconds (memory: bytes).
record() {
    local folder family
    for folder in "${NEWEST[@]}"; do
        printf 'Medians in nanoseconds; of memory, bytes. '
        circumstances "$folder"
        for family in counter sequence semaphore seqlock mpsc latency unbounded watermark log memory; do
            [[ -e $folder/$family.csv ]] || continue
            printf '\n%s ([chart](%s/blob/main/%s/%s.svg)):\n\n' "$family" "$REPOSITORY" "$folder" "$family"
            table "$folder/$family.csv"
        done
        [[ ! -e $folder/matrix.csv ]] || matrix "$folder"
        printf '\n'
    done | sed '${/^$/d}'
}

# table FILE: a line a scenario. Of latencies, the median and what one of a hundred exceeds.
table() {
    printf '%s\n' '| scenario | latchfree | peers |' '| --- | --- | --- |'
    # "scenario","peer",median,lower quartile,upper quartile
    sed -n 's/^"\(.*\)","\(.*\)",\([0-9.]*\),[0-9.]*,[0-9.]*$/\1|\2|\3/p' "$1" | awk -F '|' '
        function flush() { if (scenario != "") printf "| %s | %s | %s |\n", scenario, ours, peers }
        $1 ~ /: (p90|p99\.9|the longest)$/ { next }
        $1 != scenario { flush(); scenario = $1; ours = peers = "" }
        {
            figure = sprintf($3 >= 1000 ? "%.0f" : "%.1f", $3)
            if (sub(/^latchfree,? /, "", $2)) ours = ours (ours == "" ? "" : "; ") figure " " $2
            else peers = peers (peers == "" ? "" : "; ") figure " " $2
        }
        END { flush() }
    '
}

# ratio FOLDER FAMILY SCENARIO OURS PEER: how many times as long ours takes. A limit has no ratios: that of the medians.
ratio() {
    local ratios=$1/$2-ratios.csv
    case $5 in
    closest) sed -n "s/^\"$3\",\"$4\",\"[^\"]*\",\"yes\",\([0-9.]*\),.*/\1/p" "$ratios" ;;
    '(limit'*) sed -n "s/^\"$3\",\"\($4\|$5\)\",\([0-9.]*\),.*/\2/p" "$1/$2.csv" | paste -sd ' ' | awk '{ print $1 / $2 }' ;;
    *) sed -n "s/^\"$3\",\"$4\",\"$5\",\"[a-z]*\",\([0-9.]*\),.*/\1/p" "$ratios" ;;
    esac
}

# target WHAT MOST FAMILY SCENARIO OURS PEER: its ratio on each machine.
target() {
    local folder figure figures=
    for folder in "${NEWEST[@]}"; do
        [[ -e $folder/ratios.md ]] || continue
        figure=$(ratio "$folder" "${@:3}")
        [[ -n $figure ]] || fail "$folder has no '$6' beside '$5' in the scenario '$4' of $3"
        figures+=$(awk -v ratio="$figure" -v most="$2" 'BEGIN { printf ratio <= most ? " **%.2f** |" : " %.2f |", ratio }')
    done
    printf '| %s | %s |%s\n' "$1" "$2" "$figures"
}

# What the library is to reach, as multiples of the time of the closest peer; what it has reached is bold.
# shellcheck disable=SC2016 # these are Markdown's
targets() {
    local folder head='| what | at most |' line='| --- | --- |' producers capacity
    for folder in "${NEWEST[@]}"; do
        [[ -e $folder/ratios.md ]] || continue
        head+=" $(sed -n 's/^# threads of the machine: //p' "$folder/counter.csv") processors |" line+=' --- |'
    done
    printf '%s\n' "$head" "$line"
    target 'queue, one by one: one thread' 0.60 mpsc 'one thread' 'latchfree mpsc::bounded' closest
    for producers in 1 2 4; do
        target "the same, $producers to 1" 0.80 mpsc "$producers to 1, trying" 'latchfree mpsc::bounded' closest
    done
    for producers in 1 2 4; do
        target "in batches of 32, $producers to 1" 0.25 matrix "8 bytes, 1024 slots, $producers to 1, batches of 32" \
            'latchfree mpsc::bounded' closest
    done
    for capacity in 64 1024; do
        for producers in 1 4; do
            target "blocking, $capacity slots, $producers to 1" 0.90 \
                matrix "8 bytes, $capacity slots, $producers to 1, waiting" 'latchfree mpsc::bounded' closest
        done
    done
    target 'round trip of two queues, blocking' 0.80 latency 'round trip, waiting' 'latchfree mpsc::bounded' closest
    target 'wake-up of a blocked consumer, p50' 0.80 latency 'one in 50 µs, waiting: p50' 'latchfree mpsc::bounded' closest
    target 'unbounded queue, one thread' 0.80 unbounded 'one thread' 'latchfree mpsc::unbounded' closest
    for producers in 1 2 4; do
        target "the same, $producers to 1" 0.80 unbounded "$producers to 1, trying" 'latchfree mpsc::unbounded' closest
    done
    target '`Sequence::next`, beside a `fetch_add`' 1.05 sequence '1 threads' 'latchfree Sequence::next' 'core AtomicU64::fetch_add'
    target '`Sequence::reserve`, beside a `fetch_add`' 1.05 sequence '1 threads' 'latchfree Sequence::reserve' 'core AtomicU64::fetch_add'
    target '`Semaphore`, beside a `fetch_sub` and a `fetch_add`' 1.05 \
        semaphore '1 threads' 'latchfree Semaphore' '(limit: fetch_sub and fetch_add)'
    target '`SeqLock::write` of 64 bytes in all processors, beside `AtomicCell`' 0.80 \
        seqlock 'write in all cores, 64 bytes' 'latchfree SeqLock' 'crossbeam AtomicCell'
    target '`SeqWriter::write` of 64 bytes, beside `AtomicCell`' 0.40 \
        seqlock 'write, one writer, 64 bytes' 'latchfree SeqCell' 'crossbeam AtomicCell'
    for bytes in 8 64 256; do
        target "\`SeqLock::read\` of $bytes bytes, beside the racy crate" 1.05 \
            seqlock "read, $bytes bytes" 'latchfree SeqLock' 'seqlock 0.2'
    done
}

# matrix FOLDER: where its charts are.
matrix() {
    local chart charts=
    for chart in "$1"/matrix-*.svg; do
        charts+=$(printf '[%s](%s/blob/main/%s), ' "$(basename "${chart#*/matrix-}" .svg | tr - ' ')" "$REPOSITORY" "$chart")
    done
    printf '\nmatrix, bounded queues by payload, capacity and producers (charts: %s; [table](%s/blob/main/%s/matrix.csv))\n' \
        "${charts%, }" "$REPOSITORY" "$1"
}

# What operations cost on simulated machines, a line each.
costs() {
    part summary $COSTS
}

# check NAME FILE: the block of that name in the file is what the function of that name prints.
check() {
    local name=$1 file=$2 begin="<!-- $1: BLESS=1 ci/figures.sh -->" end="<!-- /$1 -->" fresh=$LOGS/figures-$1.md
    if ! grep -qxF "$begin" "$file" || ! grep -qxF "$end" "$file"; then fail "$file has no block '$name'"; fi
    "$name" | sed '/^<!--/!s/</\\</g' >"$fresh" # types in names are no tags of HTML
    if [[ -n ${BLESS:-} ]]; then
        run sed -i -e "\\|^$begin\$|,\\|^$end\$|{//!d}" -e "\\|^$begin\$|r $fresh" "$file"
    fi
    run diff --label "$name" --label "$file" --unified "$fresh" \
        <(sed -n "\\|^$begin\$|,\\|^$end\$|p" "$file" | sed '1d;$d')
}

check verified src/guide/verification.md
check ratios src/guide/performance.md
check targets src/guide/performance.md
check record src/guide/performance.md
check costs src/guide/performance.md
check headline README.md
