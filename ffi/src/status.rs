//! Names and messages.

use core::ffi::{CStr, c_char};

use veritok_core::{Check, Error};

use crate::{bytes::vtok_bytes, policy::profile};

const UNKNOWN: &CStr = c"unknown";

fn error(status: i32) -> Option<Error> {
    Error::from_number(u16::try_from(status).ok()?)
}

/// The stable name of a status, such as "nonce_mismatch"; "ok" for 0, and
/// "unknown" for a number that is no status. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_status_name(status: i32) -> *const c_char {
    match (status, error(status)) {
        (0, _) => c"ok",
        (_, Some(error)) => error.c_name(),
        _ => UNKNOWN,
    }
    .as_ptr()
}

/// What happened, in a few words of English. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_status_message(status: i32) -> *const c_char {
    match (status, error(status)) {
        (0, _) => c"the call has succeeded",
        (_, Some(error)) => error.c_message(),
        _ => UNKNOWN,
    }
    .as_ptr()
}

/// The stable name of a check (VTOK_CHECK_...): of a claim, the claim's own.
/// "unknown" for a number that is no check. Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_check_name(check: u32) -> *const c_char {
    let check = u8::try_from(check).ok().and_then(Check::from_number);
    check.map_or(UNKNOWN, Check::c_name).as_ptr()
}

/// The section of the specification that asks for a check in a profile, flow
/// and endpoint; not set for unknown numbers.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_check_section(
    check: u32,
    profile: u32,
    flow: u32,
    endpoint: u32,
) -> vtok_bytes {
    let check = u8::try_from(check).ok().and_then(Check::from_number);
    match (check, self::profile(profile, flow, endpoint)) {
        (Some(check), Ok(profile)) => vtok_bytes::of(check.section(profile).as_bytes()),
        _ => vtok_bytes::NONE,
    }
}
