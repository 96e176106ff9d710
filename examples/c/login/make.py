#!/usr/bin/env python3
"""Writes what a provider answers in `login.c`: the code flow of OpenID Connect Core 1.0, section 3.1,
signed with RS256 by `openssl` and the key of the tests. Always the same bytes.

    examples/c/login/make.py tests/keys/rsa2048.pem
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
KEY = sys.argv[1]
NOW = 1_700_000_000
ISSUER = "https://op.example"
CLIENT = "s6BhdRkqt3"
ACCESS_TOKEN = "SlAV32hkKG"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def sign(claims):
    header = {"alg": "RS256", "kid": "key-1"}
    text = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{text}.{b64(openssl('dgst', '-sha256', '-sign', KEY, data=text.encode()))}"


def left_half(value):
    return b64(hashlib.sha256(value.encode()).digest()[:16])


def write(name, data):
    (HERE / name).write_bytes(data if isinstance(data, bytes) else data.encode())


# A real client takes them from the system's generator.
random = hashlib.sha512(b"state, nonce").digest() + hashlib.sha256(b"code verifier").digest()
state, nonce = b64(random[:32]), b64(random[32:64])

modulus = openssl("rsa", "-in", KEY, "-noout", "-modulus").decode().strip().removeprefix("Modulus=")
key = {"kty": "RSA", "kid": "key-1", "use": "sig", "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}
id_token = sign({
    "iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "nonce": nonce, "iat": NOW, "exp": NOW + 300,
    "auth_time": NOW - 10, "at_hash": left_half(ACCESS_TOKEN),
})
logout_token = sign({
    "iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "iat": NOW, "exp": NOW + 120, "jti": "bWJq",
    "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
})
refreshed = sign({"iss": ISSUER, "sub": "248289761001", "aud": CLIENT, "iat": NOW, "exp": NOW + 300, "auth_time": NOW - 10})

write("random", random)
write("metadata.json", json.dumps({
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo", "jwks_uri": f"{ISSUER}/jwks",
    "response_types_supported": ["code", "token id_token"], "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    "authorization_response_iss_parameter_supported": True,
}))
write("jwks.json", json.dumps({"keys": [key]}))
write("response.txt", f"code=SplxlOBeZQQYbYS6WxSbIA&state={state}&iss=https%3A%2F%2Fop.example")
write("token.json", json.dumps({
    "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600,
    "refresh_token": "8xLOxBtZp8", "id_token": id_token,
}))
write("userinfo.json", json.dumps({"sub": "248289761001", "name": "Jane Doe", "email": "jane@example.com"}))
write("refresh.json", json.dumps({"access_token": "TlBN45jURg", "token_type": "Bearer", "id_token": refreshed}))
write("logout.jwt", logout_token)
