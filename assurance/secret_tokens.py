#!/usr/bin/env python3
"""Writes the tokens of secrets.c: for each secret that a token is compared with, the right one, then
one for each position at which it differs first."""

import base64
import hashlib
import hmac
import json

HEADER = b'{"alg":"HS256"}'
SECRET = b"a secret of forty bytes, for tests alone"
VALUES = {"nonce": "n-0S6_WzA2Mj", "at_hash": "an access token", "c_hash": "a code", "s_hash": "a state"}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def half_hash(text):
    return encoded(hashlib.sha256(text.encode()).digest()[:16])


CLAIMS = {
    "iss": "https://op.example", "sub": "1", "aud": "client", "exp": 1_900_000_000, "iat": 1_700_000_000,
    "nonce": VALUES["nonce"], "at_hash": half_hash(VALUES["at_hash"]), "c_hash": half_hash(VALUES["c_hash"]),
    "s_hash": half_hash(VALUES["s_hash"]),
}


def signed(claims):
    text = f"{encoded(HEADER)}.{encoded(json.dumps(claims).encode())}"
    return text, encoded(hmac.digest(SECRET, text.encode(), hashlib.sha256))


def differing(text, end):
    """The text with another letter at each position in turn."""
    for at in range(end):
        yield text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]


def groups():
    text, tag = signed(CLAIMS)
    # The last character of a tag or hash has unused bits, and is left.
    yield "right", [(f"{text}.{tag}", CLAIMS["nonce"])]
    yield "tag", [(f"{text}.{other}", CLAIMS["nonce"]) for other in differing(tag, len(tag) - 1)]
    for name in VALUES:
        end = len(CLAIMS[name]) - (name != "nonce")
        claims = [{**CLAIMS, name: other} for other in differing(CLAIMS[name], end)]
        yield name, [(".".join(signed(changed)), changed["nonce"]) for changed in claims]


def main():
    print("static const struct { const char *name, *token, *nonce; } tokens[] = {")
    for name, tokens in groups():
        for token, nonce in tokens:
            print(f'  {{"{name}", "{token}", "{nonce}"}},')
    print("};")


main()
