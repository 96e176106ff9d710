"""Logins through the package: a provider's answers from files, and a provider played here."""

import base64
import contextlib
import ctypes
import hashlib
import hmac
import json
import pathlib
import threading
import unittest
import urllib.parse
from unittest import mock

import veritok
from veritok import _abi
from veritok._status import library

ROOT = pathlib.Path(__file__).resolve().parents[3]
LOGIN = ROOT / "examples/c/login"
NOW = 1_700_000_000
SECRET = b"0123456789abcdef0123456789abcdef"
ISSUER = "https://op.example"
ACCESS = "access/" + "x" * 20


def client(**changes):
    known = dict(
        issuer=ISSUER,
        client_id="s6BhdRkqt3",
        redirect_uri="https://rp.example/callback",
        authorization_endpoint="https://op.example/authorize",
        algorithms={"RS256"},
        security=veritok.Security.OPENID,
        constraint=veritok.Constraint.NONE,
    )
    return veritok.Client(**{**known, **changes})


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims, **header):
    parts = [{"alg": "HS256", **header}, claims]
    text = ".".join(b64(json.dumps(part).encode()) for part in parts)
    return f"{text}.{b64(hmac.digest(SECRET, text.encode(), hashlib.sha256))}"


def half(text):
    return b64(hashlib.sha256(text.encode()).digest()[:16])


class Provider:
    """Answers a request by the words of its response type, signed with the client's secret."""

    def __init__(self, url):
        self.asked = dict(urllib.parse.parse_qsl(url.partition("?")[2]))
        self.words = self.asked["response_type"].split()
        # Longer than the payload.
        self.kid = "k" * 256

    def id_token(self, **claims):
        known = {"iss": ISSUER, "sub": "jane", "aud": "s6BhdRkqt3", "iat": NOW, "exp": NOW + 60}
        return sign({**known, "nonce": self.asked["nonce"], **claims}, kid=self.kid)

    def response(self):
        asked, answer = self.asked, {"state": self.asked["state"], "iss": ISSUER}
        hashes = {"s_hash": half(asked["state"])}
        if "code" in self.words:
            answer["code"] = "code/" + "y" * 20
            hashes["c_hash"] = half(answer["code"])
        if "token" in self.words:
            answer.update(access_token=ACCESS, token_type="Bearer")
            hashes["at_hash"] = half(ACCESS)
        if "id_token" in self.words:
            answer["id_token"] = self.id_token(**hashes)
        if asked.get("response_mode", "").endswith("jwt"):
            answer = {"response": sign({"aud": "s6BhdRkqt3", "exp": NOW + 60, **answer})}
        return urllib.parse.urlencode(answer)

    def token_response(self, body):
        asked = dict(urllib.parse.parse_qsl(body))
        challenge = b64(hashlib.sha256(asked["code_verifier"].encode()).digest())
        assert challenge == self.asked["code_challenge"] and asked["grant_type"] == "authorization_code"
        return json.dumps({"access_token": ACCESS, "token_type": "bearer", "id_token": self.id_token()})


