//! Verification.

use core::ptr;

use veritok_core::{
    Claims, Error, Policy, Profile, Refused, Report, Time, Trust, UnsecuredPermit, Verified,
    verify, verify_in_place,
};

use crate::{
    bytes::vtok_bytes,
    convert::{
        Extent, NOWHERE, Sealed, Zeroed, all_apart, extent, optional_output, outcome, output,
        slice_mut,
    },
    keys::vtok_keys,
    policy::{vtok_policy, with_policy},
    report::vtok_report,
};

/// The interval in which the current time lies, in seconds since 1970; an
/// exact time has equal bounds. All-zero: the clock was not set, which refuses
/// whatever depends on the time.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_time {
    /// The earliest that it can be now.
    pub earliest: i64,
    /// The latest that it can be now.
    pub latest: i64,
}

/// A token that fulfilled its policy, or UserInfo that is of the user who
/// logged in. Only a verification fills it; all-zero means not verified. It
/// borrows the token's buffer and, where one was lent, the scratch buffer: both
/// must live and stay as they are while it is used.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct vtok_verified {
    /// 1 if verified.
    pub is_verified: u32,
    /// The algorithm of the signature: n of VTOK_ALG_... = 1 << n; 0 for an
    /// unsecured token and for UserInfo.
    pub algorithm: u32,
    /// The decoded payload.
    pub payload: vtok_bytes,
    /// The library's own.
    pub opaque: [u64; 10],
}

// SAFETY: integers and a view, whose all-zero form is "not set".
unsafe impl Zeroed for vtok_verified {}

/// Tells sealed verifications from other sealed storage.
const SEED: usize = 0x544f_4b45;

/// What was verified.
#[derive(Clone, Copy)]
pub(crate) enum Proven<'b> {
    Token(Verified<'b>),
    Claims(Claims<'b>),
}

impl<'b> Proven<'b> {
    /// A Logout Token.
    pub(crate) fn logout_token(&self) -> Result<Verified<'b>, Error> {
        match self {
            Self::Token(token) if token.profile() == Profile::LogoutToken => Ok(*token),
            _ => Err(Error::TrustMismatch),
        }
    }

    pub(crate) fn claims(&self) -> Result<Claims<'b>, Error> {
        match self {
            Self::Token(token) => token.claims().ok_or(Error::NotClaims),
            Self::Claims(claims) => Ok(*claims),
        }
    }
}

impl vtok_verified {
    pub(crate) const NONE: Self = Self {
        is_verified: 0,
        algorithm: 0,
        payload: vtok_bytes::NONE,
        opaque: [0; 10],
    };

    pub(crate) fn of(token: &Verified<'_>) -> Self {
        let algorithm = token.algorithm();
        let algorithm = algorithm.map_or(0, |algorithm| u32::from(algorithm.number()));
        let doubt = token.proof().doubt();
        Self::sealed(algorithm, token.payload(), Proven::Token(*token), doubt)
    }

    pub(crate) fn of_claims(claims: &Claims<'_>) -> Self {
        Self::sealed(0, claims.json(), Proven::Claims(*claims), 0)
    }

    fn sealed(algorithm: u32, payload: &[u8], proven: Proven<'_>, doubt: u32) -> Self {
        let mut sealed = Self {
            // 1, of a token that was proven.
            is_verified: doubt ^ 1,
            algorithm,
            payload: vtok_bytes::of(payload),
            ..Self::NONE
        };
        Sealed::write(proven, sealed.seed(), &mut sealed.opaque);
        sealed
    }

    fn seed(&self) -> usize {
        SEED ^ self.payload.ptr.addr() ^ self.payload.len
    }

    /// What is written must lie apart from a result, its payload and what else is read.
    ///
    /// # Safety
    /// As [`Self::get`].
    pub(crate) unsafe fn apart(
        this: *const Self,
        written: &[Extent],
        read: &[Extent],
    ) -> Result<(), Error> {
        all_apart(written, read)?;
        all_apart(written, &[extent(this)])?;
        // SAFETY: the caller's promise; `get` has to take the result first.
        let payload = unsafe {
            Self::get(this)?;
            (*this).payload
        };
        all_apart(written, &[payload.extent()])
    }

