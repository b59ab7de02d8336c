//! The contract of the store: every function, on both engines.

mod open;
