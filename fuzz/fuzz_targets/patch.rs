//! See `targets::patch`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| usher_fuzz::targets::patch(input));
