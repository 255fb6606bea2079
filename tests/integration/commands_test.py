"""The tools with the daemon running: through its admin socket, next to signing."""

import json
import threading
import time
import unittest

from support import admin, command
from support.case import BridgeCase
from support.payloads import GHOSTNET, attestation, block
from support.waiting import eventually

ADDRESS = "tz1RVYaHiobUKXMfJ47F7Rjxx5tu3LC35WSA"
REFUSED_BY_USER, REFUSED_BY_WATERMARK, NO_DEVICE = 4, 5, 3


class ToolCase(BridgeCase):
    def tool(self, name, *arguments):
        return command.run(name, *arguments, "--admin-socket", self.bridge.admin_socket)

    def facts(self, name, *arguments):
        done = self.tool(name, *arguments, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def signs(self, message):
        answer = self.bridge.sign(self.device_.address, message)
        return self.assert_signed(answer, self.device_.public_key, message)


class Reading(ToolCase):
    def setUp(self):
        self.device_, self.bridge = self.pair()

    def test_status_shows_the_device_and_what_was_signed(self):
        self.signs(block(101, 2))
        status = self.facts("ledgerctl", "status")
        self.assertEqual((status["store"], status["role"]), ("ok", "single"))
        device = status["devices"][0]
        self.assertEqual(device["device"], self.device_.url)
        self.assertEqual(device["name"], "masculine-pig-stupendous-dugong")
        self.assertEqual((device["state"], device["reason"]), ("ready", ""))
        self.assertEqual(device["app"], {"name": "Tezos Baking", "version": "2.5.1",
                                         "git": "v2.5.1-0-g50ec8cfc"})
        self.assertEqual(device["authorized"]["address"], ADDRESS)
        self.assertEqual(device["authorized"]["public_key"], self.device_.public_key)
        self.assertEqual(device["chain"], "NetXdQprcVkpaWU")
        self.assertEqual(device["device_marks"]["main"], {"level": 101, "round": 2})
        mark = {"chain": "NetXdQprcVkpaWU", "kind": "block", "level": 101, "round": 2}
        self.assertEqual(device["host_marks"], [mark])

    def test_status_names_what_is_wrong(self):
        for change, undo, state in (
            (("/lock",), ("/unlock",), "locked"),
            (("/open-app", {"name": "BOLOS"}), ("/open-app", {"name": "Tezos Baking"}), "wrong_app"),
            (("/unplug",), ("/plug",), "absent"),
        ):
            with self.subTest(state=state):
                self.device_.control.post(*change)
                self.bridge.wait_reason(state)
                device = self.facts("ledgerctl", "status")["devices"][0]
                self.assertEqual(device["state"], state)
                self.assertNotEqual(device["reason"], "")
                self.device_.control.post(*undo)
                self.bridge.wait_ready()

    def test_list_and_pubkey_for_people(self):
        done = self.tool("ledgerctl", "list")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("masculine-pig-stupendous-dugong", done.stdout)
        done = self.tool("ledgerctl", "pubkey")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.device_.public_key, done.stdout)

    def test_tools_next_to_signing_neither_disturb_nor_are_disturbed(self):
        stop = threading.Event()
        failures = []

        def look():
            while not stop.is_set():
                for subcommand in ("status", "pubkey"):
                    done = self.tool("ledgerctl", subcommand)
                    if done.returncode != 0:
                        failures.append(done.stderr)

        looking = threading.Thread(target=look)
        looking.start()
        for level in range(101, 141):
            self.signs(block(level))
            time.sleep(0.02)
        stop.set()
        looking.join()
        self.assertEqual(failures, [])

    def test_devices_that_are_not_there(self):
        done = self.tool("ledgerctl", "pubkey", "--device", "tcp://127.0.0.1:1")
        self.assert_failed(done, NO_DEVICE)
        self.device_.control.post("/unplug")
        self.bridge.wait_reason("absent")
        self.assert_failed(self.tool("ledgerctl", "pubkey"), NO_DEVICE)

    def test_commands_for_a_device_that_is_gone_do_not_put_off_its_return(self):
        self.device_.control.post("/unplug")
        self.bridge.wait_reason("absent")
        reset = {"command": "reset", "device": self.device_.url, "level": 1}
        refusals = []

        def serves_after_another():
            refusals.append(admin.ask(self.bridge.admin_socket, reset))
            return self.bridge.get("/healthz").status == 200

        self.assertFalse(serves_after_another())
        self.device_.control.post("/plug")
        eventually(serves_after_another, 5, "ready beside commands", step=0.1)
        self.assertEqual(refusals[0]["error"]["id"], "no_device")

    def test_nonsense_on_the_admin_socket_harms_nobody(self):
        path = self.bridge.admin_socket
        for line in (b"\n", b"nonsense\n", b"[]\n", b'{"command":1}\n', b'{"command":"fly"}\n', b'{}\n'):
            with self.subTest(line=line):
                answer = admin.ask(path, line)
                self.assertEqual(sorted(answer["error"]), ["exit_code", "id", "message"])
        admin.AdminConversation(path, b"half a line").close()
        self.signs(block(101))


