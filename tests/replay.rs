//! The replay guard: each token once, remembered for as long as it is accepted, refused when full.

mod support;

use serde_json::{Value, json};
use support::{NOW, Store, id_claims, id_token_policy};
use veritok::{
    Algorithm, Error, Leeway, Policy, ReplayGuard, ReplayKey, ReplayState, ReplayStore, Report,
    Seen, Time, algorithm, save_replay, scratch_len, verify, verify_dpop_proof,
};

const HS256: &[Algorithm<'static>] = &[algorithm::HS256];

/// Verifies a token with these claims, then shows it to the guard.
fn admit<const N: usize>(
    guard: &mut ReplayGuard<N>,
    changes: &Value,
    key: ReplayKey,
    now: i64,
) -> Result<(), Error> {
    admit_under(r#"{"alg":"HS256"}"#, guard, changes, key, now)
}

fn admit_under<const N: usize>(
    header: &str,
    guard: &mut ReplayGuard<N>,
    changes: &Value,
    key: ReplayKey,
    now: i64,
) -> Result<(), Error> {
    admit_within(5, header, guard, changes, key, now)
}

/// The same with a leeway.
fn admit_within<const N: usize>(
    leeway: u32,
    header: &str,
    guard: &mut ReplayGuard<N>,
    changes: &Value,
    key: ReplayKey,
    now: i64,
) -> Result<(), Error> {
    let mut claims = id_claims();
    claims["jti"] = "1".into();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let nonce = claims["nonce"].as_str().unwrap().to_owned();
    let issuer = claims["iss"].as_str().unwrap().to_owned();
    let token = support::sign("HS256", header, claims.to_string());
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let policy = id_token_policy(HS256)
        .nonce(&nonce)
        .issuer(&issuer)
        .leeway(Leeway::all(leeway));
    let (mut scratch, mut report) = (vec![0; scratch_len(token.len())], Report::new());
    let trust = store.keys().into();
    let time = Time::at(now);
    let verified = verify(
        token.as_bytes(),
        trust,
        &policy,
        time,
        &mut scratch,
        &mut report,
    )
    .expect("a good token");
    guard.admit(&verified, key, time)
}

#[test]
fn each_token_once() {
    use ReplayKey::{Nonce, TokenId};
    let mut guard = ReplayGuard::<8>::new();
    let same = json!({});
    assert_eq!(admit(&mut guard, &same, TokenId, NOW), Ok(()));
    assert_eq!(admit(&mut guard, &same, TokenId, NOW), Err(Error::Replayed));
    // Whatever the header says beside.
    let typed = r#"{"typ":"JWT","alg":"HS256"}"#;
    assert_eq!(
        admit_under(typed, &mut guard, &same, TokenId, NOW),
        Err(Error::Replayed)
    );
    // The id in another spelling is the same id; another issuer's or another kind is not.
    assert_eq!(
        admit(&mut guard, &json!({"exp": NOW + 99}), TokenId, NOW),
        Err(Error::Replayed)
    );
    assert_eq!(
        admit(&mut guard, &json!({"iss": "https://other"}), TokenId, NOW),
        Ok(())
    );
    assert_eq!(
        admit(&mut guard, &json!({"jti": "2"}), TokenId, NOW),
        Ok(())
    );
    assert_eq!(
        admit(&mut guard, &json!({"nonce": "1"}), Nonce, NOW),
        Ok(())
    );
    assert_eq!(
        admit(&mut guard, &json!({"nonce": "1", "jti": "3"}), Nonce, NOW),
        Err(Error::Replayed)
    );
    assert_eq!((guard.len(), guard.is_empty()), (4, false));
    assert!(ReplayGuard::<8>::default().is_empty());
    // Issuer and id are kept apart: of one text, cut at two places, are two tokens.
    for cut in [
        json!({"iss": "https://op.example/a", "jti": "bc"}),
        json!({"iss": "https://op.example/ab", "jti": "c"}),
    ] {
        assert_eq!(admit(&mut guard, &cut, TokenId, NOW), Ok(()), "{cut}");
    }
}

#[test]
fn tokens_are_remembered_as_long_as_they_are_accepted() {
    let mut guard = ReplayGuard::<2>::new();
    let until = json!({"exp": NOW + 10});
    assert_eq!(admit(&mut guard, &until, ReplayKey::TokenId, NOW), Ok(()));
    // `exp` and five seconds of leeway: accepted up to the fourteenth second, remembered as long.
    assert_eq!(
        admit(&mut guard, &until, ReplayKey::TokenId, NOW + 14),
        Err(Error::Replayed)
    );
    let later = json!({"jti": "2", "exp": NOW + 100});
    assert_eq!(
        admit(&mut guard, &later, ReplayKey::TokenId, NOW + 14),
        Ok(())
    );
    assert_eq!(guard.len(), 2);
    let third = json!({"jti": "3", "exp": NOW + 100});
    assert_eq!(
        admit(&mut guard, &third, ReplayKey::TokenId, NOW + 14),
        Err(Error::ReplayFull)
    );
    assert_eq!(
        admit(&mut guard, &third, ReplayKey::TokenId, NOW + 15),
        Ok(())
    );
    assert_eq!(guard.len(), 2);
}

/// Where the leeway alone keeps a token acceptable, it is remembered for that.
#[test]
fn an_expired_token_is_taken_once_within_the_leeway() {
    let mut guard = ReplayGuard::<2>::new();
    let expired = json!({"exp": NOW});
    assert_eq!(
        admit(&mut guard, &expired, ReplayKey::TokenId, NOW + 1),
        Ok(())
    );
    for later in 1..5 {
        assert_eq!(
            admit(&mut guard, &expired, ReplayKey::TokenId, NOW + later),
            Err(Error::Replayed)
        );
    }
}

/// After a clock that was ahead, what it made the guard forget is not taken again.
#[test]
fn a_clock_that_was_ahead_lets_no_token_in_twice() {
    let mut guard = ReplayGuard::<2>::new();
    let first = json!({"exp": NOW + 1000});
    assert_eq!(admit(&mut guard, &first, ReplayKey::TokenId, NOW), Ok(()));
    let ahead = json!({"jti": "2", "exp": NOW + 9000});
    assert_eq!(
        admit(&mut guard, &ahead, ReplayKey::TokenId, NOW + 2000),
        Ok(())
    );
    assert_eq!(guard.len(), 1);
    let mut saved = [0; ReplayGuard::<2>::SAVED_LEN];
    let len = guard.save(&mut saved).unwrap();
    let mut restored = ReplayGuard::restore(&saved[..len]).unwrap();
    for guard in [&mut guard, &mut restored] {
        assert_eq!(
            admit(guard, &first, ReplayKey::TokenId, NOW + 20),
            Err(Error::ReplayForgotten)
        );
        // What expires later than what was forgotten was not.
        for (exp, taken) in [(1000, Err(Error::ReplayForgotten)), (1001, Ok(()))] {
            let other = json!({"jti": "3", "exp": NOW + exp});
            assert_eq!(
                admit(guard, &other, ReplayKey::TokenId, NOW + 20),
                taken,
                "{exp}"
            );
        }
    }
}

/// A token that one policy no longer takes is not taken a second time under another.
#[test]
fn no_policy_lets_a_token_in_twice() {
    const HEADER: &str = r#"{"alg":"HS256"}"#;
    let within = |leeway, guard: &mut ReplayGuard<2>, changes: &Value, now| {
        admit_within(
            leeway,
            HEADER,
            guard,
            changes,
            ReplayKey::TokenId,
            NOW + now,
        )
    };
    let (first, other) = (
        json!({"exp": NOW + 10}),
        json!({"jti": "2", "exp": NOW + 99}),
    );
    // Asked for under the longer leeway while it is remembered, it is remembered for that.
    let mut guard = ReplayGuard::new();
    assert_eq!(within(0, &mut guard, &first, 0), Ok(()));
    for now in [5, 11, 69] {
        let again = within(60, &mut guard, &first, now);
        assert_eq!(again, Err(Error::Replayed), "{now}");
    }
    // Forgotten before anybody asked so, it is refused all the same, after a restart too.
    let mut guard = ReplayGuard::new();
    assert_eq!(within(0, &mut guard, &first, 0), Ok(()));
    assert_eq!(within(0, &mut guard, &other, 10), Ok(()));
    assert_eq!(guard.len(), 1);
    let mut saved = [0; ReplayGuard::<2>::SAVED_LEN];
    let len = guard.save(&mut saved).unwrap();
    let mut restored = ReplayGuard::restore(&saved[..len]).unwrap();
    for guard in [&mut guard, &mut restored] {
        let again = within(60, guard, &first, 11);
        assert_eq!(again, Err(Error::ReplayForgotten));
        // The longer leeway is kept, under the shorter one too and over a restart.
        let len = guard.save(&mut saved).unwrap();
        let mut guard = ReplayGuard::restore(&saved[..len]).unwrap();
        let late = json!({"jti": "3", "exp": NOW + 200});
        assert_eq!(within(0, &mut guard, &late, 158), Ok(()));
        let again = within(60, &mut guard, &other, 158);
        assert_eq!(again, Err(Error::Replayed));
        let full = json!({"jti": "4", "exp": NOW + 200});
        assert_eq!(within(0, &mut guard, &full, 158), Err(Error::ReplayFull));
        assert_eq!(within(0, &mut guard, &full, 159), Ok(()));
    }
}

/// A guard that has forgotten nothing refuses nothing that it has not seen.
#[test]
fn an_older_token_is_taken_while_nothing_was_forgotten() {
    let mut guard = ReplayGuard::<2>::new();
    let newer = json!({"exp": NOW + 900});
    assert_eq!(admit(&mut guard, &newer, ReplayKey::TokenId, NOW), Ok(()));
    let older = json!({"jti": "2", "exp": NOW + 1});
    assert_eq!(
        admit(&mut guard, &older, ReplayKey::TokenId, NOW + 5),
        Ok(())
    );
}

#[test]
fn a_wide_interval_forgets_late() {
    let mut guard = ReplayGuard::<2>::new();
    assert_eq!(
        admit(
            &mut guard,
            &json!({"exp": NOW + 10}),
            ReplayKey::TokenId,
            NOW
        ),
        Ok(())
    );
    let mut saved = [0; ReplayGuard::<2>::SAVED_LEN];
    guard.save(&mut saved).unwrap();
    assert_eq!(guard.len(), 1);
    // The earliest that it can be decides, not the latest.
    let token = support::sign("HS256", r#"{"alg":"HS256"}"#, {
        let mut claims = id_claims();
        claims["jti"] = "1".into();
        claims.to_string()
    });
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let (mut scratch, mut report) = (vec![0; scratch_len(token.len())], Report::new());
    let time = Time::between(NOW, NOW + 500);
    let verified = verify(
        token.as_bytes(),
        store.keys().into(),
        &id_token_policy(HS256),
        time,
        &mut scratch,
        &mut report,
    )
    .unwrap();
    assert_eq!(
        guard.admit(&verified, ReplayKey::TokenId, time),
        Err(Error::Replayed)
    );
    assert_eq!(
        guard.admit(&verified, ReplayKey::TokenId, Time::UNKNOWN),
        Err(Error::TimeUnknown)
    );
    // Nothing is forgotten by a time that cannot be.
    assert_eq!(
        guard.admit(
            &verified,
            ReplayKey::TokenId,
            Time::between(NOW + 9000, NOW)
        ),
        Err(Error::TimeReversed)
    );
    assert_eq!(guard.len(), 1);
}

/// What `admit` says to a proof that is accepted `since` seconds after it was made, for up to 60 and 5 more.
fn admit_proof(
    guard: &mut ReplayGuard<2>,
    changes: &Value,
    since: i64,
    key: ReplayKey,
) -> Result<(), Error> {
    admit_proof_by("ES256", guard, changes, since, key)
}

fn admit_proof_by(
    alg: &str,
    guard: &mut ReplayGuard<2>,
    changes: &Value,
    since: i64,
    key: ReplayKey,
) -> Result<(), Error> {
    const URI: &str = "https://api.example/resource";
    let mut claims = json!({"jti": "1", "htm": "POST", "htu": URI, "iat": NOW, "nonce": "n"});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let header = json!({"typ": "dpop+jwt", "alg": alg, "jwk": support::jwk(alg, 0)});
    let proof = support::sign(alg, header.to_string(), claims.to_string());
    let uri = claims["htu"].as_str().unwrap();
    let algorithms = [support::algorithm(alg)];
    let policy = Policy::dpop_proof(&algorithms, "POST", uri, 60)
        .nonce("n")
        .leeway(Leeway::all(5));
    let (mut scratch, mut report) = ([0; 1024], Report::new());
    let time = Time::at(NOW + since);
    let proof = verify_dpop_proof(proof.as_bytes(), &policy, time, &mut scratch, &mut report)
        .expect("a good proof");
    // The proof knows of its policy's leeway.
    guard.admit(proof.token(), key, time)
}

/// RFC 9449 §11.1.
#[test]
fn each_proof_once() {
    use ReplayKey::{Nonce, TokenId};
    let mut guard = ReplayGuard::<2>::new();
    assert_eq!(admit_proof(&mut guard, &json!({}), 0, TokenId), Ok(()));
    // Up to the last second in which it is accepted.
    for since in [0, 60, 65] {
        let again = admit_proof(&mut guard, &json!({}), since, TokenId);
        assert_eq!(again, Err(Error::Replayed), "{since}");
    }
    // Another id, which takes the last place; then the first one's is free again.
    let other = json!({"jti": "2", "iat": NOW + 9});
    assert_eq!(admit_proof(&mut guard, &other, 10, TokenId), Ok(()));
    let third = json!({"htu": "https://api.example/another", "iat": NOW + 60});
    assert_eq!(
        admit_proof(&mut guard, &third, 65, TokenId),
        Err(Error::ReplayFull)
    );
    assert_eq!(admit_proof(&mut guard, &third, 66, TokenId), Ok(()));
    // The ids of another key are others.
    let mut guard = ReplayGuard::<2>::new();
    assert_eq!(admit_proof(&mut guard, &json!({}), 0, TokenId), Ok(()));
    let stranger = admit_proof_by("EdDSA", &mut guard, &json!({}), 0, TokenId);
    assert_eq!(stranger, Ok(()));
    // By the nonce, of a server that gives each once.
    let mut guard = ReplayGuard::<2>::new();
    assert_eq!(admit_proof(&mut guard, &json!({}), 0, Nonce), Ok(()));
    assert_eq!(
        admit_proof(&mut guard, &json!({"jti": "2"}), 0, Nonce),
        Err(Error::Replayed)
    );
    assert_eq!(admit_proof(&mut guard, &json!({}), 0, TokenId), Ok(()));
}

#[test]
fn a_token_without_an_id_is_refused() {
    let token = support::sign(
        "HS256",
        r#"{"alg":"HS256"}"#,
        json!({"exp": NOW + 1}).to_string(),
    );
    let store = Store::pinned(&support::jwk("HS256", 2048));
    let time = Time::at(NOW);
    for (policy, expected) in [
        (Policy::jwt(HS256), Error::JsonNotFound),
        (Policy::jws(HS256), Error::NotClaims),
    ] {
        let (mut scratch, mut report) = (vec![0; scratch_len(token.len())], Report::new());
        let trust = store.keys().into();
        let verified = verify(
            token.as_bytes(),
            trust,
            &policy,
            time,
            &mut scratch,
            &mut report,
        )
        .unwrap();
        let mut guard = ReplayGuard::<2>::new();
        assert_eq!(
            guard.admit(&verified, ReplayKey::TokenId, time),
            Err(expected)
        );
        assert!(guard.is_empty());
    }
}

#[test]
fn state_survives_a_restart() {
    let mut guard = ReplayGuard::<3>::new();
    for jti in ["1", "2"] {
        assert_eq!(
            admit(&mut guard, &json!({"jti": jti}), ReplayKey::TokenId, NOW),
            Ok(())
        );
    }
    let mut saved = [0; ReplayGuard::<3>::SAVED_LEN];
    let len = guard.save(&mut saved).unwrap();
    assert_eq!(len, 13 + 2 * 24);
    assert_eq!(
        guard.save(&mut saved[..len - 1]),
        Err(Error::BufferTooSmall)
    );
    let saved = &saved[..len];
    let mut restored = ReplayGuard::<3>::restore(saved).unwrap();
    assert_eq!(
        admit(&mut restored, &json!({"jti": "2"}), ReplayKey::TokenId, NOW),
        Err(Error::Replayed)
    );
    assert_eq!(
        admit(&mut restored, &json!({"jti": "3"}), ReplayKey::TokenId, NOW),
        Ok(())
    );
    let state = |bytes: &[u8]| ReplayGuard::<3>::restore(bytes).err();
    assert_eq!(state(&[]), Some(Error::ReplayState));
    assert_eq!(state(&[1; 13]), Some(Error::ReplayState));
    for len in [1, 8, 9, 12] {
        assert_eq!(state(&[2; 13][..len]), Some(Error::ReplayState), "{len}");
    }
    assert_eq!(state(&saved[..len - 1]), Some(Error::ReplayState));
    assert_eq!(
        ReplayGuard::<1>::restore(saved).err(),
        Some(Error::ReplayState)
    );
    assert_eq!(state(&[2; 13]), None);
}

#[test]
fn a_full_state_is_restored_over_another() {
    let mut guard = ReplayGuard::<2>::new();
    for jti in ["1", "2"] {
        assert_eq!(
            admit(&mut guard, &json!({"jti": jti}), ReplayKey::TokenId, NOW),
            Ok(())
        );
    }
    let mut saved = [0; ReplayGuard::<2>::SAVED_LEN];
    assert_eq!(guard.save(&mut saved), Ok(saved.len()));
    let mut other = ReplayGuard::<2>::new();
    assert_eq!(
        admit(&mut other, &json!({"jti": "3"}), ReplayKey::TokenId, NOW),
        Ok(())
    );
    let mut one = [0; ReplayGuard::<2>::SAVED_LEN];
    let len = other.save(&mut one).unwrap();
    // Two records fill both places, and nothing of what was there before stays.
    let (mut places, mut kept) = ([Seen::EMPTY; 2], ReplayState::EMPTY);
    for state in [&one[..len], &saved, &saved, &one[..len]] {
        ReplayStore::new(&mut places, &mut kept)
            .restore(state)
            .unwrap();
        let mut again = [0; ReplayGuard::<2>::SAVED_LEN];
        let len = save_replay(&places, &kept, &mut again).unwrap();
        assert_eq!(&again[..len], state);
    }
    // What cannot be restored changes nothing.
    assert_eq!(
        ReplayStore::new(&mut places, &mut kept).restore(&saved[..30]),
        Err(Error::ReplayState)
    );
    assert_eq!(
        (kept.used(), kept.forgotten(), kept.longest()),
        (1, i64::MIN, 5)
    );
    let empty = ReplayState::EMPTY;
    assert_eq!(
        (empty.used(), empty.forgotten(), empty.longest()),
        (0, i64::MIN, 0)
    );
    assert_eq!(ReplayState::new(0, i64::MIN, 0), empty);
}
