"""Every route and status of the HTTP interface, as clients of octez-signer use it."""

import re
import unittest

from support import payloads
from support.case import NOBODY, BridgeCase
from support.http_client import sign_body
from support.payloads import attestation, block, preattestation
from support.waiting import eventually

UNKNOWN = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx"
TZ4 = "tz4EECtMxAuJ9UDLaiMZH7G1GCFYUWsj8HZn"


class Reading(BridgeCase):
    """Routes that change nothing."""

    def setUp(self):
        self.device_, self.bridge = self.pair()

    def test_public_key(self):
        answer = self.bridge.get(f"/keys/{self.device_.address}")
        self.assert_exactly(answer, {"public_key": self.device_.public_key})

    def test_key_that_is_not_served(self):
        answer = self.bridge.get(f"/keys/{UNKNOWN}")
        self.assert_error(answer, 404, f"no keys for the source contract {UNKNOWN}")
        answer = self.bridge.sign(UNKNOWN, block(101))
        self.assert_error(answer, 404, f"no keys for the source contract {UNKNOWN}")

    def test_text_that_is_no_key(self):
        for text in ("x", "tz1", self.device_.address[:-1], self.device_.address + "1", "%00", "tz9" + "a" * 33):
            with self.subTest(text=text):
                self.assert_error(self.bridge.get(f"/keys/{text}"), 400)
                self.assert_error(self.bridge.sign(text, block(101)), 400)

    def test_tz4_key(self):
        self.assert_error(self.bridge.get(f"/keys/{TZ4}"), 403, "tz4")
        self.assert_error(self.bridge.sign(TZ4, block(101)), 403, "tz4")

    def test_authorized_keys_without_authentication(self):
        self.assert_exactly(self.bridge.get("/authorized_keys"), {})

    def test_known_keys_are_a_secret_unless_allowed(self):
        answer = self.bridge.get("/known_keys")
        self.assert_error(answer, 403, "List known keys request not allowed")

    def test_proof_of_possession_is_not_allowed(self):
        for target in (f"/bls_prove_possession/{TZ4}", f"/bls_prove_possession/{TZ4}?bls_pk=BLpk1"):
            answer = self.bridge.get(target)
            self.assert_error(answer, 403, "Request to prove possession is not allowed")

    def test_health_of_all_and_of_one_key(self):
        expected = {
            "ready": True,
            "reasons": [],
            "device": "masculine-pig-stupendous-dugong",
            "store": "ok",
            "role": "single",
        }
        self.assert_exactly(self.bridge.get("/healthz"), expected)
        self.assert_exactly(self.bridge.get(f"/statusz/{self.device_.address}"), expected)
        self.assert_error(self.bridge.get(f"/statusz/{UNKNOWN}"), 404)
        self.assert_error(self.bridge.get("/statusz/nonsense"), 400)

    def test_health_says_how_far_host_and_device_are_and_who_is_ahead(self):
        self.assertNotIn("marks", self.bridge.health(), "nothing was signed yet")
        self.device_.control.post("/hwm-setting", {"enabled": False})
        self.assertEqual(self.bridge.sign(self.device_.address, block(150, 1)).status, 200)
        signed = {"level": 150, "round": 1}
        self.assert_marks(host=signed, device=signed, ahead="neither")
        self.device_.control.post("/power-cycle")  # which makes it forget
        eventually(lambda: self.marks()["ahead"] == "host", 5, "the device's lower mark")
        self.assert_marks(host=signed, device={"level": 100, "round": 0}, ahead="host")

    def marks(self):
        """Of the one key, while the device is there."""
        return next(iter(self.bridge.health().get("marks", [])), {"ahead": None})

    def assert_marks(self, **expected):
        marks = self.marks()
        self.assertEqual({name: marks[name] for name in expected}, expected)
        self.assertEqual(marks["key"], self.device_.address)
        status = self.bridge.get(f"/statusz/{self.device_.address}").json()
        self.assertEqual(status["marks"], [marks])

    def test_metrics_are_prometheus_text(self):
        answer = self.bridge.get("/metrics")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["content-type"].startswith("text/plain"), answer.headers)
        sample = re.compile(r'[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? [-+0-9.eE]+|.* (NaN|[+]Inf)')
        for line in answer.body.decode().splitlines():
            self.assertTrue(line.startswith("#") or sample.fullmatch(line), line)

    def test_status_page_for_people(self):
        answer = self.bridge.get("/")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.headers["content-type"].startswith("text/html"), answer.headers)
        self.assertIn(b"masculine-pig-stupendous-dugong", answer.body)

    def test_unknown_paths(self):
        for target in ("/nothing", "/keys", "/keys/", "/keys/a/b", "/keyss/x", "/healthz/x", "/version"):
            with self.subTest(target=target):
                self.assert_error(self.bridge.get(target), 404)

    def test_empty_segments_are_dropped_and_escapes_decoded(self):
        address = self.device_.address
        escaped = f"%74{address[1:]}"
        for target in (f"//keys//{address}/", f"/keys/{escaped}", f"/%6beys/{address}", f"/keys/{address}?x=1"):
            with self.subTest(target=target):
                self.assert_exactly(self.bridge.get(target), {"public_key": self.device_.public_key})
        self.assert_exactly(self.bridge.get("//healthz//"), self.bridge.health())

    def test_nothing_is_redirected(self):
        key = f"/keys/{self.device_.address}"
        for target in ("/", "//", "/keys", "/keys/", key, f"/{key}/", f"{key}?version=3", "/healthz/", "/nothing",
                       f"http://127.0.0.1:{self.bridge.port}{key}", f"https://elsewhere{key}"):
            for method in ("GET", "POST", "OPTIONS", "PUT"):
                with self.subTest(method=method, target=target):
                    answer = self.bridge.request(method, target)
                    self.assertNotIn(answer.status // 100, (1, 3))
                    self.assertNotIn("location", answer.headers)

    def test_bad_escapes(self):
        for target in ("/keys/%", "/keys/%4", "/keys/%zz"):
            self.assert_error(self.bridge.get(target), 400)

    def test_methods_that_a_path_does_not_take(self):
        address = self.device_.address
        for method, target, allowed in (
            ("POST", "/healthz", {"GET", "OPTIONS"}),
            ("POST", "/authorized_keys", {"GET", "OPTIONS"}),
            ("POST", "/", {"GET", "OPTIONS"}),
            ("PUT", f"/keys/{address}", {"GET", "POST", "OPTIONS"}),
            ("DELETE", f"/keys/{address}", {"GET", "POST", "OPTIONS"}),
        ):
            with self.subTest(method=method, target=target):
                answer = self.bridge.request(method, target)
                self.assert_error(answer, 405)
                self.assertEqual(set(answer.headers["allow"].split(", ")), allowed)

    def test_options_and_head(self):
        answer = self.bridge.request("OPTIONS", f"/keys/{self.device_.address}")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertIn("POST", answer.headers["access-control-allow-methods"])
        answer = self.bridge.request("HEAD", "/healthz")
        self.assertEqual((answer.status, answer.body), (501, b""))


class KnownKeys(BridgeCase):
    def test_lists_the_devices_key_when_allowed(self):
        device, daemon = self.pair("--allow-list-known-keys", curve="P-256")
        self.assert_exactly(daemon.get("/known_keys"), {"known_keys": [device.address]})

    def test_lists_nothing_before_a_device_was_there(self):
        daemon = self.started()
        self.assert_error(daemon.get("/known_keys"), 403)
        daemon = self.started(NOBODY, "--allow-list-known-keys")
        self.assert_exactly(daemon.get("/known_keys"), {"known_keys": []})


class PathPrefix(BridgeCase):
    def test_is_answered_where_it_is_set_and_so_are_paths_without_it(self):
        device, daemon = self.pair("--path-prefix", "/bakery/signer")
        key = f"keys/{device.address}"
        for target in (f"/bakery/signer/{key}", f"//bakery/signer//{key}", f"/b%61kery/signer/{key}", f"/{key}"):
            with self.subTest(target=target):
                self.assert_exactly(daemon.get(target), {"public_key": device.public_key})
        answer = daemon.request("POST", f"/bakery/signer/{key}?version=3", sign_body(block(101)))
        self.assert_signed(answer, device.public_key, block(101))
        self.assertEqual(daemon.sign(device.address, block(101)).body, answer.body)
        self.assertEqual(daemon.get("/healthz").body, daemon.get("/bakery/signer/healthz").body)
        for target in (f"/bakery/{key}", f"/signer/{key}", f"/bakery%2Fsigner/{key}", f"/other/{key}"):
            self.assert_error(daemon.get(target), 404)

    def test_is_unknown_where_it_is_not_set(self):
        device, daemon = self.pair()
        self.assert_error(daemon.get(f"/bakery/signer/keys/{device.address}"), 404)


class Asking(BridgeCase):
    """The ways of asking for one signature."""

    def setUp(self):
        self.device_, self.bridge = self.pair()
        self.message = preattestation(101)
        self.expected = self.bridge.sign(self.device_.address, self.message)
        self.assert_signed(self.expected, self.device_.public_key, self.message)

    def ask(self, query="", body=None, headers=None, path="/keys/"):
        body = sign_body(self.message) if body is None else body
        return self.bridge.request("POST", f"{path}{self.device_.address}{query}", body, headers)

    def assert_same(self, answer):
        self.assertEqual((answer.status, answer.body), (200, self.expected.body))

    def test_every_version_and_unknown_parameters(self):
        for query in (
            *("", "?", "?version=0", "?version=1", "?version=2", "?version=3"),
            *("?version=4", "?version=x", "?version=", "?version", "?version=3&version=3"),
            *("?unknown=1", "?version=3&a=b&a=c", "?authentication=edsigxyz", "?a=%zz"),
        ):
            with self.subTest(query=query):
                self.assert_same(self.ask(query))

    def test_known_parameter_twice(self):
        self.assert_error(self.ask("?authentication=a&authentication=b"), 400, "authentication")

    def test_double_slashes(self):
        self.assert_same(self.ask(path="//keys///"))

    def test_upper_and_lower_case_hex(self):
        self.assert_same(self.ask(body=sign_body(self.message, upper=True)))

    def test_white_space_around_the_string(self):
        for end in ("", "\n", "\r\n", " \t\n\n"):
            self.assert_same(self.ask(body=b" \n" + sign_body(self.message, end=end)))

    def test_any_content_type_and_accept(self):
        for headers in (
            {"content-type": "application/json; charset=utf-8"},
            {"content-type": "application/x-www-form-urlencoded", "accept": "*/*"},
            {"accept": "application/json;q=1,application/bson;q=0.100,application/octet-stream;q=0.200"},
            {"accept": "text/html"},
        ):
            with self.subTest(headers=headers):
                self.assert_same(self.ask(headers=headers))

    def test_bodies_that_are_no_hex_string(self):
        text = self.message.hex()
        bodies = ["", '""', text, f'"{text}', f'"{text}0"', f'"{text[:-1]}g"', f'["{text}"]', "null", "1"]
        bodies += [f'{{"data":"{text}"}}', f'"{text}" "{text}"', f'"0x{text}"', '" "', "[" * 30000]
        for body in bodies:
            with self.subTest(body=body[:40]):
                self.assert_error(self.ask(body=body.encode()), 400)
        self.assert_error(self.ask(body=b'"\xff\xfe"'), 400)

    def test_a_page_in_a_browser_gets_no_signature_and_no_leave_to_read_answers(self):
        address, other = self.device_.address, block(102)
        for headers in (
            {"origin": "https://evil.example", "host": "evil.example:6732", "content-type": "text/plain"},
            {"origin": "null"},
            {"origin": f"http://127.0.0.1:{self.bridge.port}"},
            {"sec-fetch-site": "cross-site"},
        ):
            with self.subTest(headers=headers):
                for message in (self.message, other):
                    self.assert_error(self.ask(body=sign_body(message), headers=headers), 403, "web browser")
                for method in ("GET", "OPTIONS"):
                    answer = self.bridge.request(method, f"/keys/{address}", headers=headers)
                    self.assertEqual(answer.status, 200)
                    self.assertNotIn("access-control-allow-origin", answer.headers)
                    self.assertNotIn("access-control-allow-headers", answer.headers)
        self.assertEqual(self.device_.signatures(), 1)
        self.assert_signed(self.bridge.sign(address, other), self.device_.public_key, other)

    def test_body_at_and_above_the_limit(self):
        filling = 64 * 1024 - len(sign_body(self.message))
        self.assert_same(self.ask(body=sign_body(self.message) + b" " * filling))
        answer = self.ask(body=sign_body(self.message) + b" " * (filling + 1))
        self.assert_error(answer, 413)

    def test_check_order_key_before_body_before_policy(self):
        answer = self.bridge.request("POST", f"/keys/{UNKNOWN}", b"nonsense")
        self.assert_error(answer, 404)
        self.assert_error(self.ask(body=b'"04"'), 403, "magic byte 0x04 not allowed")
        self.assert_error(self.ask(body=sign_body(block(payloads.LEVEL_END))), 400)

    def test_get_asks_no_device(self):
        self.device_.control.post("/unplug")
        answer = self.bridge.get(f"/keys/{self.device_.address}")
        self.assert_exactly(answer, {"public_key": self.device_.public_key})
        self.assert_same(self.ask())
        self.assert_error(self.bridge.sign(self.device_.address, attestation(101)), 503)


if __name__ == "__main__":
    unittest.main()
