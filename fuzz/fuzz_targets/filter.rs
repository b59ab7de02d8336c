//! See `targets::filter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| usher_fuzz::targets::filter(input));
