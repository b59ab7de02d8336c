//! The seam: one connection of either engine, statements with `$1` placeholders, typed values and rows.

/// A connection or a transaction of either engine.
#[derive(Debug)]
pub struct Conn {}
