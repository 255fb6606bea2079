"""What every disturbance of the device is held to: answers in time, and service by itself after."""

from .case import BridgeCase
from .payloads import block
from .waiting import PATIENCE, Stopwatch, eventually

DEADLINE_SECONDS = 4  # of the daemon, by default
BACK_SECONDS = 3  # from the end of a disturbance to the first signature
LATE = 3 * PATIENCE  # what this machine may add to a deadline: it runs many tests at one time
AT_ONCE = 3  # without waiting for the deadline


class SessionCase(BridgeCase):
    """A device with its daemon, and levels that only go up."""

    options = ()
    deadline = DEADLINE_SECONDS

    def setUp(self):
        self.device_, self.bridge = self.pair(*self.options)
        self.level = 1000
        self.assert_signs()

    def next_block(self):
        self.level += 1
        return block(self.level)

    def sign(self, message):
        """Any answer, but within the deadline."""
        time_taken = Stopwatch()
        answer = self.bridge.sign(self.device_.address, message)
        self.assertLess(time_taken(), self.deadline + LATE, answer)
        return answer

    def assert_signs(self):
        message = self.next_block()
        self.assert_signed(self.sign(message), self.device_.public_key, message)

    def assert_refused_at_once(self, *words):
        time_taken = Stopwatch()
        self.assert_error(self.sign(self.next_block()), 503, *words)
        self.assertLess(time_taken(), AT_ONCE)

    def assert_signs_again(self, seconds=BACK_SECONDS):
        """Signatures come back by themselves, in the same process."""
        message = self.next_block()
        answer = eventually(lambda: self.signed(message), seconds, "a signature again", step=0.05)
        self.assert_signed(answer, self.device_.public_key, message)
        self.assertIsNone(self.bridge.process.poll())
        self.bridge.wait_ready(5)
        self.assert_signs()

    def signed(self, message):
        answer = self.sign(message)
        return answer if answer.status == 200 else None


class FaultCase(SessionCase):
    """A device whose answers to SIGN go wrong, and a daemon with a short deadline."""

    options = ("--sign-deadline", "1s")
    deadline = 1

    def assert_signs(self):
        """Asks again for what a slow machine had no signature of in time, and for nothing else."""
        message = self.next_block()
        answer = eventually(lambda: self.signed_or_late(message), 5, "a signature")
        self.assert_signed(answer, self.device_.public_key, message)

    def signed_or_late(self, message):
        answer = self.sign(message)
        if answer.status == 200:
            return answer
        return self.assert_error(answer, 503, "sign-deadline") and None

    def assert_right_or_refused(self, message):
        """Within the deadline (sign() sees to that): this signature, or a refusal in order."""
        answer = self.sign(message)
        if answer.status == 200:
            self.assert_signed(answer, self.device_.public_key, message)
        else:
            self.assertIn(answer.status, (409, 503), answer)
            self.assert_error(answer, answer.status)
        return answer

    def assert_no_double(self, message, other):
        """The message was sent to the device: no other of its level and round is signed."""
        self.assert_error(self.sign(other), 409, "already signed with different data")
        self.assert_right_or_refused(message)

    def disturbed(self, kind, **fault):
        """A block asked for while the device does this to its signature's answer."""
        self.device_.fault(kind, instruction="SIGN", **fault)
        message = self.next_block()
        answer = self.assert_right_or_refused(message)
        return message, answer
