#!/usr/bin/env python3
"""Writes case lines for `ffi/tests/cases.c` and `verify --jsonl`: from each line of the sample,
changed tokens, key sets and policies; and HS256 tokens signed here, over a table of claims, headers
and policies. It knows no verdict: the two programs must agree. Always the same lines.

    make_cases.py tests/vectors/cases_sample.jsonl
"""

import base64
import hashlib
import hmac
import json
import pathlib
import random
import sys

NOW = 1_700_000_000
SECRET = b"0123456789abcdef0123456789abcdef"
RANDOM = random.Random(1)
ALGORITHMS = [f"{family}{bits}" for family in ("HS", "RS", "PS", "ES") for bits in (256, 384, 512)] + ["EdDSA"]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def emit(name, token, jwks, policy):
    # The key set is spliced in as text: what is odd about it must arrive.
    head = json.dumps({"id": name, "token": token})[:-1]
    print(f'{head}, "jwks": {jwks}, "policy": {json.dumps(policy)}}}')


def vectors(folder):
    """The published vectors, by their signature, and ID Tokens as such too."""
    for name in ("rfc7515", "rfc7520", "rfc8037", "oidc_core"):
        for line in open(folder / f"{name}.jsonl", encoding="utf-8"):
            vector = json.loads(line)
            key = vector["key"]
            if "secret_b64u" in key:
                key = {"kty": "oct", "k": key["secret_b64u"]}
            jwks = json.dumps({"keys": [key]})
            policy = {"mode": "jws", "algs": ALGORITHMS, "now": NOW, "leeway": 0}
            emit(vector["id"], vector["token"], jwks, policy)
            if "iss" in vector["checks"]:
                emit(f'{vector["id"]}/id_token', vector["token"], jwks, {**policy, "mode": "id_token", **vector["checks"]})


def change_sample(path):
    for line in open(path, encoding="utf-8"):
        case = json.loads(line)
        name, token, policy = case["id"], case["token"], case["policy"]
        jwks = json.dumps(case["jwks"])
        for n, changed in enumerate(tokens(token)):
            emit(f"{name}/token/{n}", changed, jwks, policy)
        for n, changed in enumerate(key_sets(case["jwks"])):
            emit(f"{name}/keys/{n}", token, changed, policy)
        for n, changed in enumerate(policies(policy)):
            emit(f"{name}/policy/{n}", token, jwks, changed)


def tokens(token):
    alphabet = "ABCDabcd0189-_=.+/ \n\0é\ud800"
    for _ in range(12):
        at = RANDOM.randrange(len(token))
        letter = RANDOM.choice(alphabet)
        yield token[:at] + letter + token[at + 1 :]
        yield token[:at] + letter + token[at:]
        yield token[:at] + token[at + 1 :]
    parts = token.split(".")
    for k in range(len(parts)):
        yield ".".join(parts[:k] + [""] + parts[k + 1 :])
        yield ".".join(parts[: k + 1])
        yield ".".join(parts[:k] + [parts[k] * 2] + parts[k + 1 :])
    yield token + ".a.b"
    yield token + "A" * 70_000
    yield ""


def key_sets(jwks):
    text = json.dumps(jwks)
    keys = jwks.get("keys", []) if isinstance(jwks, dict) else []
    yield from ("{}", "[]", "null", '{"keys":{}}', '{"keys":[]}', '{"keys":[],"keys":[]}', '"x"')
    yield text.replace('"keys"', '"k\\u0065ys"')
    yield text.replace('"kty"', '"kty":1,"kty"')
    yield json.dumps({"keys": keys * 2})
    yield json.dumps({"keys": [1, None, {}, {"kty": "x"}] + keys})
    for member, value in (
        ("kid", "other"), ("kid", 1), ("kid", "k" * 257), ("use", "enc"), ("key_ops", ["sign"]),
        ("alg", "none"), ("alg", "ES256"), ("d", "AA"), ("k", "AA"), ("n", "AQAB"), ("e", "AQ"),
        ("x", "AA"), ("y", "AA=="), ("crv", "P-256K"), ("kty", "RSA"), ("kty", "oct"),
    ):
        yield json.dumps({"keys": [{**key, member: value} for key in keys]})


