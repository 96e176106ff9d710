#!/usr/bin/env python3
"""Writes mldsa.jwk and mldsa.jwt: an ID Token with every hash, signed by another implementation.

    pip install dilithium-py==1.5.1 && ffi/tests/mldsa.py

The key comes from a fixed seed and the signature is not hedged: each run writes the same.
"""
import base64
import hashlib
import json
import os

from dilithium_py.ml_dsa import ML_DSA_44

HERE = os.path.dirname(os.path.abspath(__file__))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def half(text):
    """The left half of 64 bytes of SHAKE256 (OpenID Connect Core section 3.1.3.6)."""
    return b64(hashlib.shake_256(text.encode()).digest(32))


# The example of openid-connect-token-hash-algorithms-1_0.
published = "YmJiZTAwYmYtMzgyOC00NzhkLTkyOTItNjJjNDM3MGYzOWIy9sFhvH8K_x8UIHj1osisS57f5DduL"
assert half(published) == "sB_U72jyb0WgtX8TsVoqJnm6CD295W9gfSDRxkilB3I"

public, private = ML_DSA_44.key_derive(bytes(range(32)))
claims = {
    "iss": "https://op.example", "sub": "jane", "aud": "client", "nonce": "n", "iat": 1000, "exp": 2000,
    "at_hash": half("access"), "c_hash": half("code"), "s_hash": half("state"),
}
parts = ({"alg": "ML-DSA-44"}, claims)
signed = ".".join(b64(json.dumps(part).encode()) for part in parts)
signature = ML_DSA_44.sign(private, signed.encode(), deterministic=True)
with open(f"{HERE}/mldsa.jwk", "w", encoding="utf-8") as out:
    json.dump({"kty": "AKP", "alg": "ML-DSA-44", "pub": b64(public)}, out)
with open(f"{HERE}/mldsa.jwt", "w", encoding="utf-8") as out:
    out.write(f"{signed}.{b64(signature)}")