class FromFiles(unittest.TestCase):
    def read(self, name):
        return (LOGIN / name).read_bytes()

    def test_login_and_what_follows(self):
        keys = veritok.Keys.from_jwks(self.read("jwks.json"))
        request = veritok.Request.new(client(), random=self.read("random"), max_age=3600)
        request = veritok.Request(client(), veritok.Flow.CODE, bytes(request))
        response = request.response(self.read("response.txt"), veritok.Channel.QUERY)
        self.assertFalse(response.has_id_token)
        authorized = response.without_id_token()
        self.assertEqual(authorized.code, "SplxlOBeZQQYbYS6WxSbIA")
        self.assertIn("code_verifier=", authorized.token_request())
        pending = authorized.token_response(self.read("token.json"))
        login = pending.verify(keys, NOW)
        self.assertEqual(login.claims["sub"], "248289761001")
        self.assertEqual(login.id_token.claim("sub"), "248289761001")
        self.assertEqual((login.tokens.refresh_token, login.tokens.expires_in), ("8xLOxBtZp8", 3600))
        session = veritok.Session(client(), bytes(login.session()))
        self.assertEqual(session.userinfo(self.read("userinfo.json")).claim("name"), "Jane Doe")
        with self.assertRaises(veritok.Error) as caught:
            session.userinfo('{"sub":"another"}')
        self.assertEqual(caught.exception.name, "sub_mismatch")
        self.assertIn("refresh_token=r", session.refresh_request("r"))
        tokens, id_token = session.refresh_response(self.read("refresh.json")).verify(keys, NOW)
        self.assertEqual((tokens.access_token, id_token.claim("sub")), ("TlBN45jURg", "248289761001"))
        device = veritok.PendingTokens.of_device(client(), self.read("refresh.json"))
        self.assertEqual(device.verify(keys, NOW)[1].claim("sub"), "248289761001")
        # Each step by its own way: a session that was not found is no login of another user's.
        for lost in (None, b"", ""):
            for make in (lambda: veritok.Session(client(), lost), lambda: veritok.Request(client(), 1, lost)):
                with self.assertRaises(veritok.Error) as caught:
                    make()
                self.assertEqual(caught.exception.name, "saved_state")
        refresh = session.refresh_response(self.read("refresh.json"))
        refresh._owner, refresh._verify = device._owner, device._verify
        with self.assertRaises(veritok.Error) as caught:
            refresh.verify(keys, NOW)
        self.assertEqual(caught.exception.name, "saved_state")
        logout = veritok.Policy({"RS256"}, veritok.Profile.LOGOUT_TOKEN, issuer=ISSUER, audience="s6BhdRkqt3")
        token = veritok.verify(self.read("logout.jwt"), keys, logout, NOW)
        self.assertTrue(session.is_ended_by(token))
        # Refused, with the report; and again, as nothing was lost.
        with self.assertRaises(veritok.Refused) as caught:
            pending.verify(keys, NOW + 1000)
        self.assertEqual([each.check for each in caught.exception.report.failures], ["exp"])
        self.assertEqual(pending.verify(keys, NOW).claims["sub"], "248289761001")

    def test_metadata(self):
        metadata = veritok.Metadata(self.read("metadata.json"), ISSUER)
        self.assertTrue(metadata.sends_issuer_parameter)
        self.assertEqual(metadata.endpoint(veritok.ProviderEndpoint.KEYS), ISSUER + "/jwks")
        self.assertIsNone(metadata.endpoint(veritok.ProviderEndpoint.REVOCATION))
        listed = veritok.ProviderList
        self.assertIs(metadata.supports(listed.SUBJECT_TYPES, "pairwise"), False)
        self.assertIsNone(metadata.supports(listed.SCOPES, "openid"))
        self.assertTrue(metadata.supports_flow(veritok.Flow.ID_TOKEN_TOKEN))
        self.assertEqual(metadata.narrow(listed.ID_TOKEN_ALGORITHMS, {"RS256", "PS256"}), {"RS256"})
        self.assertRaises(veritok.Error, metadata.narrow, listed.ID_TOKEN_ALGORITHMS, {"PS256"})
        self.assertRaises(veritok.Error, veritok.Metadata, self.read("metadata.json"), ISSUER + "/")
        self.assertEqual(veritok.Metadata.url(ISSUER), ISSUER + "/.well-known/openid-configuration")

    def test_rotation(self):
        keys = veritok.Keys.from_jwks(self.read("jwks.json"))
        rotation = veritok.Rotation(cooldown=10)
        self.assertEqual(rotation.advise(keys, "key-1", 5), veritok.Advice.REFRESH_NOW)
        rotation.failed(5)
        self.assertEqual(rotation.next_fetch, 25)
        self.assertEqual((keys.replace_jwks(self.read("jwks.json")), len(keys)), (1, 1))
        rotation.fetched(25, 600, '"v1"')
        self.assertEqual((rotation.advise(keys, "key-1", 26), rotation.etag), (veritok.Advice.USE, '"v1"'))
        self.assertEqual(rotation.advise(keys, "forged", 26), veritok.Advice.DENY)
        rotation.not_modified(700)
        self.assertEqual(rotation.advise(keys, None, 701), veritok.Advice.USE)
        # A kid that was asked for once is not held against a later token.
        self.assertEqual(rotation.advise(keys, "to come", 750), veritok.Advice.REFRESH_NOW)
        rotation.not_modified(750, 86400)
        self.assertEqual(rotation.advise(keys, "to come", 1049), veritok.Advice.DENY)
        self.assertEqual(rotation.advise(keys, "to come", 1050), veritok.Advice.REFRESH_NOW)

    def test_dpop(self):
        proof = (ROOT / "tests/vectors/rfc9449-proof.jwt").read_text().strip()
        expected = dict(http_method="POST", http_uri="https://server.example.com/token", max_iat_age=300)
        policy = veritok.Policy({"ES256"}, veritok.Profile.DPOP_PROOF, **expected)
        verified, thumbprint = veritok.verify_dpop(proof, policy, 1562262618)
        self.assertEqual(thumbprint, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        self.assertEqual(verified.claim("jti"), "-BwC3ESc6acc2lTc")
        self.assertRaises(veritok.Refused, veritok.verify_dpop, proof, policy, 1562272618)


class Shared(unittest.TestCase):
    """What threads share, as ctypes lets all of them call at once."""

    def test_each_call_has_its_own_blinding(self):
        # Without keys, so that a library that decrypts nothing serves too.
        with mock.patch.object(library, "vtok_decryption_keys_init", lambda _: 0):
            decryption = veritok.Decryption([], {"RSA-OAEP"}, {"A128GCM"})
        known = client(decryption=decryption, encrypted=veritok.Encrypted.USERINFO)
        session, keys = veritok.Session(known, b"{}"), veritok.Keys.from_secret(SECRET)
        count, seen = 8, []
        together = threading.Barrier(count, timeout=30)

        def lent(c, *_):
            together.wait()
            decryption = c._obj.decryption.contents
            self.assertEqual((decryption.key_management, decryption.content_encryption), (1 << 9, 1 << 3))
            seen.append((decryption.blinding, ctypes.string_at(decryption.blinding, 32)))
            together.wait()
            return 1016

        def work():
            self.assertRaises(veritok.Error, session.userinfo_jwt, "a.b.c", keys, NOW)

        with mock.patch.object(library, "vtok_session_userinfo_jwt", lent):
            threads = [threading.Thread(target=work) for _ in range(count)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for each in zip(*seen):
            self.assertEqual(len(set(each)), count)

    def test_rotation_is_locked(self):
        keys, rotation, unlocked = veritok.Keys(1), veritok.Rotation(), []

        def watched(holder, name):
            inner = getattr(holder, name)

            def call(*arguments):
                if not rotation._lock.locked():
                    unlocked.append(name)
                return inner(*arguments)

            return mock.patch.object(holder, name, call)

        names = [name for name in _abi._FUNCTIONS if name.startswith("vtok_rotation_")]
        with contextlib.ExitStack() as patches:
            for name in set(names) - {"vtok_rotation_init", "vtok_rotation_size"}:
                patches.enter_context(watched(library, name))
            patches.enter_context(watched(_abi.Bytes, "get"))
            rotation.failed(5)
            rotation.fetched(500, 600, "v1")
            rotation.not_modified(1500)
            rotation.advise(keys, None, 1501)
            self.assertEqual((rotation.etag, rotation.next_fetch > 0), ("v1", True))
        self.assertEqual(unlocked, [])


class Played(unittest.TestCase):
    def play(self, flow, mode=None, **options):
        keys = veritok.Keys.from_secret(SECRET)
        known = client(algorithms={"HS256"})
        request = veritok.Request.new(known, flow, response_mode=mode, **options)
        provider = Provider(request.url())
        name = "" if mode is None else mode.name
        post = "FORM_POST" in name
        plain = flow == veritok.Flow.CODE and mode is None or name.startswith("QUERY")
        channel = veritok.Channel.FORM_POST if post else veritok.Channel.QUERY if plain else veritok.Channel.FRAGMENT
        if name.endswith("JWT"):
            response = request.response_jwt(provider.response(), channel, keys, NOW)
        else:
            response = request.response(provider.response(), channel)
        verify = response.has_id_token
        authorized = response.verify(keys, NOW) if verify else response.without_id_token()
        if authorized.code is None:
            return authorized.login()
        pending = authorized.token_response(provider.token_response(authorized.token_request()))
        return pending.verify(keys, NOW)

    def test_every_flow_by_every_way(self):
        for flow in veritok.Flow:
            for mode in (None, *veritok.ResponseMode):
                if mode is not None and "QUERY" in mode.name and flow != veritok.Flow.CODE:
                    self.assertRaises(veritok.Misuse, self.play, flow, mode)
                    continue
                with self.subTest(flow=flow, mode=mode):
                    login = self.play(flow, mode)
                    self.assertEqual(login.claims["sub"], "jane")
                    self.assertEqual(login.id_token.header("kid"), "k" * 256)
                    self.assertEqual(login.session().userinfo('{"sub":"jane"}').claim("sub"), "jane")

    def test_wrong_answers(self):
        keys = veritok.Keys.from_secret(SECRET)
        request = veritok.Request.new(client(algorithms={"HS256"}), veritok.Flow.CODE_ID_TOKEN)
        provider = Provider(request.url())
        for change, name in (
            (("state=", "state=x"), "state_mismatch"),
            (("iss=https", "iss=http"), "iss_parameter_mismatch"),
            (("code=", "kode="), "parameter_missing"),
            (("code=", "state=a&code="), "parameter_duplicate"),
        ):
            with self.subTest(name), self.assertRaises(veritok.Error) as caught:
                request.response(provider.response().replace(*change), veritok.Channel.FRAGMENT)
            self.assertEqual(caught.exception.name, name)
        response = request.response(provider.response(), veritok.Channel.FRAGMENT)
        self.assertRaises(veritok.Error, response.without_id_token)
        with self.assertRaises(veritok.Refused) as caught:
            response.verify(veritok.Keys.from_secret(SECRET[::-1]), NOW)
        self.assertEqual(caught.exception.name, "signature_invalid")
        authorized = response.verify(keys, NOW)
        self.assertEqual(authorized.id_token.claim("sub"), "jane")
        pending = authorized.token_response(
            json.dumps({"access_token": ACCESS, "token_type": "Bearer", "id_token": provider.id_token(sub="joe")})
        )
        with self.assertRaises(veritok.Refused) as caught:
            pending.verify(keys, NOW)
        self.assertEqual([each.name for each in caught.exception.report.failures], ["sub_mismatch"])
        with self.assertRaises(veritok.ProviderError) as caught:
            authorized.token_response('{"error":"invalid_grant","error_description":"gone"}')
        self.assertEqual((caught.exception.code, caught.exception.description), ("invalid_grant", "gone"))
        # A step of one request is none of another's.
        other = veritok.Request.new(client(algorithms={"HS256"}), veritok.Flow.CODE_ID_TOKEN)
        response._request = other
        self.assertRaises(veritok.Refused, response.verify, keys, NOW)

    def test_misuse(self):
        self.assertRaises(veritok.Misuse, veritok.Request.new, client(authorization_endpoint="http://a"))
        self.assertRaises(veritok.Misuse, veritok.Request.new, client(security=veritok.Security.FAPI2))
        self.assertRaises(veritok.Misuse, veritok.Request.new, client(), random=bytes(96))
        self.assertRaises(TypeError, veritok.Request.new, client(), nonce="mine")
        request = veritok.Request.new(client())
        self.assertRaises(veritok.Error, veritok.Request(client(client_id="x"), request.flow, bytes(request)).url)
        secret = veritok.Authentication(veritok.Method.SECRET_BASIC, "b")
        self.assertEqual(secret.header("a"), "Basic YTpi")
        self.assertIn("client_id=s6BhdRkqt3", request.push(secret))
        self.assertTrue(request.pushed_url("urn:x").endswith("request_uri=urn%3Ax"))
        self.assertTrue(request.signed_url("a.b.c").endswith("request=a.b.c"))


if __name__ == "__main__":
    unittest.main()
