//! Values of hostile origin.
