"""Answers of the device that come late, never, short or wrong; a device that dies in between.

Whatever happens: each request is answered within the deadline, nothing but a right signature leaves,
nothing is signed twice, and signatures come back by themselves.
"""

import json
import threading
import time
import unittest

from support import command
from support.device import in_parallel
from support.payloads import attestation, block
from support.session import BACK_SECONDS, FaultCase, SessionCase
from support.waiting import Stopwatch, eventually

APDU_SECONDS = 15  # how long the daemon waits for one answer of the device


class Faults(FaultCase):
    def test_late_signature_is_kept_for_the_same_bytes(self):
        message, answer = self.disturbed("delay", ms=2000)
        self.assert_error(answer, 503, "sign-deadline")
        answer = eventually(lambda: self.signed(message), 3, "the late signature", step=0.05)
        self.assert_signed(answer, self.device_.public_key, message)
        self.assertEqual(self.device_.signatures(), 2)
        self.assert_no_double(message, block(self.level, salt=1))
        self.assert_signs_again()

    def test_deadline_holds_while_the_device_is_late(self):
        """Later requests are not held up for longer than their own deadline either."""
        _, answer = self.disturbed("delay", ms=6000)
        self.assert_error(answer, 503, "sign-deadline")
        for _ in range(2):
            self.assert_error(self.sign(self.next_block()), 503, "sign-deadline")
        self.assert_signs_again(BACK_SECONDS + 3)

    def test_short_answer(self):
        message, answer = self.disturbed("cut")
        self.assertNotEqual(answer.status, 200)
        self.assert_no_double(message, block(self.level, salt=1))
        self.assert_signs_again()

    def test_cable_goes_instead_of_the_answer(self):
        message, answer = self.disturbed("disconnect")
        self.assertNotEqual(answer.status, 200)
        if not self.device_.state()["plugged"]:
            self.device_.control.post("/plug")
        self.assert_signs_again()
        self.assert_error(self.sign(block(self.level - 2, salt=1)), 409)

    def test_faults_of_questions_do_not_stop_the_daemon(self):
        for kind in ("corrupt", "cut", "delay"):
            with self.subTest(kind=kind):
                self.device_.fault(kind, ms=300, count=3)
                time.sleep(3.5)  # a question each second
                self.assert_signs_again(BACK_SECONDS + 3)


class Silence(FaultCase):
    def test_answer_that_never_comes(self):
        self.device_.fault("drop", instruction="SIGN")
        silence = Stopwatch()
        message = self.next_block()
        self.assert_error(self.sign(message), 503, "sign-deadline")
        while silence() < APDU_SECONDS - 4:
            self.assert_error(self.sign(self.next_block()), 503)
        level = self.level
        self.assert_signs_again(APDU_SECONDS + BACK_SECONDS - silence())
        answer = self.sign(message)
        self.assert_error(answer, 409)
        self.assertLess(level, self.level)


class WithoutBuild(SessionCase):
    """Which build of the app it is nobody needs to know for a signature."""

    def setUp(self):
        self.level = 1000

    def test_an_app_that_breaks_at_the_question_is_served_all_the_same(self):
        for kind in ("drop", "disconnect", "cut"):
            with self.subTest(kind=kind):
                self.device_ = self.device().set_up()
                self.device_.fault(kind, instruction="GIT", count=1000)
                self.bridge = self.started(self.device_.url).wait_ready()
                self.assert_signs()
                status = command.run("ledgerctl", "status", "--json", "--admin-socket",
                                     self.bridge.admin_socket)
                app = json.loads(status.stdout)["devices"][0]["app"]
                self.assertEqual(app, {"name": "Tezos Baking", "version": "2.5.1"})


class DefaultDeadline(SessionCase):
    def test_a_little_late_is_in_time(self):
        self.device_.fault("delay", ms=1500, instruction="SIGN")
        self.assert_signs()

    def test_answer_comes_within_four_seconds(self):
        times = []
        while len(times) < 8 and (not times or min(times) > 4.0):  # one in which the client was quick
            times.append(self.time_of_a_late_answer())
        self.assertLessEqual(min(times), 4.0, "the deadline is when the answer is there")
        self.assertGreater(min(times), 3.0)

    def time_of_a_late_answer(self):
        self.device_.fault("delay", ms=6000, instruction="SIGN")
        message = self.next_block()
        time_taken = Stopwatch()
        self.assert_error(self.sign(message), 503, "sign-deadline")
        taken = time_taken()
        eventually(lambda: self.signed(message), 5, "the late signature")
        return taken

    def test_sixteen_clients_of_a_late_device_are_all_answered(self):
        self.device_.fault("delay", ms=6000, instruction="SIGN")
        message = self.next_block()
        answers = in_parallel([lambda: self.sign(message)] * 16)
        for answer in answers:
            self.assert_error(answer, 503, "sign-deadline")


class Mortal(SessionCase):
    """The emulator's process ends, as when the device loses power with its cable."""

    def setUp(self):
        folder = self.daemon().folder
        self.device_ = self.device("--nvram", str(folder / "nvram")).set_up()
        self.bridge = self.started(self.device_.url, *self.options).wait_ready()
        self.level = 1000
        self.assert_signs()


class ShortDeath(Mortal):
    """It is back before the daemon gives it up, also when a machine needs seconds to start it."""

    options = ("--reconnect-grace", "20s", "--sign-deadline", "20s")

    def test_restart_before_the_request(self):
        self.device_.kill()
        self.device_.start()
        self.assert_signs()

    def test_restart_while_a_request_waits(self):
        self.device_.kill()
        threading.Timer(0.7, self.device_.start).start()
        self.assert_signs()

    def test_vote_whose_answer_was_lost_is_not_signed_again_differently(self):
        self.device_.fault("delay", ms=8000, instruction="SIGN")
        self.level += 1
        message = attestation(self.level)
        killer = threading.Thread(target=self.restart_when_it_has_the_message)
        killer.start()
        answer = self.sign(message)
        killer.join()
        self.assert_error(answer, 409)
        self.assert_error(self.sign(attestation(self.level, salt=1)), 409, "different data")
        self.assert_signs_again()

    def restart_when_it_has_the_message(self):
        eventually(lambda: self.device_.state()["main"]["level"] == self.level, 5, "the message at the device", step=0.02)
        self.device_.restart()


class Death(Mortal):
    def test_killed_with_a_signature_under_way(self):
        """The mark has moved or not; either way the answer comes in time and is no double."""
        for delay in (0, 0.02, 0.1):
            with self.subTest(delay=delay):
                self.device_.fault("delay", ms=500, instruction="SIGN")
                message = self.next_block()
                time.sleep(delay)
                killer = threading.Timer(0.1, self.device_.restart)
                killer.start()
                answer = self.sign(message)
                killer.join()
                self.assertIn(answer.status, (200, 409, 503), answer)
                self.assert_signs_again()
                other = self.sign(block(self.level - 2, salt=1))
                self.assert_error(other, 409)

    def test_dead_for_long(self):
        self.device_.kill()
        self.bridge.wait_reason("absent")
        self.assert_refused_at_once("no device")
        time.sleep(3)
        self.device_.start()
        self.assert_signs_again()

    def test_many_deaths_in_a_row(self):
        for _ in range(5):
            self.device_.restart()
            self.assert_signs_again()


if __name__ == "__main__":
    unittest.main()