    /// # Safety
    /// `this` is NULL or points to a result whose buffers still live; C keeps the lifetime.
    pub(crate) unsafe fn get(this: *const Self) -> Result<Proven<'static>, Error> {
        // SAFETY: the caller's promise.
        let this = unsafe { crate::convert::object(this) }?;
        if this.is_verified != 1 {
            return Err(Error::NotInitialized);
        }
        // SAFETY: the caller's promise.
        unsafe { Sealed::read(this.seed(), &this.opaque) }
    }
}

/// Bytes of scratch that a token of `token_len` bytes needs.
#[unsafe(no_mangle)]
pub extern "C" fn vtok_scratch_len(token_len: usize) -> usize {
    veritok_core::scratch_len(token_len)
}

/// What the core has answered.
type Judged<'b> = Result<Verified<'b>, Refused>;

/// What every verification gets from C.
pub(crate) struct Call {
    /// What is only read: the token, unless it is verified in place.
    pub(crate) read: Extent,
    /// What is written: the token in place, or the scratch buffer.
    pub(crate) written: Extent,
    /// Of a DPoP proof: where its key's thumbprint goes.
    pub(crate) thumbprint: Extent,
    /// NULL: none, for an unsecured token and a DPoP proof.
    pub(crate) keys: *const vtok_keys,
    pub(crate) policy: *const vtok_policy,
    pub(crate) time: vtok_time,
    pub(crate) verified: *mut vtok_verified,
    pub(crate) report: *mut vtok_report,
}

impl Call {
    /// What is written must lie apart from all else. Judged before anything is written.
    ///
    /// # Safety
    /// As the functions below promise.
    pub(crate) unsafe fn check_extents(&self) -> Result<(), Error> {
        let keys = match self.keys.is_null() {
            true => Ok(NOWHERE),
            // SAFETY: the caller's promise; `view` has to take the set first.
            false => unsafe { vtok_keys::view(self.keys).map(|_| vtok_keys::extent(self.keys)) },
        };
        let written = [
            self.written,
            self.thumbprint,
            extent(self.verified.cast_const()),
            extent(self.report.cast_const()),
        ];
        all_apart(&written, &[self.read, keys.unwrap_or(NOWHERE)])?;
        // SAFETY: the caller's promise.
        unsafe { vtok_policy::apart(self.policy, &written) }?;
        keys.map(|_| ())
    }

    /// Runs `judge` with the policy, and fills the outputs. An error is one of the arguments.
    ///
    /// # Safety
    /// As the functions below promise.
    pub(crate) unsafe fn run<'b>(
        &self,
        judge: impl FnOnce(&Policy<'_>, Time, &mut Report) -> Result<Judged<'b>, Error>,
    ) -> i32 {
        let mut report = Report::new();
        // SAFETY: the caller's promise.
        let result = unsafe { self.fill(&mut report, judge) };
        conclude(outcome(result), report.proof().doubt())
    }

    /// # Safety
    /// As [`Self::run`].
    unsafe fn fill<'b>(
        &self,
        report: &mut Report,
        judge: impl FnOnce(&Policy<'_>, Time, &mut Report) -> Result<Judged<'b>, Error>,
    ) -> Result<(), Refused> {
        // SAFETY: the caller's promise.
        let extents = unsafe { self.check_extents() };
        if extents == Err(Error::Overlap) {
            return Ok(extents?);
        }
        // SAFETY: the caller's promise; the outputs lie apart.
        let (verified, report_out) =
            unsafe { (output(self.verified), optional_output(self.report)) };
        let mut report_out = report_out?;
        let time = Time::between(self.time.earliest, self.time.latest);
        // SAFETY: the caller's promise.
        let judged = extents.and(verified).and_then(|verified| unsafe {
            let judged = with_policy(self.policy, |policy| judge(policy, time, report))?;
            Ok((verified, judged))
        });
        match (&judged, &mut report_out) {
            (Ok(_), Some(out)) => out.fill(report),
            (Err(error), Some(out)) => out.refuse(*error),
            _ => {}
        }
        let (verified, judged) = judged?;
        // Again: the first time may have been skipped.
        // SAFETY: a reference.
        unsafe { (&raw mut verified.is_verified).write_volatile(0) };
        *verified = vtok_verified::of(&judged?);
        // What was found bears it out, or it is not verified.
        verified.is_verified ^= report.proof().doubt();
        Ok(())
    }
}

