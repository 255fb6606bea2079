"""The device comes, goes, is locked, shows other apps, asks questions: the daemon follows."""

import threading
import time
import unittest

from support import admin
from support.case import NOBODY, BridgeCase, free_port
from support.device import SETUP, apdu, path_data
from support.payloads import GHOSTNET, MAINNET, block
from support.session import BACK_SECONDS, SessionCase
from support.waiting import eventually

OTHER_SEED = " ".join(["abandon"] * 23 + ["art"])


def setup_data(level=100):
    return MAINNET + level.to_bytes(4, "big") + bytes(4) + path_data()


class Arrival(BridgeCase):
    def test_device_that_comes_later_is_served_without_a_restart(self):
        port = free_port()
        daemon = self.started(f"tcp://127.0.0.1:{port}")
        daemon.wait_reason("absent")
        key = "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"
        self.assert_error(daemon.get(f"/keys/{key}"), 503)
        self.assert_error(daemon.sign(key, block(101)), 503)
        device = self.device(port=port)
        daemon.wait_reason("unauthorised", BACK_SECONDS)
        self.assertEqual(daemon.health()["device"], "masculine-pig-stupendous-dugong")
        # From here on it is known that no device has this key.
        self.assert_error(daemon.sign(key, block(101)), 404)
        device.kill()

    def test_device_that_comes_set_up(self):
        nvram = self.daemon().folder / "nvram"
        device = self.device("--nvram", str(nvram)).set_up()
        device.stop()
        daemon = self.started(device.url)
        daemon.wait_reason("absent")
        device.start()
        daemon.wait_ready(BACK_SECONDS)
        self.assert_exactly(daemon.get(f"/keys/{device.address}"), {"public_key": device.public_key})
        self.assert_signed(daemon.sign(device.address, block(101)), device.public_key, block(101))

    def test_device_that_another_host_holds_is_served_when_it_is_let_go(self):
        device = self.device().set_up()
        with device.host() as host:
            host.exchange(apdu(0))
            daemon = self.started(device.url)
            time.sleep(1)
            self.assertFalse(daemon.health()["ready"])
        daemon.wait_ready(BACK_SECONDS + 2)

    def test_question_of_an_earlier_host_is_on_the_screen(self):
        device = self.device(confirm="ask")
        with device.host() as host:
            host.send(apdu(SETUP, 0, setup_data()))
            device.control.wait_for_prompt()
        daemon = self.started(device.url)
        daemon.wait_reason("prompting")
        device.control.post("/accept")
        daemon.wait_ready(BACK_SECONDS)
        key = "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"
        self.assertEqual(daemon.sign(key, block(101)).status, 200)

    def test_no_device_at_all_is_said_in_plain_words(self):
        daemon = self.started(NOBODY)
        daemon.wait_reason("absent")
        daemon.wait_lines("is absent", count=1)


class States(SessionCase):
    def status(self):
        answer = self.bridge.get(f"/statusz/{self.device_.address}")
        return answer.status, answer.json()["reasons"]

    def assert_state(self, reason, *words):
        """Not ready for this reason, and refused at once with these words."""
        health = self.bridge.wait_reason(reason)
        self.assertFalse(health["ready"])
        self.assertEqual(self.bridge.get("/healthz").status, 503)
        self.assertEqual(self.status(), (503, [reason]))
        self.assert_refused_at_once(*words)
        key = self.bridge.get(f"/keys/{self.device_.address}")
        self.assert_exactly(key, {"public_key": self.device_.public_key})

    def test_lock_and_unlock(self):
        self.device_.control.post("/lock")
        self.assert_state("locked", "locked", "PIN")
        self.device_.control.post("/unlock")
        self.assert_signs_again()

    def test_lock_noticed_by_a_request(self):
        self.device_.control.post("/lock")
        self.assert_error(self.sign(self.next_block()), 503, "locked")
        self.assertEqual(self.bridge.health()["reasons"], ["locked"])
        self.device_.control.post("/unlock")
        self.assert_signs_again()

    def test_dashboard_and_back(self):
        self.device_.control.post("/open-app", {"name": "BOLOS"})
        self.assert_state("wrong_app", "Tezos Baking")
        self.device_.control.post("/open-app", {"name": "Tezos Baking"})
        self.assert_signs_again()

    def test_wallet_and_back(self):
        self.device_.control.post("/open-app", {"name": "Tezos Wallet (XTZ)"})
        self.assert_state("wrong_app", "Tezos Baking")
        self.device_.control.post("/open-app", {"name": "Tezos Baking"})
        self.assert_signs_again()

    def test_other_app_noticed_by_a_request(self):
        self.device_.control.post("/open-app", {"name": "BOLOS"})
        self.assert_error(self.sign(self.next_block()), 503)
        self.device_.control.post("/open-app", {"name": "Tezos Baking"})
        self.assert_signs_again()

    def test_unplug_and_plug(self):
        self.device_.control.post("/unplug")
        self.assert_state("absent")
        self.device_.control.post("/plug")
        self.assert_signs_again()

    def test_unplugged_for_longer_than_the_grace_is_refused_before_the_deadline(self):
        self.device_.control.post("/unplug")
        message = self.assert_error(self.sign(self.next_block()), 503)
        self.assertNotIn("sign-deadline", message)
        self.device_.control.post("/plug")
        self.assert_signs_again()

    def test_power_cycle(self):
        self.device_.control.post("/power-cycle")
        self.assert_signs_again()

    def test_power_cycle_to_the_dashboard(self):
        self.device_.control.post("/power-cycle", {"app": "BOLOS"})
        self.assert_state("wrong_app", "Tezos Baking")
        self.device_.control.post("/open-app", {"name": "Tezos Baking"})
        self.assert_signs_again()

    def test_factory_reset_leaves_no_key(self):
        self.device_.control.post("/power-cycle", {"factory": True})
        self.bridge.wait_reason("unauthorised")
        self.assert_refused_at_once("setup-ledger")

    def test_locked_and_unplugged_and_plugged_and_unlocked(self):
        self.device_.control.post("/lock")
        self.bridge.wait_reason("locked")
        self.device_.control.post("/unplug")
        self.bridge.wait_reason("absent")
        self.device_.control.post("/plug")
        self.bridge.wait_reason("locked")
        self.device_.control.post("/unlock")
        self.assert_signs_again()