def policies(policy):
    for changes in (
        {"algs": []}, {"algs": ["none", "XX"]}, {"algs": ["HS256", "RS256", "ES256", "EdDSA"]},
        {"now": 0}, {"now": -1}, {"now": 10**30}, {"now": NOW + 10**6}, {"leeway": 600},
        {"leeway": 601}, {"leeway": 10**12}, {"iss": "é\u0000"}, {"iss": ""}, {"aud": "other"},
        {"nonce": "n"}, {"max_age": 0}, {"max_age": 10**9}, {"acr_values": []}, {"acr_values": ["a"]},
        {"acr_values": ["a"] * 17}, {"trusted_aud": ["b"] * 16}, {"trusted_aud": ["b"] * 17},
        {"typ": "JWT"}, {"typ": ""}, {"require_at_hash": True}, {"require_c_hash": True},
        {"access_token": "t"}, {"code": "c"}, {"code": ""}, {"state": "s"}, {"require_exp": True},
    ):
        yield {**policy, **changes}
    for mode in ("jws", "jwt", "id_token", "logout_token", "at_jwt", "other"):
        yield {**policy, "mode": mode}


ODD = [None, True, 0, -1, 1.5, "", "x", "é\u0000\"\\", "\U0001f600", [], [1], ["a", "b"], {}, {"a": 1}]
ODD += [10**20, NOW, NOW + 1, NOW - 1, float(NOW), str(NOW)]
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
CLAIMS = {
    "iss": "https://op.example", "sub": "subject\n", "aud": "client-1", "exp": NOW + 60, "iat": NOW,
    "nbf": NOW, "auth_time": NOW - 5, "nonce": "n", "acr": "a", "amr": ["pwd"], "azp": "client-1",
    "sid": "s", "jti": "j", "client_id": "c", "at_hash": "x", "c_hash": "x", "s_hash": "x",
    "events": {LOGOUT: {}}, "cnf": {"jkt": "x"}, "htm": "GET", "htu": "u", "ath": "x",
}
BASES = {
    "jws": {}, "jwt": {}, "id_token": {"sub", "nonce", "auth_time", "acr"},
    "logout_token": {"sub", "jti", "events", "exp", "sid"},
    "at_jwt": {"sub", "jti", "client_id", "exp"},
}
TYPES = {"logout_token": "logout+jwt", "at_jwt": "at+jwt"}


def sign(header, payload):
    text = b64(header.encode("utf-8", "surrogatepass")) + "." + b64(payload)
    return text + "." + b64(hmac.digest(SECRET, text.encode(), hashlib.sha256))


def signed():
    jwks = json.dumps({"keys": [{"kty": "oct", "kid": "h", "k": b64(SECRET)}]})
    for mode, more in BASES.items():
        policy = {"mode": mode, "algs": ["HS256"], "now": NOW, "leeway": 0}
        policy.update({"iss": "https://op.example", "aud": "client-1"} if mode != "jws" else {})
        strict = {**policy, "nonce": "n", "max_age": 60, "acr_values": ["a"]} if mode == "id_token" else policy
        header = {"alg": "HS256", "kid": "h", **({"typ": TYPES[mode]} if mode in TYPES else {})}
        names = {"iss", "sub", "aud", "exp", "iat", *more}
        good = {name: CLAIMS[name] for name in CLAIMS if name in names}
        for name in CLAIMS:
            changes = [{k: v for k, v in good.items() if k != name}]
            changes += [{**good, name: value} for value in [CLAIMS[name], *ODD]]
            for n, claims in enumerate(changes):
                token = sign(json.dumps(header), json.dumps(claims).encode())
                for kind, each in (("plain", policy), ("strict", strict)):
                    emit(f"{mode}/{name}/{n}/{kind}", token, jwks, each)
        payload = json.dumps(good).encode()
        odd_payloads = [
            b"", b"{}", b"[]", b"null", payload[:-1], payload + b" x", b"\xef\xbb\xbf" + payload,
            payload.replace(b'"sub"', b'"s\\u0075b"'), payload[:-1] + b',"sub":"again"}',
            payload[:-1] + b',"x":"\xff"}', payload[:-1] + b',"x":"\\ud800"}',
            payload[:-1] + b',"x":' + b"[" * 80 + b"]" * 80 + b"}",
            b"{" + b",".join(b'"%d":0' % n for n in range(300)) + b"}",
        ]
        for n, text in enumerate(odd_payloads):
            emit(f"{mode}/payload/{n}", sign(json.dumps(header), text), jwks, policy)
        for n, (member, value) in enumerate(
            (member, value)
            for member in ("alg", "kid", "typ", "cty", "crit", "b64", "enc", "zip", "jwk", "jku", "x5c", "x")
            for value in [None, *ODD, "none", "RS256", "JWT", "jwt", "application/at+jwt", ["b64"]]
        ):
            token = sign(json.dumps({**header, member: value}), payload)
            emit(f"{mode}/header/{n}", token, jwks, policy)


vectors(pathlib.Path(sys.argv[1]).parent)
change_sample(sys.argv[1])
signed()
