#!/usr/bin/env python3
"""Writes jwcrypto_jwe.jsonl: encrypted tokens by an independent implementation.

    pip install jwcrypto==1.6.1 && tests/vectors/jwcrypto_jwe.py

Each run makes other tokens and other keys (but for RSA, whose keys are those of tests/keys).
"""
import json
import os

from jwcrypto import jwe, jwk

HERE = os.path.dirname(os.path.abspath(__file__))
CONTENTS = {"A128CBC-HS256": 256, "A256CBC-HS512": 512, "A128GCM": 128, "A256GCM": 256}
PLAINTEXT = '{"iss":"https://op.example","sub":"248289761001"}'


def rsa(bits):
    with open(f"{HERE}/../keys/rsa{bits}.pem", "rb") as pem:
        return jwk.JWK.from_pem(pem.read())


def private(key):
    exported = json.loads(key.export())
    exported.pop("kid", None)
    return exported


def row(name, key, header, expected="decrypted", plaintext=PLAINTEXT):
    token = jwe.JWE(plaintext.encode(), json.dumps(header), algs=ALGORITHMS)
    token.add_recipient(key)
    return {
        "id": f"jwcrypto/{name}",
        "source": f"made by jwcrypto {jwcrypto_version()}",
        "key": private(key),
        "token": token.serialize(compact=True),
        "plaintext": plaintext,
        "expected": expected,
    }


def jwcrypto_version():
    from importlib.metadata import version

    return version("jwcrypto")


ALGORITHMS = jwe.default_allowed_algs + ["RSA1_5"]


def rows():
    octets = lambda bits: jwk.JWK.generate(kty="oct", size=bits)
    for enc, bits in CONTENTS.items():
        yield row(f"dir/{enc}", octets(bits), {"alg": "dir", "enc": enc})
        for alg, size in [("A128KW", 128), ("A256KW", 256), ("A128GCMKW", 128), ("A256GCMKW", 256)]:
            yield row(f"{alg}/{enc}", octets(size), {"alg": alg, "enc": enc})
        for curve in ["P-256", "P-384", "X25519"]:
            key = jwk.JWK.generate(kty="OKP" if curve == "X25519" else "EC", crv=curve)
            for alg in ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"]:
                yield row(f"{alg}/{curve}/{enc}", key, {"alg": alg, "enc": enc})
        for alg in ["RSA-OAEP", "RSA-OAEP-256"]:
            yield row(f"{alg}/2048/{enc}", rsa(2048), {"alg": alg, "enc": enc})
    for bits in [3072, 4096]:
        yield row(f"RSA-OAEP-256/{bits}", rsa(bits), {"alg": "RSA-OAEP-256", "enc": "A256GCM"})
    # The key's own name, a type, parties, and plaintexts around the size of a block.
    key = jwk.JWK.generate(kty="EC", crv="P-256")
    parties = {"apu": "QWxpY2U", "apv": "Qm9i"}
    yield row("parties", key, {"alg": "ECDH-ES+A128KW", "enc": "A128GCM", **parties})
    yield row("typ and cty", key, {"alg": "ECDH-ES", "enc": "A128GCM", "typ": "JWT", "cty": "JWT"})
    for length in [1, 15, 16, 17, 32]:
        key = octets(256)
        header = {"alg": "dir", "enc": "A128CBC-HS256"}
        yield row(f"{length} bytes", key, header, plaintext="x" * length)
    # What this library does not offer.
    key = jwk.JWK.generate(kty="EC", crv="P-521")
    yield row("P-521", key, {"alg": "ECDH-ES", "enc": "A128GCM"}, "epk_invalid")
    key = jwk.JWK.generate(kty="OKP", crv="X448")
    yield row("X448", key, {"alg": "ECDH-ES", "enc": "A128GCM"}, "epk_invalid")
    yield row("A192KW", octets(192), {"alg": "A192KW", "enc": "A128GCM"}, "algorithm_not_allowed")
    yield row("RSA1_5", rsa(2048), {"alg": "RSA1_5", "enc": "A128GCM"}, "algorithm_not_allowed")
    key = octets(192)
    yield row("A192GCM", key, {"alg": "dir", "enc": "A192GCM"}, "encryption_not_allowed")
    header = {"alg": "dir", "enc": "A128GCM", "zip": "DEF"}
    yield row("zip", octets(128), header, "zip_unsupported")


with open(f"{HERE}/jwcrypto_jwe.jsonl", "w", encoding="utf-8") as out:
    for line in rows():
        out.write(json.dumps(line) + "\n")
