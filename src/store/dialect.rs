//! Every difference between the engines.
