#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veritok_fuzz::run("spki", data));
