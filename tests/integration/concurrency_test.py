"""Many requests at one time: one signature for equal ones, one winner among conflicting ones."""

import threading
import unittest

from support.case import BridgeCase
from support.disk import FaultyDisk
from support.device import in_parallel
from support.payloads import attestation, block, preattestation
from support.waiting import Stopwatch, eventually

HELD_MS = 5000  # how long the device takes over one signature, while others arrive
AT_ONCE = 3  # seconds: before the device is done


class Concurrency(BridgeCase):
    def setUp(self):
        # As behind a load balancer, where all are one client. No request is given up for lack of time.
        self.device_, self.bridge = self.pair("--client-queue-limit", "32", "--sign-deadline", "20s")
        self.address = self.device_.address
        self.bridge.sign(self.address, block(101))  # warm

    def sign(self, message):
        return self.bridge.sign(self.address, message)

    def test_identical_requests_share_one_signature_and_one_apdu(self):
        self.device_.fault("delay", ms=300, instruction="SIGN")
        before = self.device_.state()
        time_taken = Stopwatch()
        message = attestation(102)
        answers = in_parallel([lambda: self.sign(message)] * 16)
        after = self.device_.state()
        looks = 1 + int(time_taken())  # at the device, one each second
        for answer in answers:
            self.assert_signed(answer, self.device_.public_key, message)
        self.assertEqual(len({answer.body for answer in answers}), 1)
        self.assertEqual(after["signatures"] - before["signatures"], 1)
        self.assertLessEqual(after["apdus"] - before["apdus"], 1 + looks)

    def test_exactly_one_of_conflicting_requests_wins(self):
        for number, build in enumerate((block, preattestation, attestation)):
            with self.subTest(kind=build.__name__):
                level = 110 + number
                messages = [build(level, salt=salt) for salt in range(16)]
                answers = in_parallel([lambda m=m: self.sign(m) for m in messages])
                winners = [i for i, answer in enumerate(answers) if answer.status == 200]
                self.assertEqual(len(winners), 1, answers)
                winner = winners[0]
                self.assert_signed(answers[winner], self.device_.public_key, messages[winner])
                for index, answer in enumerate(answers):
                    if index != winner:
                        self.assert_error(answer, 409)
                self.assertEqual(self.sign(messages[winner]).body, answers[winner].body)

    def test_identical_requests_at_any_moment_of_a_signature_get_it(self):
        for level in range(200, 220):
            answers = in_parallel([lambda l=level: self.sign(block(l))] * 20)
            self.assertEqual({(answer.status, answer.body) for answer in answers},
                             {(200, answers[0].body)})
        self.assertEqual(self.device_.signatures(), 21)  # and the first, which warms up

    def test_conflicting_requests_in_a_storm_of_repetitions(self):
        """Six rounds, each with 4 candidates asked 4 times each: one candidate wins each round."""
        for level in range(120, 126):
            messages = [block(level, salt=salt) for salt in range(4)] * 4
            answers = in_parallel([lambda m=m: self.sign(m) for m in messages])
            given = {answer.body for answer in answers if answer.status == 200}
            self.assertEqual(len(given), 1, answers)
            signed = {m for m, answer in zip(messages, answers) if answer.status == 200}
            self.assertEqual(len(signed), 1)
            self.assertEqual(self.device_.state()["main"]["level"], level)

    def test_order_of_arrival_is_kept(self):
        """Block, preattestation, attestation of one level pass in this order alone."""
        self.device_.fault("delay", ms=2000, instruction="SIGN")
        messages = [block(130), preattestation(130), attestation(130)]
        answers = {}
        threads = []
        for message in messages:
            thread = threading.Thread(target=lambda m=message: answers.update({m: self.sign(m)}))
            thread.start()
            threads.append(thread)
            # The next one is sent when this one is known to have arrived, or is answered already.
            eventually(lambda n=len(threads), m=message: self.arrived() >= n or m in answers, 5, "arrived")
        for thread in threads:
            thread.join()
        for message in messages:
            self.assert_signed(answers[message], self.device_.public_key, message)

    def arrived(self):
        """Requests under way: one at the device, the others in its queue."""
        signing = self.device_.state()["main"]["level"] == 130  # first: so none is counted twice
        metrics = self.bridge.get("/metrics").body.decode()
        waiting = next(l for l in metrics.splitlines() if "queue_length" in l and l[0] != "#")
        return int(float(waiting.split()[-1])) + signing

    def test_queue_limit_refuses_at_once_and_the_waiting_ones_are_served(self):
        device, daemon = self.pair("--queue-limit", "4", "--sign-deadline", "20s", level=1)
        daemon.sign(device.address, block(2))
        device.fault("delay", ms=HELD_MS, instruction="SIGN")
        messages = [attestation(level) for level in range(10, 30)]
        times = {}

        def ask(message):
            time_taken = Stopwatch()
            answer = daemon.sign(device.address, message)
            times[message] = time_taken()
            return answer

        first = threading.Thread(target=lambda: daemon.sign(device.address, block(3)))
        first.start()
        eventually(lambda: device.state()["main"]["level"] == 3, 5, "signing")
        answers = in_parallel([lambda m=m: ask(m) for m in messages])
        first.join()
        refused = [m for m, a in zip(messages, answers) if a.status == 503]
        self.assertEqual(len(refused), 16, answers)
        for message, answer in zip(messages, answers):
            if answer.status == 503:
                self.assert_error(answer, 503, "waiting")
                self.assertLess(times[message], AT_ONCE)
            else:
                self.assertIn(answer.status, (200, 409))  # 409: behind a higher level

    def test_equal_requests_take_no_place_in_the_queue(self):
        device, daemon = self.pair("--queue-limit", "1", level=1)
        device.fault("delay", ms=300, instruction="SIGN")
        message = block(2)
        answers = in_parallel([lambda: daemon.sign(device.address, message)] * 8)
        self.assertEqual({answer.status for answer in answers}, {200})

    def test_default_queue_takes_32(self):
        self.device_.fault("delay", ms=HELD_MS, instruction="SIGN")
        messages = [attestation(200 + n) for n in range(40)]
        first = threading.Thread(target=lambda: self.sign(block(150)))
        first.start()
        eventually(lambda: self.device_.state()["main"]["level"] == 150, 5, "signing")
        answers = in_parallel([lambda m=m: self.sign(m) for m in messages])
        first.join()
        self.assertEqual(sum(answer.status == 503 for answer in answers), 8, answers)

    def test_requests_that_waited_too_long_are_never_sent(self):
        device, daemon = self.pair("--sign-deadline", "2s", level=1)
        daemon.sign(device.address, block(2))
        device.fault("delay", ms=HELD_MS, instruction="SIGN")
        late, never = block(3), attestation(4)
        answers = in_parallel(
            [lambda: daemon.sign(device.address, late), lambda: self.after(device, daemon, never)]
        )
        for answer in answers:
            self.assert_error(answer, 503, "sign-deadline")
        eventually(lambda: daemon.sign(device.address, late).status == 200, 10, "late signature")
        self.assertEqual(device.state()["main"]["level"], 3, "the second was never sent")

    @staticmethod
    def after(device, daemon, message):
        eventually(lambda: device.state()["main"]["level"] == 3, 5, "signing")
        return daemon.sign(device.address, message)


