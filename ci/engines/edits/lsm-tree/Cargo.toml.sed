# It depends on this crate.
$a\
\
[dependencies.latchfree]\
path = "../../.."
