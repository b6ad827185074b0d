#!/usr/bin/env bash
# Retired words stay retired: one word for one thing, and that the field's own (the list of words is in
# CONTRIBUTING.md).
#
#     BLESS=1 ci/words.sh     after a sweep: writes the lower counts into ci/words/baseline
#
# The baseline says how often each pattern still occurs. It only goes down: more is a new use, and fails;
# fewer fails too, until the lower number is written down. A pattern that is not in it may not occur at all.

set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BASELINE=ci/words/baseline

# Perl's regular expressions, each with what to write in its place.
WORDS=(
    # Identifiers.
    '\bserve_(slowly|up_to|after_rmw)\b'            'notify_slow, notify_up_to, notify_after_rmw'
    '\b\w+_slowly\b'                                '_slow'
    '\bWaitList\b'                                  'WaitQueue'
    '\bWish(es)?\b'                                 'Want'
    '\b(take_note|note_earliest|NOTE_\w+|\w+_NOTE)\b' 'take_pending, PENDING'
    '\benum Answer\b|\banswer\('                    'Token, try_grant'
    '\bsettle\b'                                    'publish_head'
    '\bPATIENCE\b'                                  'SPIN_LIMIT'
    '\bnap\b'                                       'park_briefly'
    '\bpass_on\b'                                   'wake_next_sender'
    '\brecall\b'                                    'cancel_park'
    '\bpeel\b'                                      'into_repr'
    '\brefuse\('                                    'check_admissible'
    '\bgive_back\b'                                 'release_raw'
    '\bfrom_word\b|\bfn word\('                     'from_bits, to_bits'
    '\bfn reached\(|\.reached\('                    'wait_for_async'
    '\bPermits::|[:&] ?Permits\b(?!")'              'Semaphore'
    '\bpermits::'                                   'semaphore::'
    '\bprogress::|\bprogress\.rs\b'                 'watermark'
    '\bprim::|\bsrc/prim\b|\bprim\.sh\b'            'sys'
    '(?<!TrySendError::)(?<!, `)\bDisconnected\b'   'Closed (what std and crossbeam call so is none of ours)'
    '\bTransport\b'                                 'Primitives'
    '\bAtOnce\b|\bAT_ONCE\b'                        'Immediately, BLOCK'
    # Phrases.
    '(?i)\bfor ever\b'                              'indefinitely'
    '(?i)\bthrough with\b'                          'finished with'
    '(?i)\bto be had\b'                             'available'
    '(?i)\bhow-manieth\b'                           'zero-based index'
    '(?i)(?<!pre)(?<!de)\bserve[sd]?\b'             'notify, grant'
    '(?<!::)(?<!_)\b[Ss]leep(s|ers?|ing)\b|\b[Ss]lept\b' 'block, waiter'
    '\b[Pp]ush(es|ed)\b'                            'send'
    '\bplaces\b'                                    'slots'
    '\b[Ww]ho(m|ever|mever)?\b'                     'the consumer, a producer that ...'
)

# The fixture has a line for each pattern, in their order.
examples() {
    local line=0 index
    for ((index = 0; index < ${#WORDS[@]}; index += 2)); do
        line=$((line + 1))
        sed -n "${line}p" ci/words/bad.txt | grep -qP "${WORDS[index]}" ||
            fail "line $line of ci/words/bad.txt is none of ${WORDS[index]}"
        if grep -nP "${WORDS[index]}" ci/words/good.txt; then fail "${WORDS[index]} finds good lines"; fi
    done
    ((line == $(wc -l <ci/words/bad.txt))) || fail "ci/words/bad.txt has not one line a pattern"
}

# The files that readers see, but for the table that loom-tests writes.
mapfile -t files < <(git ls-files src tests examples loom-tests/src loom-tests/tests README.md CHANGELOG.md \
    ARCHITECTURE.md)

occurrences() {
    grep -noHP "$1" "${files[@]}" || true
}

# The committed count of a pattern.
committed() {
    local count pattern
    while read -r count pattern; do
        if [[ $pattern == "$1" ]]; then
            echo "$count"
            return
        fi
    done < <(cat "$BASELINE" 2>/dev/null)
    echo 0
}

examples
more=0 fewer=0 counts=
for ((index = 0; index < ${#WORDS[@]}; index += 2)); do
    pattern=${WORDS[index]}
    found=$(occurrences "$pattern")
    count=$(grep -c . <<<"$found" || true)
    most=$(committed "$pattern")
    if ((count > most)); then
        printf '%s\n  %s: %d times, not %d; write: %s\n' "$found" "$pattern" "$count" "$most" "${WORDS[index + 1]}"
        more=1
    elif ((count < most)); then
        printf '  %s: %d times, no longer %d\n' "$pattern" "$count" "$most"
        fewer=1
    fi
    ((count == 0)) || counts+="$count $pattern"$'\n'
done
((more == 0)) || fail "retired words are back, see above"
if [[ -n ${BLESS:-} ]]; then
    printf '%s' "$counts" >"$BASELINE"
else
    ((fewer == 0)) || fail "fewer than before, see above: BLESS=1 ci/words.sh"
fi
echo "$((${#WORDS[@]} / 2)) patterns in ${#files[@]} files; still to be swept: $(awk '{ n += $1 } END { print n + 0 }' "$BASELINE")"
