"""The option open-app: the daemon asks on the dashboard for its app, once, and never nags."""

import time
import unittest

from support.session import BACK_SECONDS, SessionCase
from support.waiting import eventually

QUIET_SECONDS = 3  # several looks of the daemon at the device


class Dashboard(SessionCase):
    def setUp(self):
        self.device_ = self.device(confirm="ask")
        self.bridge = self.started(self.device_.url, *self.options)
        self.bridge.wait_reason("unauthorised")

    def prompt(self):
        return self.device_.state()["prompt"]

    def assert_not_asked(self):
        end = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < end:
            self.assertIsNone(self.prompt())
            time.sleep(0.1)


class OpenApp(Dashboard):
    options = ("--open-app",)

    def dashboard(self):
        self.device_.control.post("/open-app", {"name": "BOLOS"})
        prompt = eventually(self.prompt, BACK_SECONDS, "the question")
        self.assertEqual(prompt["instruction"], "OPEN_APP")
        self.bridge.wait_reason("prompting")

    def test_an_agreement_brings_the_app_back(self):
        self.dashboard()
        self.device_.control.post("/accept")
        self.bridge.wait_reason("unauthorised")
        self.assertEqual(self.device_.state()["app"], "Tezos Baking")

    def test_a_refusal_is_taken_until_the_device_comes_again(self):
        self.dashboard()
        self.device_.control.post("/reject")
        self.bridge.wait_reason("wrong_app")
        self.assert_not_asked()
        self.device_.control.post("/unplug")
        self.bridge.wait_reason("absent")
        self.device_.control.post("/plug")
        eventually(self.prompt, BACK_SECONDS, "the question again")

    def test_an_unlock_asks_again(self):
        self.dashboard()
        self.device_.control.post("/reject")
        self.bridge.wait_reason("wrong_app")
        self.device_.control.post("/lock")
        self.bridge.wait_reason("locked")
        self.device_.control.post("/unlock")
        eventually(self.prompt, BACK_SECONDS, "the question again")
        self.device_.control.post("/accept")
        self.bridge.wait_reason("unauthorised")


class WithoutTheOption(Dashboard):
    def test_nobody_is_asked(self):
        self.device_.control.post("/open-app", {"name": "BOLOS"})
        self.bridge.wait_reason("wrong_app")
        self.assert_not_asked()


if __name__ == "__main__":
    unittest.main()
