//! Tables over the grammar and the operators, and properties of arbitrary filters.
#![allow(clippy::unwrap_used)]

use super::*;

mod grammar;
