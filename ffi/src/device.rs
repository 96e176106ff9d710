//! The device authorization grant (RFC 8628).

use veritok_core::{DeviceAuthorization, DeviceRequest, Error, ErrorCode, Poll, Polling};

use crate::{
    bytes::vtok_bytes,
    call::Out,
    client::{vtok_client, vtok_client_auth},
    convert::{
        NOWHERE, Sealed, Zeroed, all_apart, begin, check_pointer, extent, object, optional_output,
        output, slice_mut, status,
    },
    response::{answer, vtok_error_response},
};

/// Writes the body of a device authorization request (RFC 8628 section 3.1).
/// `scope`: separated by spaces; not set: none.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value; VTOK_SECURITY_PROFILE for an
/// authentication that is too weak; those of the client (`vtok_request_init`);
/// VTOK_UNKNOWN_VALUE, VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_device_request(
    client: *const vtok_client,
    scope: vtok_bytes,
    authentication: *const vtok_client_auth,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        out.fill_for(
            client,
            authentication,
            &[scope.extent()],
            &mut |client, authentication, buffer| {
                let scope = scope.text()?;
                Ok(DeviceRequest { client, scope }
                    .write(authentication, buffer)?
                    .len())
            },
        )
    }
}

/// What to show the user, and what to poll with (RFC 8628 section 3.2). It
/// borrows the buffer of the response.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_device {
    /// Seconds until both codes expire.
    pub expires_in: u32,
    /// Least seconds between two polls.
    pub interval: u32,
    /// What the device polls with; show it to nobody.
    pub device_code: vtok_bytes,
    /// What the user types in.
    pub user_code: vtok_bytes,
    /// Where the user types it in, https.
    pub verification_uri: vtok_bytes,
    /// The same with the code in it, for a QR code; not set without.
    pub verification_uri_complete: vtok_bytes,
}

// SAFETY: integers and views, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_device {}

impl vtok_device {
    const fn views(&self) -> [vtok_bytes; 4] {
        [
            self.device_code,
            self.user_code,
            self.verification_uri,
            self.verification_uri_complete,
        ]
    }
}

/// Reads the answer to a device authorization request. Strings are unescaped
/// where they lie. `denied` may be NULL.
///
/// Errors: VTOK_PROVIDER_ERROR, and `denied` says which; the 3xx group,
/// VTOK_RESPONSE_MALFORMED; VTOK_ENDPOINT_NOT_HTTPS for where the user is sent.
///
/// # Safety
/// `json` holds `json_len` bytes, which live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_device_read(
    json: *mut u8,
    json_len: usize,
    device: *mut vtok_device,
    denied: *mut vtok_error_response,
) -> i32 {
    let written = [
        (json.cast_const(), json_len),
        extent(device.cast_const()),
        extent(denied.cast_const()),
    ];
    let run = || {
        // SAFETY: the caller's promise.
        let (device, denied, json) = begin(all_apart(&written, &[]), || unsafe {
            let (device, denied) = (output(device), optional_output(denied));
            Ok((device?, denied?, slice_mut(json, json_len)?))
        })?;
        let found = answer(DeviceAuthorization::read(json)?, denied)?;
        *device = vtok_device {
            expires_in: found.expires_in,
            interval: found.interval,
            device_code: vtok_bytes::of(found.device_code.as_bytes()),
            user_code: vtok_bytes::of(found.user_code.as_bytes()),
            verification_uri: vtok_bytes::of(found.verification_uri.as_bytes()),
            verification_uri_complete: vtok_bytes::of_text(found.verification_uri_complete),
        };
        Ok(())
    };
    status(run())
}