class LooseCable(SessionCase):
    options = ("--reconnect-grace", "20s", "--sign-deadline", "20s")

    def test_is_made_up_for_within_the_request(self):
        for _ in range(3):
            self.device_.control.post("/unplug")
            threading.Timer(0.3, self.device_.control.post, ["/plug"]).start()
            self.assert_signs()


class Marks(SessionCase):
    def test_device_that_forgot_its_mark_in_a_power_cut_makes_no_double(self):
        self.device_.control.post("/hwm-setting", {"enabled": False})
        for _ in range(5):
            self.assert_signs()
        self.device_.control.post("/power-cycle")
        self.bridge.wait_ready()
        eventually(lambda: self.device_.marks()[0][0] < self.level, 5, "the device forgot")
        self.assert_error(self.sign(block(self.level, salt=1)), 409, "different data")
        self.assert_error(self.sign(block(self.level - 1, salt=1)), 409, "below high watermark")
        self.assert_signs()

    def test_device_that_is_ahead_is_the_reason_of_the_refusal(self):
        other = self.level + 5
        self.device_.control.post("/unplug")
        self.bridge.wait_reason("absent")
        self.bridge.stop()
        self.device_.control.post("/plug")
        self.device_.set_up(level=other)
        self.bridge.start().wait_ready()
        self.assert_error(self.sign(block(other)), 409, "device")
        message = block(other + 1)
        self.assert_signed(self.sign(message), self.device_.public_key, message)

    def test_device_of_another_seed_at_the_same_place_signs_for_its_own_key_alone(self):
        port, old_key = self.device_.port, self.device_.address
        self.device_.kill()
        other = self.device("--seed", OTHER_SEED, port=port).set_up(level=2000)
        self.assertNotEqual(other.address, old_key)
        eventually(lambda: self.bridge.get(f"/keys/{other.address}").status == 200, 5, "new key")
        self.assert_error(self.bridge.sign(old_key, self.next_block()), 503)
        message = block(2001)
        self.assert_signed(self.bridge.sign(other.address, message), other.public_key, message)


class Prompts(SessionCase):
    def setUp(self):
        self.device_ = self.device(confirm="ask").set_up()
        self.bridge = self.started(self.device_.url).wait_ready()
        self.level = 1000
        self.assert_signs()

    def open_prompt(self):
        request = {"command": "setup", "chain": "ghostnet", "curve": "ed25519"}
        conversation = admin.AdminConversation(self.bridge.admin_socket, request)
        self.device_.control.wait_for_prompt()
        return conversation

    def test_requests_are_refused_at_once_while_a_question_is_open(self):
        conversation = self.open_prompt()
        self.bridge.wait_reason("prompting")
        for _ in range(3):
            self.assert_refused_at_once("screen")
        self.device_.control.post("/reject")
        _, last = conversation.finish()
        self.assertEqual(last["error"]["exit_code"], 4)
        self.assert_signs_again()

    def test_accepted_setup_is_served_at_once(self):
        conversation = self.open_prompt()
        self.device_.control.post("/accept")
        _, last = conversation.finish()
        self.assertIn("result", last)
        message = block(1, chain=GHOSTNET)
        answer = self.bridge.sign(self.device_.address, message)
        self.assert_signed(answer, self.device_.public_key, message)

    def test_operator_who_went_away_leaves_the_prompt_and_the_daemon_recovers(self):
        self.open_prompt().close()
        self.assert_refused_at_once()
        self.device_.control.post("/reject")
        self.assert_signs_again()

    def test_unplugged_at_the_prompt(self):
        conversation = self.open_prompt()
        self.device_.control.post("/unplug")
        _, last = conversation.finish()
        self.assertEqual(last["error"]["exit_code"], 3)
        self.device_.control.post("/plug")
        self.bridge.wait_reason("prompting")  # the question outlived the cable
        self.device_.control.post("/reject")
        self.assert_signs_again()


if __name__ == "__main__":
    unittest.main()
