//! Usher's own extension.