/// Writes the body of a token request, one poll (RFC 8628 section 3.4); its
/// answer is for `vtok_token_response_read`.
///
/// Errors: VTOK_REQUEST_VALUE for an empty value; VTOK_SECURITY_PROFILE for an
/// authentication that is too weak; those of the client (`vtok_request_init`);
/// VTOK_UNKNOWN_VALUE, VTOK_BUFFER_TOO_SMALL.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say, and so does the buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_device_token_request(
    device: *const vtok_device,
    client: *const vtok_client,
    authentication: *const vtok_client_auth,
    buffer: *mut u8,
    capacity: usize,
    len: *mut usize,
) -> i32 {
    let out = Out::new(buffer, capacity, len);
    // SAFETY: the caller's promise.
    unsafe {
        let [code, user_code, uri, complete] = object(device).map_or([NOWHERE; 4], |device| {
            device.views().map(vtok_bytes::extent)
        });
        let read = [extent(device), code, user_code, uri, complete];
        out.fill_for(
            client,
            authentication,
            &read,
            &mut |client, authentication, buffer| {
                let c = object(device)?;
                let device = DeviceAuthorization {
                    device_code: c.device_code.required()?,
                    user_code: c.user_code.required()?,
                    verification_uri: c.verification_uri.required()?,
                    verification_uri_complete: c.verification_uri_complete.text()?,
                    expires_in: c.expires_in,
                    interval: c.interval,
                };
                Ok(device.token_request(client, authentication, buffer)?.len())
            },
        )
    }
}

/// The rules of polling (RFC 8628 section 3.5), in seconds of any monotonic
/// clock of the caller's. It can be copied.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_polling {
    /// 1: poll at `next`, not before; 0: stop, for the user or the provider
    /// said no, or the codes have expired.
    pub goes_on: u32,
    /// Zero.
    pub reserved: u32,
    /// The second of the next poll.
    pub next: u64,
    /// The library's own.
    pub opaque: [u64; 6],
}

// SAFETY: integers.
unsafe impl Zeroed for vtok_polling {}

const POLLING: usize = 0x504f_4c4c;

impl vtok_polling {
    fn fill(&mut self, polling: Polling) {
        (self.goes_on, self.next) = match polling.next() {
            Poll::At(second) => (1, second),
            Poll::Stop => (0, 0),
        };
        Sealed::write(polling, POLLING, &mut self.opaque);
    }
}

/// Starts polling at `now`, with `interval` and `expires_in` of a
/// `vtok_device`.
///
/// Errors: VTOK_NULL_POINTER, VTOK_MISALIGNED.
///
/// # Safety
/// `polling` points to a `vtok_polling`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_polling_start(
    interval: u32,
    expires_in: u32,
    now: u64,
    polling: *mut vtok_polling,
) -> i32 {
    let run = || {
        // SAFETY: the caller's promise.
        let polling = unsafe { output(polling) }?;
        polling.fill(Polling::start(interval, expires_in, now));
        Ok(())
    };
    status(run())
}

/// # Safety
/// `polling` is NULL or points to a `vtok_polling` that nobody else uses.
unsafe fn change(polling: *mut vtok_polling, change: impl FnOnce(&mut Polling)) -> i32 {
    let run = || {
        check_pointer(polling)?;
        // SAFETY: the caller's promise.
        let this = unsafe { &mut *polling };
        // SAFETY: it borrows nothing.
        let mut polling = unsafe { Sealed::<Polling>::read(POLLING, &this.opaque) }?;
        change(&mut polling);
        this.fill(polling);
        Ok(())
    };
    status(run())
}

/// After an error response at `now`: `code` is that of the
/// `vtok_error_response`.
///
/// Errors: VTOK_NOT_INITIALIZED, VTOK_UNKNOWN_VALUE.
///
/// # Safety
/// `polling` was filled by `vtok_polling_start`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_polling_error(
    polling: *mut vtok_polling,
    code: u32,
    now: u64,
) -> i32 {
    let mut known = ErrorCode::ALL.iter();
    let found = known.find(|known| u32::from(known.number()) == code);
    let code = match (code, found) {
        (0, _) => ErrorCode::Other,
        (_, Some(code)) => *code,
        _ => return status(Err(Error::UnknownValue)),
    };
    // SAFETY: the caller's promise.
    unsafe {
        change(polling, |polling| {
            let _ = polling.on_error(code, now);
        })
    }
}

/// After a poll that got no answer: the interval doubles.
///
/// Errors: VTOK_NOT_INITIALIZED.
///
/// # Safety
/// `polling` was filled by `vtok_polling_start`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_polling_timeout(polling: *mut vtok_polling, now: u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        change(polling, |polling| {
            let _ = polling.on_timeout(now);
        })
    }
}