class TwoBridges(BridgeCase):
    def unlocked(self, folder=None):
        """A device and a daemon that takes the lock of its state for granted; of its own state, or
        of this one."""
        device = self.device().set_up()
        daemon = self.daemon(device.url, env={"DISK_FAULT_NO_LOCKS": "1"})
        daemon.state_dir = folder or daemon.state_dir
        FaultyDisk(daemon)
        return device, daemon.start().wait_ready()

    def test_two_daemons_on_one_state_give_one_signature_though_both_devices_sign(self):
        first = self.unlocked()
        both = (first, self.unlocked(first[1].state_dir))
        self.assertEqual(both[0][0].address, both[1][0].address)
        both_signed = 0
        for level in range(101, 121):
            for build in (block, preattestation, attestation):
                before = [one.signatures() for one, _ in both]
                messages = [build(level, salt=salt) for salt in (1, 2)]
                answers = in_parallel(
                    [
                        lambda d=d, m=m: d[1].sign(d[0].address, m)
                        for d, m in zip(both, messages)
                    ]
                )
                # The other comes too late, or to a file that is being written for too long.
                self.assertIn(sorted(a.status for a in answers), ([200, 409], [200, 503]), answers)
                both_signed += [one.signatures() for one, _ in both] == [n + 1 for n in before]
                for _, one in both:
                    one.wait_ready()
        self.assertGreater(both_signed, 30, "of 60")

    def test_two_devices_in_one_daemon_sign_side_by_side(self):
        first = self.device().set_up("ed25519")
        second = self.device().set_up("P-256")
        daemon = self.started(first.url, "--device", second.url, "--sign-deadline", "10s").wait_ready()
        first.fault("delay", ms=3000, instruction="SIGN")
        second.fault("delay", ms=3000, instruction="SIGN")
        time_taken = Stopwatch()
        answers = in_parallel(
            [lambda d=d: daemon.sign(d.address, block(101)) for d in (first, second)]
        )
        self.assertLess(time_taken(), 5.5)  # one after the other takes six
        for device, answer in zip((first, second), answers):
            self.assert_signed(answer, device.public_key, block(101))