class TakenAsUsed(ToolCase):
    def test_a_confirmed_reset_ends_an_absurd_level(self):
        self.device_, self.bridge = self.pair(level=0x3FFFFFFE)
        refused = self.bridge.sign(self.device_.address, block(501))
        self.assert_error(refused, 409, "up to 1073741822", "main mark")
        done = self.tool("reset-hwm", "--level", "500")
        self.assertEqual(done.returncode, 0, done.stderr)
        refused = self.bridge.sign(self.device_.address, attestation(500))
        self.assert_error(refused, 409, "up to 500")
        self.signs(block(501))

    def test_a_level_of_another_host_is_used_up_and_stays_so_after_a_restart(self):
        self.device_, other = self.pair()
        self.assertEqual(other.sign(self.device_.address, block(205, 2)).status, 200)
        other.stop()
        self.bridge = self.started(self.device_.url).wait_ready()
        for _ in range(2):
            refused = self.bridge.sign(self.device_.address, attestation(205, 3))
            self.assert_error(refused, 409, "up to 205", "main mark (205,2)")
            self.bridge.kill()
            self.bridge.start().wait_ready()
        self.assertEqual(self.device_.signatures(), 1)
        self.signs(block(206))


    def test_a_reset_does_not_open_the_levels_of_another_host_again(self):
        self.device_, other = self.pair()
        self.assertEqual(other.sign(self.device_.address, block(205)).status, 200)
        other.stop()
        self.bridge = self.started(self.device_.url).wait_ready()
        before = self.device_.state()
        for tool in ("reset-hwm",), ("setup-ledger", "--curve", "ed25519"):
            for level in 150, 204:
                done = self.tool(*tool, "--level", level)
                self.assert_failed(done, REFUSED_BY_WATERMARK, "205", "another signer")
        self.assertEqual(self.device_.state()["flash_writes"], before["flash_writes"])
        self.assertEqual(self.device_.marks(), ((205, 0), (0, 0)))
        self.assert_error(self.bridge.sign(self.device_.address, block(160)), 409, "205")
        self.signs(block(206))


class Changing(ToolCase):
    def setUp(self):
        self.device_ = self.device(confirm="ask")
        self.bridge = self.started(self.device_.url)
        self.bridge.wait_reason("unauthorised")

    def answered(self, how, name, *arguments):
        """A tool whose prompt the person at the device answers like this."""
        result = []
        tool = threading.Thread(target=lambda: result.append(self.tool(name, *arguments)))
        tool.start()
        self.device_.control.wait_for_prompt()
        self.device_.control.post(how)
        tool.join()
        return result[0]

    def set_up(self, *more, how="/accept"):
        curve = ("--curve", "ed25519", "--chain", "mainnet")
        done = self.answered(how, "setup-ledger", *curve, *more)
        if done.returncode == 0:
            self.device_.public_key = self.bridge.get(f"/keys/{ADDRESS}").json()["public_key"]
        return done

    def test_first_setup_and_the_first_signature(self):
        done = self.set_up("--level", "500")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(ADDRESS, done.stdout)
        self.assertIn("octez-client import secret key", done.stdout)
        self.assertIn(f"http://127.0.0.1:{self.bridge.port}/{ADDRESS}", done.stdout)
        self.assertEqual(self.bridge.get("/healthz").status, 200, "served when the tool is done")
        self.signs(block(501))

    def test_setup_refused_by_the_person(self):
        done = self.set_up("--level", "500", how="/reject")
        self.assert_failed(done, REFUSED_BY_USER)
        self.bridge.wait_reason("unauthorised")

    def test_main_network_needs_a_level(self):
        done = self.tool("setup-ledger", "--curve", "ed25519", "--chain", "mainnet")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--level", done.stderr)
        self.assertIsNone(self.device_.state()["prompt"])

    def test_level_that_was_signed_is_refused_without_a_prompt(self):
        self.set_up("--level", "500")
        self.signs(attestation(600))
        marks = self.device_.marks()
        for tool in (("setup-ledger", "--curve", "ed25519"), ("reset-hwm",)):
            for level in ("600", "599", "1"):
                with self.subTest(tool=tool, level=level):
                    done = self.tool(*tool, "--level", level)
                    self.assert_failed(done, REFUSED_BY_WATERMARK, "600")
        self.assertIsNone(self.device_.state()["prompt"])
        self.assertEqual(self.device_.marks(), marks)
        self.signs(block(601))

    def test_level_out_of_range_is_refused_without_a_prompt(self):
        self.set_up("--level", "500")
        done = self.tool("reset-hwm", "--level", "1073741824")
        self.assertNotEqual(done.returncode, 0)
        self.assertIsNone(self.device_.state()["prompt"])

    def test_reset_raises_the_mark_and_signing_goes_on_above_it(self):
        self.set_up("--level", "500")
        self.signs(block(501))
        done = self.answered("/accept", "reset-hwm", "--level", "700")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.device_.marks()[0], (700, 0))
        self.assert_error(self.bridge.sign(ADDRESS, block(650)), 409, "device")
        self.signs(block(701))

    def test_signing_while_the_prompt_is_open_is_refused_and_resumes(self):
        self.set_up("--level", "500")
        tool = threading.Thread(target=lambda: self.tool("reset-hwm", "--level", "800"))
        tool.start()
        self.device_.control.wait_for_prompt()
        self.assert_error(self.bridge.sign(ADDRESS, block(501)), 503, "screen")
        self.device_.control.post("/reject")
        tool.join()
        self.signs(block(501))

    def test_setup_for_another_chain_serves_that_chain(self):
        self.set_up("--level", "500")
        done = self.answered(
            "/accept", "setup-ledger", "--curve", "ed25519", "--chain", "ghostnet", "--level", "7"
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.signs(block(8, chain=GHOSTNET))
        self.assert_error(self.bridge.sign(ADDRESS, block(901)), 403)

    def test_deauthorised_device_signs_nothing(self):
        self.set_up("--level", "500")
        self.signs(block(501))
        done = self.tool("ledgerctl", "deauthorize", "--yes")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.bridge.wait_reason("unauthorised")
        self.assert_error(self.bridge.sign(ADDRESS, block(502)), 503, "setup-ledger")
        eventually(lambda: self.set_up("--level", "502").returncode == 0, 5, "set up again")
        self.signs(block(503))


if __name__ == "__main__":
    unittest.main()
