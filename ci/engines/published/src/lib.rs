//! Nothing: the dependencies of this package are what it is for.