class TwoDevicesOfOneKey(BridgeCase):
    """The first signs until it is lost, then the second; no request overtakes another on the way."""

    def setUp(self):
        self.first, self.second = (self.device().set_up() for _ in range(2))
        self.answers, self.asked = {}, []

    def serve(self, *options):
        self.addCleanup(self.join)
        self.daemon_ = self.started(self.first.url, "--device", self.second.url, *options).wait_ready()
        eventually(lambda: self.daemon_.health()["device"].count(",") == 1, 10, "both identified")
        self.first.fault("delay", ms=8000, instruction="SIGN")  # until it is unplugged

    def ask(self, message):
        def run():
            answer = self.daemon_.sign(self.first.address, message)
            self.answers[message] = answer

        self.asked.append(threading.Thread(target=run))
        self.asked[-1].start()

    def join(self):
        for thread in self.asked:
            thread.join()

    def waiting(self, count):
        return f"queue_length {count}\n" in self.daemon_.get("/metrics").body.decode()

    def one_signs_one_waits_and_the_cable_goes(self):
        self.ask(block(101))
        eventually(lambda: self.first.signatures() == 1, 10, "the first signs")
        self.ask(attestation(101))
        eventually(lambda: self.waiting(1), 10, "one waits")
        self.first.control.post("/unplug")

    def test_a_later_request_does_not_overtake_those_of_a_lost_device(self):
        self.serve("--reconnect-grace", "20s", "--sign-deadline", "20s")
        self.one_signs_one_waits_and_the_cable_goes()
        self.ask(attestation(102))
        eventually(lambda: self.waiting(2) or attestation(102) in self.answers, 10, "it came")
        self.first.control.post("/plug")
        self.join()
        for message in (attestation(101), attestation(102)):  # in this order, or 101 is too late
            self.assert_signed(self.answers[message], self.first.public_key, message)

    def test_the_other_takes_over_when_the_lost_one_is_given_up(self):
        self.serve("--reconnect-grace", "500ms")
        self.one_signs_one_waits_and_the_cable_goes()
        self.join()
        message = attestation(102)
        self.assert_signed(self.daemon_.sign(self.first.address, message), self.first.public_key, message)
        self.assertEqual(self.second.signatures(), 1)


if __name__ == "__main__":
    unittest.main()
