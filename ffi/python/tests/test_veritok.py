"""The package against tokens that are published or made here."""

import base64
import hashlib
import hmac
import json
import pathlib
import threading
import unittest

import veritok
from veritok._status import library

DATA = pathlib.Path(__file__).resolve().parents[3] / "examples/verify/data"
TOKEN = (DATA / "a3.jwt").read_text().strip()
JWKS = (DATA / "a3-jwks.json").read_bytes()
NOW = 1311281000
SECRET = b"0123456789abcdef0123456789abcdef"


def policy(**changes):
    expected = dict(
        algorithms={"RS256"},
        flow=veritok.Flow.ID_TOKEN,
        issuer="https://server.example.com",
        audience="s6BhdRkqt3",
        nonce="n-0S6_WzA2Mj",
    )
    return veritok.Policy(**{**expected, **changes})


def sign(claims, header=None):
    def b64(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    parts = [header or {"alg": "HS256"}, claims]
    text = b".".join(b64(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts)
    return text + b"." + b64(hmac.digest(SECRET, text, hashlib.sha256))


class Accepting(unittest.TestCase):
    def test_published_token(self):
        keys = veritok.Keys.from_jwks(JWKS)
        self.assertEqual((len(keys), keys.skipped), (1, []))
        verified = veritok.verify(TOKEN, keys, policy(), NOW)
        self.assertEqual(verified.algorithm, "RS256")
        self.assertEqual(verified.claim("sub"), "248289761001")
        self.assertEqual(verified.claim("exp"), 1311281970)
        self.assertEqual(verified.claims["email"], "janedoe@example.com")
        self.assertEqual(verified.header("alg"), "RS256")
        self.assertIsNone(verified.claim("absent"))
        self.assertIn("signature", verified.report.passed)

    def test_claims(self):
        claims = {"b": True, "n": None, "name#de": "Jäne", "a": {"c": "\u0000"}, "l": [1]}
        keys = veritok.Keys.from_secret(SECRET)
        plain = veritok.Policy({"HS256"}, veritok.Profile.JWT, waive_exp=True)
        verified = veritok.verify(sign(claims), keys, plain, NOW)
        self.assertIs(verified.claim("b"), True)
        self.assertIsNone(verified.claim("n"))
        self.assertEqual(verified.claim("name", "DE"), "Jäne")
        self.assertEqual(verified.claim_at("/a/c"), "\u0000")
        self.assertRaises(TypeError, verified.claim, "l")
        self.assertEqual(verified.claims, claims)

    def test_claims_that_python_would_take(self):
        keys = veritok.Keys.from_secret(SECRET)
        plain = veritok.Policy({"HS256"}, veritok.Profile.JWT, waive_exp=True)

        def claims(payload, policy=plain):
            return veritok.verify(sign(payload), keys, policy, NOW).claims

        self.assertEqual(claims(b'{"":1,"a":[{"b":-1.5e1,"c":{}},{"b":"\\u00e4"}]}')["a"][1], {"b": "ä"})
        for payload, name in (
            (b'{"address":{"country":"A","country":"B"}}', "json_duplicate"),
            (b'{"a":[[{"b":1,"\\u0062":1}]]}', "json_duplicate"),
            (b'{"n":' + b"9" * 5000 + b"}", "json_type"),
        ):
            with self.subTest(payload[:20]), self.assertRaises(veritok.Error) as caught:
                claims(payload)
            self.assertEqual(caught.exception.name, name)
        # Of a plain JWS the library has read nothing.
        for payload in (b'{"a":1,"a":2}', b"{}", b"text", b"\xff\xfe"):
            with self.assertRaises(veritok.Misuse) as caught:
                claims(payload, veritok.Policy({"HS256"}, veritok.Profile.JWS))
            self.assertEqual(caught.exception.name, "not_claims")

    def test_unsecured(self):
        claims = {"iss": "i", "sub": "s", "aud": "c", "exp": NOW + 9, "iat": NOW}
        token = sign(claims, {"alg": "none"}).rpartition(b".")[0] + b"."
        expected = dict(flow=veritok.Flow.CODE, endpoint=veritok.Endpoint.TOKEN, issuer="i", audience="c")
        verified = veritok.verify_unsecured(token, policy(algorithms=(), nonce=None, **expected), NOW)
        self.assertIsNone(verified.algorithm)

    def test_peek(self):
        peeked = veritok.peek(TOKEN)
        self.assertEqual(peeked.unverified_header("alg"), "RS256")
        self.assertEqual(peeked.unverified_claim("iss"), "https://server.example.com")
        self.assertIsNone(peeked.unverified_claim("absent"))
        self.assertRaises(veritok.Error, veritok.peek, "a.b")

    def test_thumbprint(self):
        # RFC 8037 appendix A.3
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
        keys = veritok.Keys()
        keys.pin_jwk(json.dumps(jwk))
        keys.add_ed25519(base64.urlsafe_b64decode(jwk["x"] + "="), "kid")
        thumbprint = base64.urlsafe_b64decode("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=")
        self.assertEqual([keys.thumbprint(0), keys.thumbprint(1)], [thumbprint] * 2)
        keys.clear()
        self.assertEqual(len(keys), 0)

    def test_threads(self):
        keys, verdicts = veritok.Keys.from_jwks(JWKS), []

        def work():
            for _ in range(20):
                verdicts.append(veritok.verify(TOKEN, keys, policy(), NOW).claim("sub"))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(verdicts, ["248289761001"] * 160)


class Refusing(unittest.TestCase):
    def test_every_failed_check_is_told(self):
        keys = veritok.Keys.from_jwks(JWKS)
        with self.assertRaises(veritok.Refused) as caught:
            veritok.verify(TOKEN, keys, policy(nonce="other", audience="other"), NOW + 3600)
        told = {(failure.check, failure.name) for failure in caught.exception.report.failures}
        expected = {("aud", "aud_mismatch"), ("exp", "exp_expired"), ("nonce", "nonce_mismatch")}
        self.assertEqual(told, expected)
        for failure in caught.exception.report.failures:
            self.assertTrue(failure.message and failure.section and failure.status)
        self.assertEqual(caught.exception.name, "aud_mismatch")

    def test_signature(self):
        keys = veritok.Keys.from_jwks(JWKS)
        changed = TOKEN[:-6] + ("A" if TOKEN[-6] != "A" else "B") + TOKEN[-5:]
        with self.assertRaises(veritok.Refused) as caught:
            veritok.verify(changed, keys, policy(), NOW)
        self.assertEqual(caught.exception.name, "signature_invalid")
        self.assertIn("exp", caught.exception.report.not_evaluated)

    def test_odd_tokens(self):
        keys = veritok.Keys.from_jwks(JWKS)
        for token in ("", "a", "..", "\ud800", "é.é.é", b"\xff\x00", TOKEN + "="):
            self.assertRaises(veritok.Refused, veritok.verify, token, keys, policy(), NOW)


class Misusing(unittest.TestCase):
    def test_policies(self):
        keys = veritok.Keys.from_jwks(JWKS)
        cases = [
            (dict(algorithms=()), NOW, "no_algorithms"),
            (dict(issuer=""), NOW, "empty_expectation"),
            (dict(issuer="\ud800"), NOW, "not_utf8"),
            (dict(issuer=None), NOW, "issuer_not_set"),
            (dict(leeway=601), NOW, "leeway_too_large"),
            (dict(trusted_audiences=["a"] * 17), NOW, "policy_list_too_long"),
            (dict(profile=10), NOW, "unknown_value"),
            ({}, 0, "time_unknown"),
            ({}, veritok.Time(2, 1), "time_reversed"),
        ]
        for changes, time, name in cases:
            with self.subTest(name), self.assertRaises(veritok.Misuse) as caught:
                veritok.verify(TOKEN, keys, policy(**changes), time)
            self.assertEqual(caught.exception.name, name)
            self.assertEqual([f.check for f in caught.exception.report.failures], ["policy"])

    def test_values(self):
        keys = veritok.Keys.from_jwks(JWKS)
        for changes in (dict(algorithms={"none"}), dict(max_age=-1), dict(leeway=1 << 32)):
            self.assertRaises(ValueError, veritok.verify, TOKEN, keys, policy(**changes), NOW)

    def test_keys(self):
        keys = veritok.Keys(1)
        for call in (
            lambda: keys.import_jwks("{"),
            lambda: keys.replace_jwks("{"),
            lambda: keys.pin_jwk("{}"),
            lambda: keys.add_secret("short"),
            lambda: keys.add_rsa(b"n", b"e"),
            lambda: keys.add_point("P-256", b"x", b"y"),
            lambda: keys.add_sec1("P-256", b"x"),
            lambda: keys.add_spki("RSA", b"x"),
            lambda: keys.add_pem("RSA", "x"),
            lambda: keys.thumbprint(0),
        ):
            self.assertRaises(veritok.Error, call)
        keys.add_secret(SECRET)
        self.assertRaises(veritok.Misuse, keys.add_secret, SECRET)

    def test_replaced_keys(self):
        def refusal():
            with self.assertRaises(veritok.Refused) as caught:
                veritok.verify(TOKEN, keys, policy(), NOW)
            return caught.exception.name

        keys = veritok.Keys(3)
        keys.add_secret(SECRET)
        keys.import_jwks(JWKS)
        veritok.verify(TOKEN, keys, policy(), NOW)
        # To import again is to have the key twice.
        keys.import_jwks(JWKS)
        self.assertEqual(refusal(), "key_ambiguous")
        with self.assertRaises(veritok.Misuse) as caught:
            keys.replace_jwks(JWKS)
        self.assertEqual((caught.exception.name, len(keys)), ("storage_full", 3))
        self.assertEqual(keys.replace_jwks('{"keys":[{}]}'), 0)
        self.assertEqual(keys.skipped, [(0, "jwk_malformed")])
        self.assertEqual((refusal(), len(keys)), ("key_not_found", 1))
        self.assertEqual((keys.replace_jwks(JWKS), keys.replace_jwks(JWKS)), (1, 1))
        veritok.verify(TOKEN, keys, policy(), NOW)
        self.assertRaises(veritok.Error, keys.replace_jwks, "<html>502")
        self.assertEqual(len(keys), 2)
        veritok.verify(TOKEN, keys, policy(), NOW)


class Replay(unittest.TestCase):
    def test_each_token_once(self):
        keys = veritok.Keys(4)
        keys.import_jwks(JWKS)
        token = veritok.verify(TOKEN, keys, policy(), NOW)
        guard = veritok.ReplayGuard(2)
        guard.admit(token, veritok.ReplayKey.NONCE, NOW)
        with self.assertRaisesRegex(veritok.Error, "replayed|before|once"):
            guard.admit(token, veritok.ReplayKey.NONCE, NOW)
        restored = veritok.ReplayGuard(2, guard.save())
        self.assertEqual((len(guard), len(restored)), (1, 1))
        self.assertRaises(veritok.Error, restored.admit, token, veritok.ReplayKey.NONCE, NOW)
        self.assertRaises(veritok.Error, veritok.ReplayGuard, 2, b"x")

    def test_clocks_that_fell_back(self):
        time = veritok.Time(100, 200)
        self.assertEqual(time.not_before(150), veritok.Time(150, 200))
        self.assertRaises(veritok.Error, time.not_before, 201)
        self.assertEqual(time.advanced(1_000_000, 1000), veritok.Time(1099, 1202))


class Versions(unittest.TestCase):
    def test_version_is_the_librarys(self):
        major, minor, patch = map(int, veritok.__version__.split("."))
        self.assertEqual(library.vtok_version(), major << 24 | minor << 16 | patch << 8)


if __name__ == "__main__":
    unittest.main()
