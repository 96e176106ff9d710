#!/usr/bin/env python3
"""Writes what decryption.c decrypts: the tokens that jwcrypto made, for each key management, curve and content
encryption, with the secret numbers of their keys; and RSA keys of 2048 bits."""

import base64
import json
import pathlib

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "tests/vectors"
CURVES = {"P-256": "VTOK_SCALAR_P256", "P-384": "VTOK_SCALAR_P384", "X25519": "VTOK_SCALAR_X25519"}
RSA_SECRETS = ["p", "q", "dp", "dq", "qi"]


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def literal(data):
    return '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'


def row(vector):
    key = vector["key"]
    members = {"oct": ["k"], "RSA": RSA_SECRETS}.get(key["kty"], ["d"])
    secrets = [decoded(key[member]) for member in members]
    fields = [
        json.dumps(vector["id"]),
        json.dumps(vector["token"]),
        json.dumps(vector["plaintext"]),
        CURVES.get(key.get("crv"), "0"),
        json.dumps(json.dumps(key)) if key["kty"] == "RSA" else "0",
        "{" + ", ".join(f"{{{literal(secret)}, {len(secret)}}}" for secret in secrets) + "}",
    ]
    return "  {" + ", ".join(fields) + "},"


def vectors(name):
    return [json.loads(line) for line in (VECTORS / f"{name}.jsonl").read_text().splitlines()]


def main():
    tokens = vectors("jwcrypto_jwe")
    print("static const struct {")
    print("  const char *name, *token, *plaintext;")
    print("  uint32_t curve;")
    print("  const char *rsa; /* the key as JWK */")
    print(f"  struct {{ const char *bytes; size_t len; }} secrets[{len(RSA_SECRETS)}];")
    print("} jwes[] = {")
    for vector in tokens:
        if vector["expected"] == "decrypted":
            print(row(vector))
    print("};")
    keys = [vector["key"] for vector in vectors("rfc7516") + vectors("rfc7520_jwe") + tokens]
    texts = {json.dumps({**key, "alg": "RSA-OAEP"}) for key in keys if len(decoded(key.get("n", ""))) == 256}
    print("static const char *const rsa_keys[] = {")
    for text in sorted(texts):
        print(f"  {json.dumps(text)},")
    print("};")
    # The first of its characters are of the smallest numbers: it is below every modulus.
    token = next(vector["token"] for vector in tokens if vector["id"] == "jwcrypto/RSA-OAEP/2048/A128GCM")
    head, _, rest = token.partition(".")
    print(f"static const char rsa_token[] = {json.dumps(f'{head}.A{rest[1:]}')};")


main()
