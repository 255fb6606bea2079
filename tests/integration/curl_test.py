"""curl, as people and scripts use it: its own headers, chunks, connections and exit codes."""

import json
import shutil
import subprocess
import unittest

from support.case import BridgeCase
from support.http_client import Response, sign_body
from support.payloads import block

CURL = shutil.which("curl") or "curl"
UNKNOWN = "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx"
FACTS = "%{stderr}%{http_code} %{http_version} %{num_connects}\n"


class Curl(BridgeCase):
    def setUp(self):
        self.device_, self.bridge = self.pair()
        self.url = f"http://127.0.0.1:{self.bridge.port}"
        self.key = f"{self.url}/keys/{self.device_.address}?version=3"
        self.message = block(101)
        self.body = sign_body(self.message).decode()

    def curl(self, *arguments, stdin=None):
        command = [CURL, "--silent", "--max-time", "20", "--write-out", FACTS, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)

    def assert_signed_by(self, *arguments, stdin=None):
        """By these arguments, over HTTP/1.1 on one connection."""
        done = self.curl(*arguments, self.key, stdin=stdin)
        self.assertEqual((done.returncode, done.stderr), (0, "200 1.1 1\n"), done.stdout)
        headers = {"content-type": "application/json", "content-length": str(len(done.stdout))}
        answer = Response(200, headers, done.stdout.encode())
        self.assert_signed(answer, self.device_.public_key, self.message)

    def test_signs_whatever_curl_says_about_the_body(self):
        chunked = ("--header", "transfer-encoding: chunked")
        for name, arguments in {
            "a form, accepting */*": ("--data", self.body),
            "JSON": ("--json", self.body),
            "chunks": ("--data", self.body, *chunked),
            "without HTTP/2": ("--http1.1", "--data", self.body),
            "asking for HTTP/2": ("--http2", "--data", self.body),
            "accepting nothing": ("--header", "accept:", "--data", self.body),
            "compressed if possible": ("--compressed", "--data", self.body),
            "Expect": ("--header", "expect: 100-continue", "--data", self.body),
        }.items():
            with self.subTest(name):
                self.assert_signed_by(*arguments)
        with self.subTest("chunks from a pipe"):
            self.assert_signed_by("--request", "POST", "--upload-file", "-", stdin=self.body)
        self.assertEqual(self.device_.signatures(), 1)

    def test_one_connection_for_many_requests(self):
        done = self.curl(f"{self.url}/authorized_keys", f"{self.url}/nothing", f"{self.url}/authorized_keys")
        self.assertEqual(done.stderr.split()[2::3], ["1", "0", "0"], done.stderr)
        self.assertEqual(done.stderr.split()[0::3], ["200", "404", "200"])

    def test_http_1_0(self):
        done = self.curl("--http1.0", f"{self.url}/authorized_keys")
        self.assertEqual((done.returncode, done.stdout), (0, "{}\n"))

    def test_http_2_without_asking_is_refused_and_harms_nobody(self):
        self.assertNotEqual(self.curl("--http2-prior-knowledge", f"{self.url}/healthz").returncode, 0)
        self.assert_signed_by("--data", self.body)

    def test_errors_are_exit_codes_and_an_array(self):
        self.assertEqual(self.curl("--fail", f"{self.url}/keys/{UNKNOWN}").returncode, 22)
        done = self.curl(f"{self.url}/keys/{UNKNOWN}")
        self.assertEqual(json.loads(done.stdout)[0]["id"], "failure")
        head = self.curl("--head", f"{self.url}/healthz")
        self.assertIn("501 Not Implemented", head.stdout)


if __name__ == "__main__":
    unittest.main()
