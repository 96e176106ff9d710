#!/usr/bin/env python3
"""Judges recorded exchanges through the C ABI: JSON lines in, as `tests/conformance.rs` writes them
(`VERITOK_EXCHANGES=FILE cargo test --test conformance`), one line `{"id": ..., "answer": ...}` each
out. The answer is the name of the first error, or `accepted`; `tests/support/exchange.rs` judges the
same lines in Rust. Ends with 1 if an answer is not the one that the line expects.

    PYTHONPATH=ffi/python ffi/tests/exchange.py COUNT < EXCHANGES

ends with 1 as well if they are not COUNT.
"""

import json
import sys

import veritok

SECURITY = {
    "openid": veritok.Security.OPENID,
    "fapi1-advanced": veritok.Security.FAPI1_ADVANCED,
    "fapi2": veritok.Security.FAPI2,
}
FLOWS = {
    "code": veritok.Flow.CODE,
    "id_token": veritok.Flow.ID_TOKEN,
    "id_token token": veritok.Flow.ID_TOKEN_TOKEN,
    "code id_token": veritok.Flow.CODE_ID_TOKEN,
    "code token": veritok.Flow.CODE_TOKEN,
    "code id_token token": veritok.Flow.CODE_ID_TOKEN_TOKEN,
}


def client_of(line):
    known, agreed = line["client"], line["decryption"]
    decrypts = agreed and veritok.Decryption([agreed["jwk"]], [agreed["alg"]], [agreed["enc"]])
    return veritok.Client(
        known["issuer"],
        known["client_id"],
        known["redirect_uri"],
        known["authorization_endpoint"],
        known["algs"],
        security=SECURITY[known["security"]],
        constraint=veritok.Constraint[known["constraint"].upper()],
        requires_issuer_parameter={"required": True, "optional": False}[known["issuer_parameter"]],
        encrypted=veritok.Encrypted.ID_TOKEN if agreed else veritok.Encrypted(0),
        decryption=decrypts,
    )


def request_of(line, client):
    asked = line["request"]
    mode = asked["response_mode"]
    texts = {name: asked[name] for name in ("acr_values", "claims") if asked.get(name) is not None}
    made = veritok.Request.new(
        client,
        FLOWS[asked["flow"]],
        scope=asked["scope"],
        response_mode=mode and veritok.ResponseMode[mode.upper().replace(".", "_")],
        max_age=asked.get("max_age"),
        random=bytes.fromhex(asked["random"]),
        **texts,
    )
    return made, bool(mode and mode.endswith(".jwt"))


def play(line, keys):
    now, client = line["now"], client_of(line)
    if line["metadata"] is not None:
        veritok.Metadata(line["metadata"], client.issuer)
    request, is_jwt = request_of(line, client)
    if line["response"] is None:
        return
    channel = veritok.Channel[line["channel"].upper()]
    if is_jwt:
        response = request.response_jwt(line["response"], channel, keys, now)
    else:
        response = request.response(line["response"], channel)
    verifies = response.has_id_token
    authorized = response.verify(keys, now) if verifies else response.without_id_token()
    if line["token_response"]:
        login = authorized.token_response(line["token_response"]).verify(keys, now)
    else:
        login = authorized.login()
    session = veritok.Session(client, bytes(login.session()))
    if line["userinfo"] is not None:
        session.userinfo(line["userinfo"])
    if line["userinfo_jwt"] is not None:
        session.userinfo_jwt(line["userinfo_jwt"], keys, now)
    if line["refresh_response"] is not None:
        session.refresh_response(line["refresh_response"]).verify(keys, now)
    if line["logout_token"] is not None:
        policy = veritok.Policy(
            client.algorithms,
            veritok.Profile.LOGOUT_TOKEN,
            issuer=client.issuer,
            audience=client.client_id,
        )
        logout = veritok.verify(line["logout_token"], keys, policy, now)
        if not session.is_ended_by(logout):
            raise SystemExit(f"{line['id']}: the session of another user")
    if line["jwt"] is not None:
        policy = veritok.Policy(
            client.algorithms,
            veritok.Profile.JWT,
            issuer=client.issuer,
            audience=client.client_id,
        )
        veritok.verify(line["jwt"], keys, policy, now)
    if line["end_session"] is not None:
        end_session = veritok.EndSession(
            "https://op.example/logout",
            client_id=client.client_id,
            post_logout_redirect_uri="https://rp.example/bye",
            state=line["end_session"]["state"],
        )
        end_session.url()
        end_session.check_return(line["end_session"]["returned"])


def judge(line):
    """As Rust does: a key that is not there is looked for once more in a set fetched anew."""
    for jwks in (line["jwks"], line["jwks_after"]):
        try:
            play(line, veritok.Keys.from_jwks(jwks))
        except veritok.Error as error:
            if error.name == "key_not_found" and jwks is line["jwks"] and line["jwks_after"] is not None:
                continue
            return error.name
        return "accepted"


def main():
    played = different = 0
    for text in sys.stdin:
        line = json.loads(text)
        answer = judge(line)
        print(json.dumps({"id": line["id"], "answer": answer}))
        played += 1
        if answer != line["expected"]:
            different += 1
            print(f"{line['id']}: {answer}, not {line['expected']}", file=sys.stderr)
    print(f"{played} exchanges played, {different} of them with another answer", file=sys.stderr)
    return 0 if played == int(sys.argv[1]) and not different else 1


if __name__ == "__main__":
    sys.exit(main())
