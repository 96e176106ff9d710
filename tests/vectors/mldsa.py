#!/usr/bin/env python3
"""Writes dilithium_py.jsonl: ML-DSA tokens signed by an independent implementation.

    pip install dilithium-py==1.5.1 && tests/vectors/mldsa.py

Keys come from a fixed seed; the signatures are hedged, so each run makes others.
"""
import base64
import json
import os

from dilithium_py.ml_dsa import ML_DSA_44, ML_DSA_65, ML_DSA_87

HERE = os.path.dirname(os.path.abspath(__file__))
PAYLOADS = ["", "x", '{"iss":"https://op.example"}']


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


with open(f"{HERE}/dilithium_py.jsonl", "w", encoding="utf-8") as out:
    for alg, scheme in [("ML-DSA-44", ML_DSA_44), ("ML-DSA-65", ML_DSA_65), ("ML-DSA-87", ML_DSA_87)]:
        public, private = scheme.key_derive(bytes(range(32)))
        key = {"kty": "AKP", "alg": alg, "pub": b64(public)}
        for number, payload in enumerate(PAYLOADS):
            header = json.dumps({"alg": alg})
            signed = f"{b64(header.encode())}.{b64(payload.encode())}"
            token = f"{signed}.{b64(scheme.sign(private, signed.encode()))}"
            line = {"id": f"dilithium-py/{alg}/{number}", "source": "made by dilithium-py 1.5.1",
                    "key": key, "token": token, "payload": payload}
            out.write(json.dumps(line) + "\n")
