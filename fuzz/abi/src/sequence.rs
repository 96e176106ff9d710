//! Sequences of C calls in any order, with memory that is too short, misaligned, overlapping or of
//! another object: each call answers with a documented status, writes nowhere else, and shows
//! nothing that is not verified.

use std::{collections::VecDeque, ffi::CStr, mem, ptr};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};

use crate::{
    bytes::vtok_bytes, client::*, codes::*, decrypt::*, device::*, keys::*, logout::*, metadata::*,
    peek::*, policy::*, replay::*, report::*, request::*, response::*, rotation::*, session::*,
    status::*, time::*, token::*, tokens::*, value::*, verify::*,
};

const ISSUER: &[u8] = b"https://op.example";
const CLIENT: &[u8] = b"client-1";
const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_700_000_000;
const CEK: &[u8] = b"0123456789abcdef";
const SAVED_SESSION: &[u8] = br#"{"v":1,"op":"https://op.example","client":"client-1","encrypted":false,"signed":false,"userinfo":{},"iss":"https://op.example","sub":"u"}"#;

/// Most calls of a sequence.
const CALLS: usize = 40;

/// Statuses that a caller can rely on.
const OK: i32 = 0;
const MISALIGNED: i32 = 121;
const NOT_INITIALIZED: i32 = 122;
const OVERLAP: i32 = 125;

/// The fuzzer's bytes, and zeros behind them.
struct Input<'d>(&'d [u8]);

impl<'d> Input<'d> {
    fn byte(&mut self) -> u8 {
        self.slice(1).first().copied().unwrap_or(0)
    }

    fn below(&mut self, bound: u8) -> usize {
        usize::from(self.byte() % bound)
    }

    fn one_in(&mut self, count: u8) -> bool {
        self.byte() % count == count - 1
    }

    fn slice(&mut self, len: usize) -> &'d [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A text with its length before it.
    fn text(&mut self) -> &'d [u8] {
        let len = usize::from(self.byte());
        self.slice(len)
    }
}

const GUARD: usize = 64;
const UNTOUCHED: u8 = 0xa5;

/// Memory that is lent, between guards; on the heap, where AddressSanitizer watches it too.
struct Lent {
    memory: Vec<u64>,
    start: usize,
    len: usize,
}

impl Lent {
    /// `shift` bytes off the alignment of `u64`.
    fn new(contents: &[u8], shift: usize) -> Self {
        let start = GUARD + shift;
        let words = (start + contents.len() + GUARD).div_ceil(8);
        let mut lent = Self {
            memory: vec![u64::from_ne_bytes([UNTOUCHED; 8]); words],
            start,
            len: contents.len(),
        };
        // SAFETY: the vector holds the guards and the contents.
        unsafe { ptr::copy_nonoverlapping(contents.as_ptr(), lent.at(), contents.len()) };
        lent
    }

    fn zeroed(len: usize) -> Self {
        Self::new(&vec![0; len], 0)
    }

    /// Memory for one object.
    fn of<T>() -> Self {
        Self::zeroed(mem::size_of::<T>())
    }

    fn at(&mut self) -> *mut u8 {
        self.memory
            .as_mut_ptr()
            .cast::<u8>()
            .wrapping_add(self.start)
    }

    fn object<T>(&mut self) -> *mut T {
        assert_eq!(self.len, mem::size_of::<T>());
        self.at().cast()
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: as in `new`; initialized bytes.
        unsafe {
            let start = self.memory.as_ptr().cast::<u8>().wrapping_add(self.start);
            std::slice::from_raw_parts(start, self.len)
        }
    }

    fn is_zero(&self) -> bool {
        self.bytes().iter().all(|byte| *byte == 0)
    }

    fn view(&self) -> vtok_bytes {
        view(self.bytes())
    }

    fn contains(&self, view: vtok_bytes) -> bool {
        let (start, end) = (self.view().ptr.addr(), self.view().ptr.addr() + self.len);
        view.ptr.addr() >= start && view.ptr.addr() + view.len <= end
    }

    fn check(&self) {
        let whole = self.memory.iter().flat_map(|word| word.to_ne_bytes());
        let (start, end) = (self.start, self.start + self.len);
        let written = whole
            .enumerate()
            .find(|(at, byte)| *byte != UNTOUCHED && !(start..end).contains(at));
        assert_eq!(written, None, "written outside of {start}..{end}");
    }
}

fn view(bytes: &[u8]) -> vtok_bytes {
    vtok_bytes {
        ptr: bytes.as_ptr(),
        len: bytes.len(),
    }
}

const NONE: vtok_bytes = vtok_bytes {
    ptr: ptr::null(),
    len: 0,
};

/// A structure of C's, all zero.
fn zeroed<T: Plain>() -> T {
    // SAFETY: `Plain` vouches for it.
    unsafe { mem::zeroed() }
}

/// # Safety
/// All bytes zero are a value.
unsafe trait Plain {}
// SAFETY: integers, and pointers that may be NULL.
unsafe impl Plain for vtok_policy {}
// SAFETY: as above.
unsafe impl Plain for vtok_client {}
// SAFETY: as above.
unsafe impl Plain for vtok_request_options {}
// SAFETY: as above.
unsafe impl Plain for vtok_decryption {}
// SAFETY: as above.
unsafe impl Plain for vtok_value {}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

