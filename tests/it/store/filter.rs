//! Filters in SQL and in memory.
