//! The libraries in C.

use std::ffi::{CString, c_char, c_int, c_void};

use crate::{Verify, signed::Signed};

unsafe extern "C" {
    fn libjwt_verify(alg: *const c_char, key: *const u8, len: c_int, token: *const c_char)
    -> c_int;
    fn cjose_prepare(jwk: *const c_char) -> *mut c_void;
    fn cjose_check(key: *mut c_void, alg: *const c_char, token: *const u8, len: usize) -> c_int;
    fn libjose_prepare(jwk: *const c_char) -> *mut c_void;
    fn libjose_check(key: *mut c_void, alg: *const c_char, token: *const u8, len: usize) -> c_int;
    fn veritok_new(algorithm: u32, jwks: *const c_char) -> *mut c_void;
    fn veritok_verify(prepared: *mut c_void, token: *const u8, len: usize) -> c_int;
}

fn text(text: &str) -> CString {
    CString::new(text).expect("no NUL")
}

pub fn veritok(signed: &Signed) -> Option<Verify> {
    let number = signed.case.algorithm.id().number();
    let jwks = text(&signed.case.jwks());
    // SAFETY: the strings end with NUL; what was prepared lives until the process ends.
    let prepared = unsafe { veritok_new(number.into(), jwks.as_ptr()) };
    assert!(!prepared.is_null(), "{}", signed.case);
    Some(Box::new(move |token| unsafe {
        veritok_verify(prepared, token.text.as_ptr(), token.text.len()) == 1
    }))
}

pub fn libjwt(signed: &Signed) -> Option<Verify> {
    // Neither PSS nor EdDSA in version 1.
    if matches!(signed.case.name, "PS256" | "EdDSA") {
        return None;
    }
    let (alg, key) = (text(signed.alg()), signed.secret_or_pem());
    let len = c_int::try_from(key.len()).expect("short");
    Some(Box::new(move |token| unsafe {
        // SAFETY: key and length belong together; the strings end with NUL.
        libjwt_verify(alg.as_ptr(), key.as_ptr(), len, token.c_text.as_ptr()) == 1
    }))
}

macro_rules! prepared {
    ($name:ident, $prepare:ident, $check:ident) => {
        pub fn $name(signed: &Signed) -> Option<Verify> {
            if signed.case.name == "EdDSA" {
                return None;
            }
            let (alg, jwk) = (text(signed.alg()), text(&signed.case.jwk));
            // SAFETY: the strings end with NUL; what was prepared lives until the process ends.
            let key = unsafe { $prepare(jwk.as_ptr()) };
            assert!(!key.is_null(), "{}", signed.case);
            Some(Box::new(move |token| unsafe {
                $check(key, alg.as_ptr(), token.text.as_ptr(), token.text.len()) == 1
            }))
        }
    };
}

prepared!(cjose, cjose_prepare, cjose_check);
prepared!(libjose, libjose_prepare, libjose_check);