/// The status: the code of what failed, or else what still speaks against the token. One skipped
/// instruction leaves either of them in the register that is returned.
#[inline(never)]
const fn conclude(code: i32, doubt: u32) -> i32 {
    if code == 0 { doubt.cast_signed() } else { code }
}

/// Verifies a token; the payload is decoded into `scratch`, for which
/// `vtok_scratch_len(token.len)` bytes always suffice. `report` may be NULL; it
/// is filled whatever the outcome.
///
/// Returns 0 if the token fulfils the policy, else the status of the first
/// failed check; then `verified` is all zero.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the views and buffers hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_verify(
    token: vtok_bytes,
    keys: *const vtok_keys,
    policy: *const vtok_policy,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    verified: *mut vtok_verified,
    report: *mut vtok_report,
) -> i32 {
    let call = Call {
        read: (token.ptr, token.len),
        written: (scratch, scratch_len),
        thumbprint: NOWHERE,
        keys,
        policy,
        time,
        verified,
        report,
    };
    // SAFETY: the caller's promise.
    unsafe {
        call.run(|policy, time, report| {
            let trust = Trust::Keys(vtok_keys::view(keys)?);
            let (token, scratch) = (token.get()?, slice_mut(scratch, scratch_len)?);
            Ok(verify(token, trust, policy, time, scratch, report))
        })
    }
}

/// Verifies a token in its own buffer, without scratch. The buffer is written
/// only after the signature is proven: after a refusal for the form, the
/// header, the key or the signature it is as it was, to be tried with fresh
/// keys. `report` may be NULL.
///
/// Returns as `vtok_verify`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the views and buffers hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_verify_in_place(
    token: *mut u8,
    token_len: usize,
    keys: *const vtok_keys,
    policy: *const vtok_policy,
    time: vtok_time,
    verified: *mut vtok_verified,
    report: *mut vtok_report,
) -> i32 {
    let call = Call {
        read: NOWHERE,
        written: (token, token_len),
        thumbprint: NOWHERE,
        keys,
        policy,
        time,
        verified,
        report,
    };
    // SAFETY: the caller's promise.
    unsafe {
        call.run(|policy, time, report| {
            let trust = Trust::Keys(vtok_keys::view(keys)?);
            let token = slice_mut(token, token_len)?;
            Ok(verify_in_place(token, trust, policy, time, report))
        })
    }
}

/// Verifies an unsecured ID Token (`alg` is `none`), which only the code flow
/// knows and only from the token endpoint (OpenID Connect Core section 2): the
/// caller received it directly over TLS. Every other policy is misuse.
///
/// Returns as `vtok_verify`.
///
/// # Safety
/// The views and buffers hold what their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_verify_unsecured(
    token: vtok_bytes,
    policy: *const vtok_policy,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    verified: *mut vtok_verified,
    report: *mut vtok_report,
) -> i32 {
    let call = Call {
        read: (token.ptr, token.len),
        written: (scratch, scratch_len),
        thumbprint: NOWHERE,
        keys: ptr::null(),
        policy,
        time,
        verified,
        report,
    };
    // SAFETY: the caller's promise.
    unsafe {
        call.run(|policy, time, report| {
            let (token, scratch) = (token.get()?, slice_mut(scratch, scratch_len)?);
            let permit = Trust::Unsecured(UnsecuredPermit::received_from_token_endpoint());
            Ok(verify(token, permit, policy, time, scratch, report))
        })
    }
}
