//! Versions and sizes.

use core::mem;

use crate::{
    client::vtok_client, keys::vtok_keys, login::vtok_login, metadata::vtok_metadata,
    policy::vtok_policy, report::vtok_report, request::vtok_request_options,
    response::vtok_authorized, rotation::vtok_rotation, value::vtok_value, verify::vtok_verified,
};

/// Version of the ABI that this header describes: raised when a structure or
/// a function changes.
pub const VTOK_ABI_VERSION: u32 = 4;

/// Version of the ABI of the library that is linked: compare it with
/// VTOK_ABI_VERSION when the library is loaded at run time.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_abi_version() -> u32 {
    VTOK_ABI_VERSION
}

/// Version of the library that is linked, as 0xMMmmpp00.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_version() -> u32 {
    let part = |text: &str| {
        text.bytes()
            .fold(0, |n: u32, digit| n * 10 + u32::from(digit - b'0'))
    };
    part(env!("CARGO_PKG_VERSION_MAJOR")) << 24
        | part(env!("CARGO_PKG_VERSION_MINOR")) << 16
        | part(env!("CARGO_PKG_VERSION_PATCH")) << 8
}

/// Bytes of `vtok_keys` storage for `max_keys` keys whose values take
/// `value_bytes`, in this build: at most VTOK_KEYS_SIZE.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_keys_size(max_keys: usize, value_bytes: usize) -> usize {
    vtok_keys::size(max_keys, value_bytes)
}

/// `sizeof(vtok_policy)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_policy_size() -> usize {
    mem::size_of::<vtok_policy>()
}

/// `sizeof(vtok_report)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_report_size() -> usize {
    mem::size_of::<vtok_report>()
}

/// `sizeof(vtok_verified)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_verified_size() -> usize {
    mem::size_of::<vtok_verified>()
}

/// `sizeof(vtok_value)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_value_size() -> usize {
    mem::size_of::<vtok_value>()
}

/// `sizeof(vtok_client)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_client_size() -> usize {
    mem::size_of::<vtok_client>()
}

/// `sizeof(vtok_request_options)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_request_options_size() -> usize {
    mem::size_of::<vtok_request_options>()
}

/// `sizeof(vtok_authorized)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_authorized_size() -> usize {
    mem::size_of::<vtok_authorized>()
}

/// `sizeof(vtok_login)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_login_size() -> usize {
    mem::size_of::<vtok_login>()
}

/// `sizeof(vtok_metadata)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_metadata_size() -> usize {
    mem::size_of::<vtok_metadata>()
}

/// `sizeof(vtok_rotation)` of this build.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_rotation_size() -> usize {
    mem::size_of::<vtok_rotation>()
}