fn signed(payload: &[u8]) -> Vec<u8> {
    let input = format!("{}.{}", b64(br#"{"alg":"HS256"}"#), b64(payload));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("a key");
    mac.update(input.as_bytes());
    let signature = b64(&mac.finalize().into_bytes());
    format!("{input}.{signature}").into_bytes()
}

/// Everything that the calls share; what is borrowed stays as it is until the end.
struct World {
    keys: Lent,
    keys_at: *mut vtok_keys,
    /// The same bytes at another place, which are no key set there.
    moved_keys: Lent,
    guard: Lent,
    guard_at: *mut vtok_replay,
    saved_guard: Vec<u8>,
    verified: Lent,
    is_verified: bool,
    unverified: Lent,
    rotation: Lent,
    decryption_keys: Lent,
    metadata: Lent,
    request: Vec<u8>,
    session: Vec<u8>,
    values: VecDeque<vtok_value>,
    held: Vec<Lent>,
    accepted: usize,
}

/// Runs a sequence; how many tokens it has verified.
pub fn body(data: &[u8]) -> usize {
    let mut input = Input(data);
    let mut world = World {
        keys: Lent::zeroed(0),
        keys_at: ptr::null_mut(),
        moved_keys: Lent::zeroed(0),
        guard: Lent::zeroed(0),
        guard_at: ptr::null_mut(),
        saved_guard: Vec::new(),
        verified: Lent::of::<vtok_verified>(),
        is_verified: false,
        unverified: Lent::of::<vtok_unverified>(),
        rotation: Lent::of::<vtok_rotation>(),
        decryption_keys: Lent::of::<vtok_decryption_keys>(),
        metadata: Lent::of::<vtok_metadata>(),
        request: Vec::new(),
        session: SAVED_SESSION.to_vec(),
        values: VecDeque::new(),
        held: Vec::new(),
        accepted: 0,
    };
    for _ in 0..CALLS {
        if input.0.is_empty() {
            break;
        }
        world.step(&mut input);
        world.check();
    }
    world.accepted
}

/// A status is one of those that the header lists.
fn documented(status: i32) -> i32 {
    // SAFETY: never NULL, and static.
    let name = unsafe { CStr::from_ptr(vtok_status_name(status)) };
    assert_ne!(name, c"unknown", "{status}");
    status
}

impl World {
    fn check(&self) {
        let shared = [
            &self.keys,
            &self.moved_keys,
            &self.guard,
            &self.verified,
            &self.unverified,
            &self.rotation,
            &self.decryption_keys,
            &self.metadata,
        ];
        shared.into_iter().chain(&self.held).for_each(Lent::check);
    }

    fn step(&mut self, input: &mut Input<'_>) {
        match input.below(16) {
            0 => self.init_keys(input),
            1 | 2 => self.change_keys(input),
            3..=5 => self.verify(input),
            6 | 7 => self.read_claims(input),
            8 => self.read_values(input),
            9 => self.peek(input),
            10 => self.replay(input),
            11 => self.exchange(input),
            12 => self.sessions(input),
            13 => self.rotate(input),
            14 => self.decrypt(input),
            _ => self.tools(input),
        }
    }

    /// The bytes of a lent buffer that stays as it is.
    fn hold(&mut self, bytes: &[u8]) -> vtok_bytes {
        let lent = Lent::new(bytes, 0);
        let view = lent.view();
        self.held.push(lent);
        view
    }

    /// The key set, or what is none.
    fn any_keys(&mut self, input: &mut Input<'_>) -> *mut vtok_keys {
        match input.below(8) {
            0 => ptr::null_mut(),
            1 if self.moved_keys.len >= mem::size_of::<vtok_keys>() => self.moved_keys.at().cast(),
            2 => self.keys_at.wrapping_byte_add(1),
            _ => self.keys_at,
        }
    }

    fn is_keys(&self, keys: *mut vtok_keys) -> bool {
        !keys.is_null() && ptr::eq(keys, self.keys_at)
    }

    fn init_keys(&mut self, input: &mut Input<'_>) {
        let (len, max_keys) = (64 * usize::from(input.byte()), input.below(6));
        let huge = input.one_in(16);
        let mut memory = Lent::new(&vec![0; len], usize::from(input.one_in(8)));
        let mut out = Lent::of::<*mut vtok_keys>();
        let max_keys = if huge { usize::MAX / 8 } else { max_keys };
        // SAFETY: memory of this length, and an output.
        let status =
            documented(unsafe { vtok_keys_init(memory.at().cast(), len, max_keys, out.object()) });
        out.check();
        // SAFETY: the output was written.
        let at = unsafe { out.object::<*mut vtok_keys>().read() };
        assert_eq!(status == OK, !at.is_null());
        assert!(status == OK || memory.is_zero());
        assert!(memory.start == GUARD || status == MISALIGNED);
        if status == OK {
            self.moved_keys = Lent::new(memory.bytes(), 0);
            (self.keys, self.keys_at) = (memory, at);
        }
    }

    fn change_keys(&mut self, input: &mut Input<'_>) {
        let keys = self.any_keys(input);
        let (which, family, bytes) = (input.below(14), u32::from(input.byte() % 9), input.text());
        let kid = match input.below(4) {
            0 => input.text(),
            _ => &[],
        };
        let kid = if kid.is_empty() { NONE } else { view(kid) };
        let before = self.keys.bytes().to_vec();
        let bytes = self.hold(bytes);
        let mut count = Lent::of::<usize>();
        let mut made = Lent::of::<u32>();
        let mut thumbprint = Lent::of::<[u8; 32]>();
        let mut imported = Lent::of::<vtok_imported>();
        // SAFETY: a set or memory of one, views of what is held, and outputs.
        let status = documented(unsafe {
            match which {
                0 | 1 => vtok_keys_add_secret(keys, view(SECRET), NONE),
                2 => vtok_keys_add_secret(keys, bytes, kid),
                3 if family < 4 => vtok_keys_replace_jwks(keys, bytes, imported.object()),
                3 => vtok_keys_import_jwks(keys, bytes, imported.object()),
                4 => vtok_keys_pin_jwk(keys, bytes),
                5 => vtok_keys_add_sec1(keys, family, bytes, kid),
                6 => vtok_keys_add_ed25519(keys, bytes, kid),
                7 => vtok_keys_add_spki(keys, family, bytes, kid),
                8 => vtok_keys_add_pem(keys, family, bytes, kid),
                9 => vtok_keys_add_rsa(keys, bytes, view(b"\x01\0\x01"), kid),
                10 => vtok_keys_add_tables(keys, family, made.object()),
                11 => vtok_keys_clear(keys),
                12 => vtok_keys_thumbprint(keys, usize::from(input.byte()), thumbprint.object()),
                _ => vtok_keys_retain_thumbprints(keys, ptr::null(), 0, count.object()),
            }
        });
        for out in [&count, &made, &thumbprint, &imported] {
            out.check();
        }
        assert!(self.is_keys(keys) || status != OK);
        if status != OK && which < 10 && self.is_keys(keys) {
            // The head and the terms of the keys are as they were; words that no key uses may not.
            assert_eq!(self.keys.bytes()[..64], before[..64]);
        }
        // SAFETY: as above.
        let status = documented(unsafe { vtok_keys_count(keys, count.object()) });
        assert_eq!(status == OK, self.is_keys(keys));
    }

    fn any_token(&self, input: &mut Input<'_>) -> Vec<u8> {
        let good = |id: u8| {
            let claims = format!(
                r#"{{"iss":"https://op.example","sub":"u","aud":"client-1","exp":{},"iat":{NOW},"nonce":"n1","jti":"{id}","a":["\u0041",{{"b":1.5}}]}}"#,
                NOW + 300
            );
            signed(claims.as_bytes())
        };
        match input.below(8) {
            0 => input.text().to_vec(),
            1 => signed(input.text()),
            2 => {
                let mut token = good(input.byte());
                let at = usize::from(input.byte()) * token.len() / 256;
                token[at] ^= input.byte();
                token
            }
            3 => {
                let signed = good(0);
                let payload = signed
                    .split(|byte| *byte == b'.')
                    .nth(1)
                    .expect("a payload");
                [b64(br#"{"alg":"none"}"#).as_bytes(), b".", payload, b"."].concat()
            }
            _ => good(input.byte() % 8),
        }
    }

    fn policy(&mut self, input: &mut Input<'_>) -> vtok_policy {
        let mut policy = vtok_policy {
            size: mem::size_of::<vtok_policy>(),
            flow: VTOK_FLOW_CODE,
            endpoint: VTOK_ENDPOINT_TOKEN,
            algorithms: VTOK_ALG_HS256,
            issuer: view(ISSUER),
            audience: view(CLIENT),
            nonce: view(b"n1"),
            ..zeroed()
        };
        match input.below(20) {
            0 => policy.size = policy.size.wrapping_sub(8),
            1 => policy.profile = u32::from(input.byte() % 12),
            2 => policy.flow = u32::from(input.byte() % 8),
            3 => policy.flags = u32::from(input.byte()) * 3,
            4 => policy.algorithms = u64::from(input.byte()) << (input.byte() % 64),
            5 => policy.issuer = self.hold(input.text()),
            6 => policy.nonce = vtok_bytes { len: 7, ..NONE },
            7 => policy.required_claims_len = usize::from(input.byte()),
            8 => policy.acr_values_len = usize::MAX / 2,
            9 => policy.max_depth = u32::from(input.byte()) * 9,
            10 => policy.quirk = u32::from(input.byte() % 4),
            11 => policy.leeway_exp = u32::from(input.byte()) * 3,
            12 => policy.reserved = u32::from(input.byte()),
            _ => {}
        }
        policy
    }

    fn verify(&mut self, input: &mut Input<'_>) {
        let token = self.any_token(input);
        let policy = self.policy(input);
        let keys = self.any_keys(input);
        let time = vtok_time {
            earliest: NOW - i64::from(input.byte() & 1),
            latest: NOW,
        };
        let (way, fault) = (input.below(4), input.below(12));
        let shift = usize::from(input.one_in(4));
        let mut lent_token = Lent::new(&token, shift);
        let mut scratch = Lent::zeroed(vtok_scratch_len(token.len()));
        let mut report = Lent::of::<vtok_report>();
        let (mut scratch_at, mut scratch_len) = (scratch.at(), scratch.len);
        let mut verified_at = self.verified.object::<vtok_verified>();
        let mut report_at = report.object::<vtok_report>();
        let before = self.verified.bytes().to_vec();
        // For outputs that share memory, as large as the larger one.
        let mut shared = Lent::of::<vtok_report>();
        let mut overlaps = false;
        match fault {
            0 => scratch_len = scratch_len.min(usize::from(input.byte())),
            1 => {
                // Into the token's own buffer.
                (scratch_at, scratch_len) = (lent_token.at(), token.len());
                overlaps = !token.is_empty() && (way == 0 || way == 2);
            }
            2 => verified_at = verified_at.wrapping_byte_add(1),
            3 => verified_at = ptr::null_mut(),
            4 => report_at = ptr::null_mut(),
            5 => {
                (verified_at, report_at) = (shared.at().cast(), shared.object());
                overlaps = true;
            }
            6 => report_at = report_at.wrapping_byte_add(2),
            _ => {}
        }
        // SAFETY: buffers of these lengths, and outputs or what is refused for being none.
        let status = documented(unsafe {
            match way {
                0 => vtok_verify(
                    lent_token.view(),
                    keys,
                    &policy,
                    time,
                    scratch_at,
                    scratch_len,
                    verified_at,
                    report_at,
                ),
                2 => vtok_verify_unsecured(
                    lent_token.view(),
                    &policy,
                    time,
                    scratch_at,
                    scratch_len,
                    verified_at,
                    report_at,
                ),
                _ => vtok_verify_in_place(
                    lent_token.at(),
                    token.len(),
                    keys,
                    &policy,
                    time,
                    verified_at,
                    report_at,
                ),
            }
        });
        for lent in [&lent_token, &scratch, &report, &shared, &self.verified] {
            lent.check();
        }
        assert!(!overlaps || status != OK);
        let is_output = !matches!(fault, 2 | 3 | 5);
        if status == OVERLAP {
            assert!(lent_token.bytes() == token && report.is_zero() && shared.is_zero());
        }
        if status == OVERLAP || !is_output {
            assert!(status != OK && self.verified.bytes() == before);
        } else {
            assert!(status == OK || self.verified.is_zero());
            self.is_verified = status == OK;
        }
        if way == 0 || way == 2 {
            assert_eq!(lent_token.bytes(), token, "the token is only read");
        }
        if status == OK {
            self.accepted += 1;
            // SAFETY: the output of a call that succeeded.
            let verified = unsafe { verified_at.read() };
            let owner = if way == 0 || way == 2 {
                &scratch
            } else {
                &lent_token
            };
            assert_eq!(verified.is_verified, 1);
            assert!(verified.payload.len == 0 || owner.contains(verified.payload));
            assert!(way == 2 || self.is_keys(keys));
            if !report_at.is_null() {
                // SAFETY: as above.
                let report = unsafe { report_at.read() };
                assert_eq!(report.failed, 0);
            }
        }
        self.held.extend([lent_token, scratch]);
    }

    /// The result, or one that is none.
    fn any_verified(&mut self, input: &mut Input<'_>) -> (*const vtok_verified, bool) {
        let mut copy = Lent::new(self.verified.bytes(), 0);
        let at = copy.object::<vtok_verified>();
        let is_changed = match input.below(8) {
            // SAFETY: a copy of this type.
            0 => unsafe {
                (*at).payload.len ^= 1 + usize::from(input.byte());
                true
            },
            // SAFETY: as above.
            1 => unsafe {
                (*at).payload.ptr = (*at).payload.ptr.wrapping_add(8);
                true
            },
            // SAFETY: as above.
            2 => unsafe {
                (*at).is_verified ^= 1;
                true
            },
            3 => {
                self.held.push(copy);
                return (ptr::null(), false);
            }
            _ => false,
        };
        self.held.push(copy);
        (at, self.is_verified && !is_changed)
    }

    fn keep(&mut self, status: i32, mut value: Lent) {
        value.check();
        if status == OK {
            // SAFETY: the output of a call that succeeded.
            self.values
                .push_front(unsafe { value.object::<vtok_value>().read() });
            self.values.truncate(4);
        } else {
            assert!(value.is_zero(), "a value of a call that failed");
        }
    }

    fn read_claims(&mut self, input: &mut Input<'_>) {
        let (verified, is_good) = self.any_verified(input);
        let which = input.below(7);
        let name = match input.below(6) {
            0 => b"iss".as_slice(),
            1 => b"a",
            2 => b"/a/1/b",
            3 => b"alg",
            4 => b"exp",
            _ => input.text(),
        };
        let name = self.hold(name);
        let mut value = Lent::of::<vtok_value>();
        let mut other = Lent::of::<vtok_value>();
        let mut text = Lent::zeroed(usize::from(input.byte()));
        let mut len = Lent::of::<usize>();
        // SAFETY: a result or what is none, views of what is held, and outputs.
        let status = documented(unsafe {
            match which {
                0 => vtok_claim(verified, name, value.object()),
                1 => vtok_claim_localized(verified, name, name, value.object()),
                2 => vtok_claim_at(verified, name, value.object()),
                3 => vtok_claim_string(verified, name, text.at(), text.len, len.object()),
                4 => {
                    let index = usize::from(input.byte());
                    let (name, value) = (other.object(), value.object());
                    match vtok_claim_by_index(verified, index, name, value) {
                        OK if input.one_in(2) => vtok_claim_next(value, name, value),
                        status => status,
                    }
                }
                5 => vtok_introspected_of(verified, value.object()),
                _ => vtok_header(verified, name, value.object()),
            }
        });
        for lent in [&other, &text, &len] {
            lent.check();
        }
        assert!(is_good || status != OK, "a claim that was not verified");
        self.keep(if which == 3 { 1 } else { status }, value);
    }

    fn read_values(&mut self, input: &mut Input<'_>) {
        let mut at = self.values.front().copied().unwrap_or_else(zeroed);
        let is_changed = input.one_in(4);
        if is_changed {
            at.json.len ^= 1 + usize::from(input.byte());
        }
        let is_value = !self.values.is_empty() && !is_changed;
        let which = input.below(8);
        let name = self.hold(input.text());
        let mut value = Lent::of::<vtok_value>();
        let mut text = Lent::zeroed(usize::from(input.byte()));
        let mut len = Lent::of::<usize>();
        let mut number = Lent::of::<i64>();
        let mut found = Lent::of::<vtok_bytes>();
        // SAFETY: a value or what is none, views of what is held, and outputs.
        let status = documented(unsafe {
            match which {
                0 => vtok_value_member(&at, name, value.object()),
                1 => match vtok_value_element(&at, usize::from(input.byte()), value.object()) {
                    OK if input.one_in(2) => vtok_value_next(value.object(), value.object()),
                    status => status,
                },
                2 => vtok_value_string(&at, text.at(), text.len, len.object()),
                3 => vtok_value_view(&at, found.object()),
                4 => vtok_value_integer(&at, number.object()),
                5 => vtok_value_date(&at, number.object()),
                6 => vtok_value_member(&at, view(b"b"), value.object()),
                _ => match vtok_value_equals(&at, name) {
                    0 => NOT_INITIALIZED,
                    one => {
                        assert_eq!(one, 1);
                        OK
                    }
                },
            }
        });
        for lent in [&text, &len, &number, &found] {
            lent.check();
        }
        assert!(is_value || status == NOT_INITIALIZED);
        self.keep(
            if matches!(which, 0 | 1 | 6) {
                status
            } else {
                1
            },
            value,
        );
    }

    fn peek(&mut self, input: &mut Input<'_>) {
        let token = self.any_token(input);
        let token = self.hold(&token);
        let name = self.hold(input.text());
        let mut value = Lent::of::<vtok_value>();
        let unverified = self.unverified.object();
        // SAFETY: views of what is held, an object of this type, and outputs.
        let status = documented(unsafe {
            match input.below(4) {
                0 | 1 => {
                    let status = vtok_peek(token, unverified);
                    assert!(status == OK || self.unverified.is_zero());
                    documented(status);
                    // What nobody has verified is no result.
                    let mut none = Lent::of::<vtok_value>();
                    let verified = self.unverified.at().cast::<vtok_verified>();
                    assert_ne!(vtok_claim(verified, name, none.object()), OK);
                    NOT_INITIALIZED
                }
                2 => vtok_unverified_header(unverified, view(b"alg"), value.object()),
                _ => vtok_unverified_claim(unverified, name, value.object()),
            }
        });
        self.keep(status, value);
    }

    fn replay(&mut self, input: &mut Input<'_>) {
        let (verified, is_good) = self.any_verified(input);
        let guard = match input.below(6) {
            0 => ptr::null_mut(),
            1 => self.guard_at.wrapping_byte_add(8),
            _ => self.guard_at,
        };
        let is_guard = !guard.is_null() && ptr::eq(guard, self.guard_at);
        // Memory that no guard is in may not be read.
        let guard = if is_guard || self.guard.len >= 64 {
            guard
        } else {
            ptr::null_mut()
        };
        let time = vtok_time {
            earliest: NOW,
            latest: NOW + i64::from(input.byte()) * 8,
        };
        let mut count = Lent::of::<usize>();
        match input.below(8) {
            0 | 1 => {
                let (capacity, len) = (input.below(5), usize::from(input.byte()));
                let mut memory = Lent::new(&vec![0; len], usize::from(input.one_in(8)));
                let mut out = Lent::of::<*mut vtok_replay>();
                // SAFETY: memory of this length, and an output.
                let status = documented(unsafe {
                    vtok_replay_init(memory.at().cast(), len, capacity, out.object())
                });
                out.check();
                if status == OK {
                    // SAFETY: the output of a call that succeeded.
                    self.guard_at = unsafe { out.object::<*mut vtok_replay>().read() };
                    self.guard = memory;
                }
            }
            2 => {
                let mut out = Lent::zeroed(usize::from(input.byte()));
                // SAFETY: a guard or what is none, a buffer, and an output.
                let status = documented(unsafe {
                    vtok_replay_save(guard, out.at(), out.len, count.object())
                });
                out.check();
                assert!(is_guard || status != OK);
                if status == OK {
                    // SAFETY: the output of a call that succeeded.
                    let len = unsafe { count.object::<usize>().read() };
                    self.saved_guard = out.bytes()[..len].to_vec();
                }
            }
            3 => {
                let mut saved = self.saved_guard.clone();
                change(&mut saved, input);
                let saved = self.hold(&saved);
                let before = self.guard.bytes().to_vec();
                // SAFETY: a guard or what is none, and a view of what is held.
                let status = documented(unsafe { vtok_replay_restore(guard, saved) });
                assert!(status == OK || self.guard.bytes() == before);
            }
            4 => {
                // SAFETY: a guard or what is none, and an output.
                let status = documented(unsafe { vtok_replay_count(guard, count.object()) });
                assert_eq!(status == OK, is_guard);
            }
            _ => {
                let key = u32::from(input.byte() % 4);
                // SAFETY: a guard and a result, or what is none.
                let admit = || unsafe { vtok_replay_admit(guard, verified, key, time) };
                let status = documented(admit());
                assert!(status != OK || is_guard && is_good);
                // The same token a second time.
                assert!(status != OK || documented(admit()) != OK);
            }
        }
        count.check();
    }

    fn client(&mut self, input: &mut Input<'_>) -> vtok_client {
        let mut client = vtok_client {
            size: mem::size_of::<vtok_client>(),
            algorithms: VTOK_ALG_HS256,
            security_profile: VTOK_SECURITY_OPENID,
            issuer_parameter: VTOK_ISSUER_PARAMETER_OPTIONAL,
            sender_constraint: VTOK_CONSTRAINT_NONE,
            issuer: view(ISSUER),
            client_id: view(CLIENT),
            redirect_uri: view(b"https://rp.example/cb"),
            authorization_endpoint: view(b"https://op.example/a"),
            ..zeroed()
        };
        match input.below(16) {
            0 => client.size += 8,
            1 => client.security_profile = u32::from(input.byte() % 4),
            2 => client.flags = u32::from(input.byte()),
            3 => client.issuer = self.hold(input.text()),
            4 => client.client_id = vtok_bytes { len: 3, ..NONE },
            5 => client.trusted_audiences_len = usize::from(input.byte()),
            6 => client.sender_constraint = u32::from(input.byte() % 4),
            _ => {}
        }
        client
    }

    fn exchange(&mut self, input: &mut Input<'_>) {
        let client = self.client(input);
        let mut out = Lent::zeroed(usize::from(input.byte()) * 8);
        let mut len = Lent::of::<usize>();
        let mut request = self.request.clone();
        if input.one_in(3) {
            change(&mut request, input);
        }
        let mut request = Lent::new(&request, 0);
        match input.below(4) {
            0 => {
                let options = vtok_request_options {
                    size: mem::size_of::<vtok_request_options>() - 8 * usize::from(input.one_in(8)),
                    flow: u32::from(input.byte() % 7),
                    response_mode: u32::from(input.byte() % 8),
                    prompt: u32::from(input.byte() % 16),
                    scope: NONE,
                    claims: match input.below(3) {
                        0 => self.hold(input.text()),
                        _ => NONE,
                    },
                    ..zeroed()
                };
                let random: Vec<u8> = (0..=input.byte()).collect();
                // SAFETY: structures with views of what is held, a buffer, and an output.
                let status = documented(unsafe {
                    vtok_request_init(
                        &client,
                        &options,
                        view(&random),
                        out.at(),
                        out.len,
                        len.object(),
                    )
                });
                if status == OK {
                    // SAFETY: the output of a call that succeeded.
                    let len = unsafe { len.object::<usize>().read() };
                    self.request = out.bytes()[..len].to_vec();
                }
            }
            1 => {
                let is_same = input.one_in(4);
                let at = if is_same { request.at() } else { out.at() };
                let capacity = if is_same { request.len } else { out.len };
                // SAFETY: as above; now and then the buffer is the request itself.
                let status = documented(unsafe {
                    vtok_request_url(&client, request.view(), at, capacity, len.object())
                });
                assert!(!is_same || capacity == 0 || status != OK);
            }
            _ => {
                let mut parameters = Lent::new(input.text(), 0);
                let mut response = Lent::of::<vtok_response>();
                let mut denied = Lent::of::<vtok_error_response>();
                let channel = u32::from(input.byte() % 5);
                // SAFETY: as above.
                let status = documented(unsafe {
                    vtok_response_read(
                        &client,
                        request.view(),
                        parameters.at(),
                        parameters.len,
                        channel,
                        response.object(),
                        denied.object(),
                    )
                });
                let mut authorized = Lent::of::<vtok_authorized>();
                // SAFETY: as above; a response that was not read is none.
                let released = documented(unsafe {
                    vtok_response_without_id_token(
                        &client,
                        request.view(),
                        response.object(),
                        authorized.object(),
                    )
                });
                assert!(status == OK || released != OK && response.is_zero());
                assert!(released == OK || authorized.is_zero());
                for lent in [&parameters, &response, &denied, &authorized] {
                    lent.check();
                }
            }
        }
        for lent in [&out, &len, &request] {
            lent.check();
        }
    }

    fn sessions(&mut self, input: &mut Input<'_>) {
        let client = self.client(input);
        if input.one_in(3) {
            change(&mut self.session, input);
        } else if input.one_in(2) {
            self.session = SAVED_SESSION.to_vec();
        }
        let session = self.session.clone();
        let session = self.hold(&session);
        match input.below(4) {
            0 => {
                let json = match input.below(2) {
                    0 => br#"{"sub":"u","email":"a@b"}"#,
                    _ => input.text(),
                };
                let json = self.hold(json);
                let out = self.verified.object();
                // SAFETY: structures with views of what is held, and an output.
                let status =
                    documented(unsafe { vtok_session_userinfo(&client, session, json, out) });
                assert!(status == OK || status == OVERLAP || self.verified.is_zero());
                self.is_verified = status == OK || status == OVERLAP && self.is_verified;
            }
            1 => {
                let (verified, _) = self.any_verified(input);
                let mut is_ended = Lent::of::<u32>();
                // SAFETY: as above.
                documented(unsafe {
                    vtok_session_is_ended_by(&client, session, verified, is_ended.object())
                });
                is_ended.check();
            }
            3 => self.refresh(&client, session, input),
            _ => {
                let mut query = Lent::new(input.text(), 0);
                let mut id = Lent::of::<vtok_bytes>();
                // SAFETY: as above.
                let status = documented(unsafe {
                    vtok_front_channel_logout(&client, session, query.at(), query.len, id.object())
                });
                assert!(status == OK || id.is_zero());
                query.check();
                id.check();
            }
        }
    }

    /// Tokens of a refresh or a device, whose ID Token is verified before anything is released.
    fn refresh(&mut self, client: &vtok_client, session: vtok_bytes, input: &mut Input<'_>) {
        let keys = self.any_keys(input);
        let token = String::from_utf8_lossy(&self.any_token(input)).into_owned();
        let json = match input.below(2) {
            0 => format!(r#"{{"access_token":"t","token_type":"Bearer","id_token":"{token}"}}"#),
            _ => String::from_utf8_lossy(input.text()).into_owned(),
        };
        let mut json = Lent::new(json.as_bytes(), 0);
        let mut scratch = Lent::zeroed(json.len);
        let mut pending = Lent::of::<vtok_pending_tokens>();
        let mut denied = Lent::of::<vtok_error_response>();
        let mut verified = Lent::of::<vtok_verified_tokens>();
        let mut report = Lent::of::<vtok_report>();
        let time = vtok_time {
            earliest: NOW,
            latest: NOW,
        };
        let is_device = input.one_in(3);
        let (at, len) = (json.at(), json.len);
        // SAFETY: structures with views of what is held, buffers, and outputs.
        let read = documented(unsafe {
            let (pending, denied) = (pending.object(), denied.object());
            match is_device {
                true => vtok_device_response(client, at, len, pending, denied),
                false => vtok_refresh_response(client, session, at, len, pending, denied),
            }
        });
        assert!(read == OK || pending.is_zero());
        assert!(is_device || session.len > 0 || read != OK);
        let (to, room) = (scratch.at(), scratch.len);
        // SAFETY: as above; what was not read is none.
        let status = documented(unsafe {
            let (pending, verified) = (pending.object(), verified.object());
            let report = report.object();
            match is_device {
                true => vtok_device_verify(client, pending, keys, time, to, room, verified, report),
                false => vtok_refresh_verify(
                    client, session, pending, keys, time, to, room, verified, report,
                ),
            }
        });
        assert!(status != OK || read == OK);
        assert!(status == OK || verified.is_zero());
        for lent in [&json, &scratch, &pending, &denied, &verified, &report] {
            lent.check();
        }
    }

    fn rotate(&mut self, input: &mut Input<'_>) {
        let keys = self.any_keys(input);
        let now = u64::from(input.byte()) * 60;
        let kid = self.hold(input.text());
        let rotation = self.rotation.object();
        let mut advice = Lent::of::<u32>();
        let mut etag = Lent::of::<vtok_bytes>();
        // SAFETY: objects of their types or what is none, views of what is held, and outputs.
        documented(unsafe {
            match input.below(7) {
                0 => vtok_rotation_init(ptr::null(), rotation),
                1 => vtok_rotation_advise(rotation, keys, kid, now, advice.object()),
                2 => vtok_rotation_fetched(rotation, now, i64::from(input.byte()) - 9, kid),
                3 => vtok_rotation_not_modified(rotation, now, -1),
                4 => vtok_rotation_failed(rotation, now),
                5 => vtok_rotation_etag(rotation, etag.object()),
                _ => vtok_rotation_advise(
                    rotation.wrapping_byte_add(4),
                    keys,
                    kid,
                    now,
                    advice.object(),
                ),
            }
        });
        advice.check();
        etag.check();
    }

    fn decrypt(&mut self, input: &mut Input<'_>) {
        let keys = self.decryption_keys.object();
        let bytes = self.hold(input.text());
        // SAFETY: an object of its type, and views of what is held.
        documented(unsafe {
            match input.below(8) {
                0 => vtok_decryption_keys_init(keys),
                1 => vtok_decryption_keys_add_secret(keys, view(CEK), NONE),
                2 => vtok_decryption_keys_add_secret(keys, bytes, NONE),
                3 => vtok_decryption_keys_add_jwk(keys, bytes, u32::from(input.byte() % 3)),
                4 => {
                    vtok_decryption_keys_add_scalar(keys, u32::from(input.byte() % 7), bytes, NONE)
                }
                5 => vtok_decryption_keys_clear(keys),
                _ => OK,
            }
        });
        let blinding = [1; 32];
        let decryption = vtok_decryption {
            size: mem::size_of::<vtok_decryption>(),
            key_management: match input.below(4) {
                0 => u32::from(input.byte()) * 16,
                _ => 0x7fe,
            },
            content_encryption: 0x1e,
            keys,
            blinding: match input.one_in(4) {
                true => ptr::null(),
                false => blinding.as_ptr(),
            },
        };
        let mut token = Lent::new(input.text(), 0);
        let before = token.bytes().to_vec();
        let mut unverified = Lent::of::<vtok_bytes>();
        // SAFETY: a structure, a buffer, and an output.
        let status = documented(unsafe {
            vtok_decrypt(token.at(), token.len, &decryption, unverified.object())
        });
        assert!(status == OK || unverified.is_zero() && token.bytes() == before);
        token.check();
        unverified.check();
    }

    fn tools(&mut self, input: &mut Input<'_>) {
        let mut json = Lent::new(input.text(), 0);
        let mut out = Lent::of::<vtok_time>();
        let mut tokens = Lent::of::<vtok_tokens>();
        let mut device = Lent::of::<vtok_device>();
        let mut denied = Lent::of::<vtok_error_response>();
        let mut uri = Lent::of::<vtok_bytes>();
        let which = input.below(9);
        let time = vtok_time {
            earliest: NOW,
            latest: NOW + i64::from(input.byte()),
        };
        // SAFETY: buffers of their lengths, objects of their types, and outputs.
        let status = documented(unsafe {
            match which {
                0 => vtok_time_of_rtc(u32::from(input.byte() % 4), json.view(), 1, 1, out.object()),
                1 => vtok_time_not_before(time, NOW + i64::from(input.byte()), out.object()),
                2 => vtok_time_advanced(time, u64::from(input.byte()) << 32, 20, out.object()),
                3 => {
                    vtok_token_response_read(json.at(), json.len, tokens.object(), denied.object())
                }
                4 => vtok_device_read(json.at(), json.len, device.object(), denied.object()),
                5 => {
                    let status = vtok_metadata_read(
                        json.at(),
                        json.len,
                        view(ISSUER),
                        self.metadata.object(),
                    );
                    assert!(status == OK || self.metadata.is_zero());
                    status
                }
                6 => vtok_metadata_endpoint(
                    self.metadata.object(),
                    u32::from(input.byte() % 13),
                    uri.object(),
                ),
                7 => vtok_wipe(json.at(), json.len),
                _ => {
                    let policy = vtok_policy {
                        size: mem::size_of::<vtok_policy>(),
                        profile: VTOK_PROFILE_DPOP_PROOF,
                        algorithms: VTOK_ALG_ES256,
                        http_method: view(b"GET"),
                        http_uri: view(b"https://api.example/a"),
                        max_iat_age: 60,
                        flags: VTOK_POLICY_MAX_IAT_AGE,
                        ..zeroed()
                    };
                    let mut scratch = Lent::zeroed(json.len);
                    let mut thumbprint = Lent::of::<[u8; 43]>();
                    let mut verified = Lent::of::<vtok_verified>();
                    let status = crate::dpop::vtok_verify_dpop(
                        json.view(),
                        &policy,
                        time,
                        scratch.at(),
                        scratch.len,
                        thumbprint.object(),
                        verified.object(),
                        ptr::null_mut(),
                    );
                    for lent in [&scratch, &thumbprint, &verified] {
                        lent.check();
                    }
                    assert!(status == OK || thumbprint.is_zero() && verified.is_zero());
                    status
                }
            }
        });
        if status != OK {
            assert!(
                [&out, &tokens, &device, &uri]
                    .iter()
                    .all(|out| out.is_zero())
            );
        }
        for lent in [&json, &out, &tokens, &device, &denied, &uri] {
            lent.check();
        }
        // What the metadata borrow stays as it is.
        self.held.push(json);
    }
}

/// A byte that differs, one too few, or one too many.
fn change(bytes: &mut Vec<u8>, input: &mut Input<'_>) {
    let at = usize::from(input.byte()) * bytes.len() / 256;
    match input.below(3) {
        0 if at < bytes.len() => bytes[at] ^= input.byte(),
        1 => bytes.truncate(at),
        _ => bytes.insert(at, input.byte()),
    }
}

/// # Safety
/// As `vtok_introspected`.
unsafe fn vtok_introspected_of(verified: *const vtok_verified, value: *mut vtok_value) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { crate::dpop::vtok_introspected(verified, VTOK_PROVEN_NONE, NONE, 0, value) }
}
