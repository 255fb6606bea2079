"""One client that asks without end delays the others a little, and takes nothing from them."""

import http.client
import itertools
import tempfile
import threading
import unittest

from support import http_client
from support.case import BridgeCase
from support.device import in_parallel
from support.payloads import GHOSTNET, attestation, block, preattestation
from support.socket_client import Refused, SocketClient
from support.waiting import eventually

GREEDY = "127.0.0.2"
SHARE, ALL = 8, 32
FLOODERS = 40
SIGN_MS = 40
HELD_MS = 5000
PATIENT = ("--sign-deadline", "20s")


class QueueShares(BridgeCase):
    def serve(self, *options):
        self.device_, self.bridge = self.pair("--chain", "ghostnet", *options)
        self.address = self.device_.address
        self.target = f"/keys/{self.address}"

    def ask_from(self, source, message):
        """(status, words) of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.bridge.port, timeout=20, source_address=(source, 0))
        try:
            connection.request("POST", self.target, http_client.sign_body(message))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def hold_the_device(self):
        """One signature that takes long; what is asked meanwhile waits."""
        self.device_.fault("delay", ms=HELD_MS, instruction="SIGN")
        holding = threading.Thread(target=self.bridge.sign, args=(self.address, block(101)))
        holding.start()
        self.addCleanup(holding.join)
        eventually(lambda: self.device_.state()["main"]["level"] == 101, 5, "signing", step=0.02)

    @staticmethod
    def words_of(answers):
        return [words for status, words in answers if status == 503]

    def test_one_client_has_its_share_of_the_default_queue(self):
        self.serve(*PATIENT)
        self.hold_the_device()
        levels = range(200, 200 + SHARE + 7)
        refused = self.words_of(in_parallel([lambda l=l: self.ask_from(GREEDY, attestation(l)) for l in levels]))
        self.assertEqual(len(refused), 7, refused)
        for words in refused:
            self.assertIn(f"{SHARE} requests of {GREEDY} wait already", words)
            self.assertIn("client-queue-limit", words)

    def test_several_clients_fill_the_default_queue(self):
        self.serve(*PATIENT)
        self.hold_the_device()
        asks = [(f"127.0.0.{2 + number // SHARE}", attestation(200 + number)) for number in range(ALL + SHARE)]
        refused = self.words_of(in_parallel([lambda a=a: self.ask_from(*a) for a in asks]))
        self.assertEqual(len(refused), SHARE, refused)
        for words in refused:
            self.assertIn(f"{ALL} requests wait already", words)

    def test_equal_requests_of_a_client_are_one(self):
        self.serve(*PATIENT, "--client-queue-limit", "1")
        self.hold_the_device()
        answers = in_parallel([lambda: self.ask_from(GREEDY, attestation(102))] * 12)
        self.assertEqual({status for status, _ in answers}, {200})

    def test_over_the_sockets_a_client_is_an_address_or_a_user(self):
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="shares-"))
        path = f"{folder}/signer.sock"
        self.serve(*PATIENT, "--client-queue-limit", "1", "--tcp", "127.0.0.1:0", "--unix", path)
        tcp = ("127.0.0.1", int(self.bridge.ready_line().rpartition(":")[2]))
        self.hold_the_device()
        waiting = threading.Thread(target=self.ask_from, args=("127.0.0.1", attestation(102)))
        waiting.start()
        self.addCleanup(waiting.join)
        eventually(lambda: "queue_length 1\n" in self.bridge.get("/metrics").body.decode(), 5, "one waits", step=0.02)
        with SocketClient(tcp) as client, self.assertRaises(Refused) as refused:
            client.sign(self.address, attestation(103))
        self.assertIn("1 requests of 127.0.0.1 wait already", refused.exception.message)
        with SocketClient(path) as client:
            self.assertTrue(client.sign(self.address, attestation(104)))

    def test_a_baker_misses_nothing_beside_a_flood(self):
        self.serve()
        self.device_.fault("delay", count=100_000, ms=SIGN_MS, instruction="SIGN")
        levels, over, met, broken = itertools.count(1), threading.Event(), set(), []

        def flood():
            # Levels of the other chain: signed one by one, and no mark of the baker's is moved.
            try:
                while not over.is_set():
                    status, words = self.ask_from(GREEDY, attestation(next(levels), chain=GHOSTNET))
                    met.add("its share" if "client-queue-limit" in words else status)
            except Exception as error:  # a flood that is gone would prove nothing
                broken.append(error)

        flooders = [threading.Thread(target=flood) for _ in range(FLOODERS)]
        for one in flooders:
            one.start()
        try:
            eventually(lambda: "its share" in met, 20, "the flood")
            for message in (build(l) for l in range(101, 106) for build in (block, preattestation, attestation)):
                self.assert_signed(self.bridge.sign(self.address, message), self.device_.public_key, message)
        finally:
            over.set()
            for one in flooders:
                one.join()
        self.assertEqual(broken, [])
        self.assertLessEqual({200, "its share"}, met)


if __name__ == "__main__":
    unittest.main()
