#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    veritok_abi::body(data);
});
