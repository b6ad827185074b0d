# Prints each path in a source file that leads to a module of the crate outside of `allowed`.
#
#     awk -v room=wait -v depth=2 -v allowed='sys atomic wait' -v rooms='sys atomic ...' -f arrows.awk FILE
#
# `room` is the folder under src/, `depth` how many `super::` lead from the file to the crate's root, and
# `rooms` all folders there. Comments and the body of a `#[cfg(test)] mod` may name anything. rustfmt has
# formatted the file: a module ends with a brace that is indented as its first line.

BEGIN {
    split(allowed, list, " ")
    for (i in list) is_allowed[list[i]] = 1
    split(rooms, list, " ")
    for (i in list) is_room[list[i]] = 1
    text = ""
}

{ line = $0 }

in_test_mod {
    if (line == closing) in_test_mod = 0
    line = ""
}

line ~ /^[ \t]*\/\// { line = "" }
{ sub(/[ \t]\/\/.*/, "", line) }

line ~ /^[ \t]*#\[cfg\(test\)\]$/ { after_cfg_test = 1; text = text "\n"; next }
after_cfg_test && line ~ /^[ \t]*mod [a-z_0-9]+ \{$/ {
    in_test_mod = 1
    closing = line
    sub(/mod.*/, "}", closing)
    line = ""
}
# Other attributes may stand between.
line !~ /^[ \t]*(#\[.*\])?$/ || in_test_mod { after_cfg_test = 0 }

{ text = text line "\n" }

END {
    at = 1 # the line on which `rest` begins
    rest = text
    while (match(rest, /(crate|super(::super)*)(::| as )/)) {
        before = substr(rest, 1, RSTART - 1)
        at += gsub(/\n/, "\n", before)
        path = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        if (before ~ /[A-Za-z0-9_]$/) continue # the end of another word
        if (path ~ /^crate as/) { report("crate as"); continue }
        if (path ~ / as $/) continue
        from_root = path == "crate::"
        if (!from_root && gsub(/super/, "super", path) < depth) continue
        if (rest ~ /^\{/) braces(rest); else leads_to(rest)
    }
}

# The paths in braces: the first names after the opening one and after each comma of the same level.
function braces(tree, level, i, c, is_first, begin) {
    begin = at
    for (i = 1; i <= length(tree); i++) {
        c = substr(tree, i, 1)
        if (c == "\n") at++
        if (c == "{") { level++; is_first = level == 1 }
        else if (c == "}") { if (--level == 0) break }
        else if (c == ",") is_first = level == 1
        else if (is_first && c ~ /[^ \t\n]/) { leads_to(substr(tree, i)); is_first = 0 }
    }
    at = begin
}

function leads_to(path) {
    match(path, /^(r#)?[A-Za-z0-9_*]+/)
    path = substr(path, RSTART, RLENGTH)
    if (path in is_allowed) return
    # Inside of an inline module, as many `super::` may end in this room, among its own names.
    if (from_root || path in is_room) report(path)
}

function report(where) {
    printf "%s:%d: %s -> %s\n", FILENAME, at, room, where
}
