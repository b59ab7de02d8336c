//! Tables over the grammar and the operators, and properties of arbitrary filters.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::needless_pass_by_value)]

use super::*;

mod differential;
mod grammar;
mod meaning;
