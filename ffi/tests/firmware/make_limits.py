#!/usr/bin/env python3
"""Writes limits.h for limits.c: a token at each limit of size, one beyond it, and the bench tokens,
with what is expected of each: `make_limits.py [ROOM BENCH-TOKEN ...] > limits.h`; with ROOM, those are
left out whose payload has more bytes."""

import base64
import hashlib
import hmac
import json
import pathlib
import sys

BENCH = pathlib.Path(__file__).resolve().parents[3] / "tests/bench-data"
SECRET = b"a secret of forty bytes, for tests alone"
CLAIMS = {"iss": "https://op.example", "aud": "client", "exp": 1_900_000_000, "iat": 1_700_000_000, "sub": "1"}
HEADER = '{"alg":"HS256"}'


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims, header=HEADER):
    """Signed by HS256; `claims` is JSON text."""
    signed = f"{encoded(header.encode())}.{encoded(claims.encode())}"
    return f"{signed}.{encoded(hmac.digest(SECRET, signed.encode(), hashlib.sha256))}"


def claims(**more):
    return json.dumps({**CLAIMS, **more}, separators=(",", ":"))


def filled(length, make):
    """What `make` gives of a filling that brings it to this length."""
    rest = length - len(make(""))
    return next(text for n in range(rest, 0, -1) if len(text := make("a" * n)) <= length)


def colliding(count):
    """Names whose marks in the JSON reader are equal: FNV-1a modulo 256, all of one length."""
    names, number = [], 0
    while len(names) < count:
        name = f"{'a' * 130}{number:05x}"
        number += 1
        digest = 0x811C9DC5
        for byte in name.encode():
            digest = (digest ^ byte) * 0x01000193 % 2**32
        if digest % 256 == 7:
            names.append(name)
    return names


def escaped(text):
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def cases():
    longest = filled(65536, lambda filling: token(claims(x=filling)))
    assert len(longest) == 65536
    yield "token of 64 KiB", longest, "ok"
    yield "token beyond", token(claims(x="a" * 49100)), "token_too_long"
    header = filled(8192, lambda filling: f'{{"alg":"HS256","x":"{filling}"}}')
    yield "header of 8 KiB", token(claims(), header), "ok"
    yield "header beyond", token(claims(), header.replace("x", "xx", 1)), "header_too_long"
    members = {name: 0 for name in colliding(252)}
    yield "256 members of one digest", token(claims(**dict(list(members.items())[:251]))), "ok"
    yield "257 members", token(claims(**members)), "json_members"
    deep = claims(x=0).replace('"x":0', '"x":' + "[" * 64 + "]" * 64)
    yield "depth 65", token(deep), "ok"
    yield "depth 66", token(deep.replace("[]", "[[]]")), "json_depth"
    escapes = {name: escaped(value) if isinstance(value, str) else value for name, value in CLAIMS.items()}
    escapes = {**escapes, "x": "\\ud83d\\ude00" * 3900}
    text = ",".join(f'"{escaped(n)}":' + (f'"{v}"' if isinstance(v, str) else str(v)) for n, v in escapes.items())
    yield "escapes everywhere", token("{" + text + "}"), "ok"
    audiences = ["client", *(f"audience {n}" for n in range(16))]
    yield "17 audiences, 16 of them trusted", token(claims(aud=audiences, azp="client")), "ok"
    yield "one audience more", token(claims(aud=[*audiences, "other"], azp="client")), "aud_untrusted"
    yield "cnf of 256 members", token(claims(cnf={f"{n}": 0 for n in range(256)})), "ok"
    yield "cnf beyond", token(claims(cnf={f"{n}": 0 for n in range(257)})), "json_members"


def string(data):
    text = data.decode() if isinstance(data, bytes) else data
    lines = [text[n : n + 2000] for n in range(0, len(text), 2000)]
    return "\n    ".join(json.dumps(line) for line in lines)


def row(name, text, expected, is_bench):
    payload_len = len(text.split(".")[1]) * 3 // 4
    if sys.argv[1:] and payload_len > int(sys.argv[1]):
        return f'{{"{name}", "", {len(text)}, {payload_len}, "{expected}", {is_bench}}},'
    return f'{{"{name}", {string(text)}, {len(text)}, {payload_len}, "{expected}", {is_bench}}},'


def main():
    print("/* Made by make_limits.py. */")
    print(f"#define SECRET {json.dumps(SECRET.decode())}")
    print(f"static const char jwks[] = {string((BENCH / 'jwks.json').read_text().strip())};")
    print("static const struct limit { const char *name, *token; size_t len, payload_len; const char *expected; int is_bench; } limits[] = {")
    for name, text, expected in cases():
        print(row(name, text, expected, 0))
    for name in sys.argv[2:] or ("HS256", "RS256", "RS256-4096", "PS256", "ES256", "EdDSA"):
        text = (BENCH / f"{name}.jwt").read_text().strip()
        print(row(f"bench {name}", text, "ok", 1))
    print("};")


main()
