//! What a login leaves behind: UserInfo, refreshed tokens, logout.

use veritok_core::{Client, Error, Refused, Session};

use crate::{
    bytes::vtok_bytes,
    call::{Judging, Tools},
    client::{vtok_client, with_client},
    convert::{Zeroed, begin, extent, outcome, output},
    keys::vtok_keys,
    report::vtok_report,
    verify::{vtok_time, vtok_verified},
};

/// Longest session in bytes.
pub const VTOK_SESSION_LEN: usize = 1024;
const _: () = assert!(VTOK_SESSION_LEN == veritok_core::SESSION_LEN);

/// Reads client and session and hands both to `run`.
///
/// # Safety
/// As [`with_client`]; `session` can be read.
pub(crate) unsafe fn with_session(
    client: *const vtok_client,
    session: vtok_bytes,
    run: &mut dyn FnMut(&Client<'_>, &Session) -> Result<(), Refused>,
) -> Result<(), Refused> {
    // SAFETY: the caller's promise.
    unsafe {
        with_client(client, &mut |client| {
            let session = Session::restore(client, session.get()?)?;
            run(client, &session)
        })
    }
}

/// Reads client and session, and has `judge` verify what belongs to them.
///
/// # Safety
/// As [`with_session`] and [`Judging::run`].
unsafe fn judge<T: Zeroed>(
    (client, session): (*const vtok_client, vtok_bytes),
    judging: &Judging,
    extents: Result<(), Error>,
    out: *mut T,
    judge: &mut dyn FnMut(&Client<'_>, &Session, Tools<'_>) -> Result<T, Refused>,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        judging.run(extents, out, &mut |tools| {
            let (mut tools, mut result) = (Some(tools), Err(Error::NotInitialized.into()));
            with_session(client, session, &mut |client, session| {
                let tools = tools.take().ok_or(Error::NotInitialized)?;
                result = Ok(judge(client, session, tools)?);
                Ok(())
            })?;
            result
        })
    }
}

/// Reads a plain UserInfo response (OpenID Connect Core section 5.3.2): its
/// `sub` must be that of the ID Token. `userinfo` borrows `json` and serves
/// `vtok_claim` and its neighbours.
///
/// Errors: the 3xx group; VTOK_SUB_MISSING, VTOK_SUB_TYPE, VTOK_SUB_MISMATCH;
/// VTOK_CLAIM_MISSING for an essential claim that the request asked for;
/// VTOK_TOKEN_NOT_ENCRYPTED or VTOK_RESPONSE_NOT_JWT where UserInfo was agreed
/// to be encrypted or signed; VTOK_SAVED_STATE for a session that is none, or
/// another client's; those of the client (`vtok_request_init`).
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `json` lives as long as what is
/// read from it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_session_userinfo(
    client: *const vtok_client,
    session: vtok_bytes,
    json: vtok_bytes,
    userinfo: *mut vtok_verified,
) -> i32 {
    let written = [extent(userinfo.cast_const())];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let read = [session.extent(), json.extent()];
        let apart = vtok_client::apart(client, &written, &read);
        let userinfo = begin(apart, || output(userinfo))?;
        with_session(client, session, &mut |_, session| {
            *userinfo = vtok_verified::of_claims(&session.userinfo(json.get()?)?);
            Ok(())
        })
    };
    outcome(run())
}

/// Verifies a signed UserInfo response (OpenID Connect Core section 5.3.2), its
/// payload decoded into `scratch`. `userinfo` borrows token and scratch and
/// serves `vtok_claim` and its neighbours. `report` may be NULL.
///
/// Errors: as `vtok_verify` and `vtok_session_userinfo`.
///
/// # Safety
/// `keys` was made by `vtok_keys_init`; the structures, views and buffers hold what their sizes and
/// lengths say; the buffers live as long as what is read from them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_session_userinfo_jwt(
    client: *const vtok_client,
    session: vtok_bytes,
    token: vtok_bytes,
    keys: *const vtok_keys,
    time: vtok_time,
    scratch: *mut u8,
    scratch_len: usize,
    userinfo: *mut vtok_verified,
    report: *mut vtok_report,
) -> i32 {
    let judging = Judging::by_keys(client, keys, time, (scratch, scratch_len), report);
    let [scratch, _, report] = judging.written();
    let written = [scratch, report, extent(userinfo.cast_const())];
    // SAFETY: the caller's promise.
    unsafe {
        let read = [session.extent(), token.extent(), judging.read()];
        let apart = vtok_client::apart(client, &written, &read);
        judge(
            (client, session),
            &judging,
            apart,
            userinfo,
            &mut |client, session, tools| {
                let token = token.required()?;
                let Tools {
                    material,
                    scratch,
                    report,
                    ..
                } = tools;
                let claims = session.userinfo_jwt(client, token, &material, scratch, report)?;
                Ok(vtok_verified::of_claims(&claims))
            },
        )
    }
}

/// Writes to `is_ended` whether a verified Logout Token (profile
/// VTOK_PROFILE_LOGOUT_TOKEN) ends this session: 1 if it names the session, or
/// the user and no session (Back-Channel Logout sections 2.4, 2.7).
///
/// Errors: VTOK_TRUST_MISMATCH for another kind of token; VTOK_NOT_INITIALIZED;
/// as `vtok_session_userinfo`.
///
/// # Safety
/// The structures and views hold what their sizes and lengths say; `logout_token` was filled by a
/// verification whose buffers still live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vtok_session_is_ended_by(
    client: *const vtok_client,
    session: vtok_bytes,
    logout_token: *const vtok_verified,
    is_ended: *mut u32,
) -> i32 {
    let written = [extent(is_ended.cast_const())];
    // SAFETY: the caller's promise.
    let run = || unsafe {
        let apart = vtok_client::apart(client, &written, &[session.extent()])
            .and_then(|()| vtok_verified::apart(logout_token, &written, &[]));
        let is_ended = begin(apart, || output(is_ended))?;
        let token = vtok_verified::get(logout_token)?.logout_token()?;
        with_session(client, session, &mut |_, session| {
            *is_ended = u32::from(session.is_ended_by(&token));
            Ok(())
        })
    };
    outcome(run())
}
