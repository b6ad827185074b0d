# It depends on this crate, and on the lsm-tree beside it.
/^\[dependencies\.lsm-tree\]$/a\
path = "../lsm-tree"
$a\
\
[dependencies.latchfree]\
path = "../../.."
