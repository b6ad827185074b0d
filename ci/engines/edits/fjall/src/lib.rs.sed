# A module more.
s/^mod locked_file;$/mod live_threads;\n&/
