#!/usr/bin/env python3
"""Prompts, the cable, faults and signing times, over the wire."""

import struct
import time

import process_case
from process_case import MARKS, VERSION, Running, select, setup, sign
from support.emulator import Host


class Prompts(Running):
    arguments = ()

    def test_answer_goes_to_the_connection_that_is_there(self):
        with self.emulator.host() as first:
            first.send(setup(100))
            self.control.wait_for_prompt()
        second = self.host()
        second.send(VERSION)
        self.assertTrue(second.is_silent(0.1))
        self.control.post("/accept")
        self.assertEqual(second.receive()[1], 0x9000)
        self.assertTrue(second.is_silent(0.1), "the dropped command is never answered")

    def test_answer_waits_for_the_next_connection(self):
        with self.emulator.host() as first:
            first.send(setup(100))
            self.control.wait_for_prompt()
        self.control.post("/accept")
        self.assertEqual(self.main_level(), 100)
        self.assertEqual(len(self.host().receive()[0]), 34)

    def test_prompt_survives_the_cable_but_its_answer_does_not(self):
        host = self.host()
        host.send(setup(100))
        self.control.wait_for_prompt()
        self.control.post("/unplug")
        self.control.post("/accept")
        self.control.post("/plug")
        again = self.host()
        self.assertTrue(again.is_silent(0.1))
        self.assertEqual(again.exchange(MARKS)[0][:4], struct.pack(">I", 100))

    def test_power_cycle_ends_the_connection_of_a_host_that_waits(self):
        host = self.host()
        host.send(setup(100))
        self.control.wait_for_prompt()
        self.control.post("/power-cycle")
        with self.assertRaises(ConnectionError):
            host.receive()
        self.assertEqual(self.main_level(), 0)


class Cable(Running):
    def test_unplug_ends_the_connection_and_refuses_new_ones(self):
        host, waiting = self.host(), self.host()
        host.exchange(VERSION)
        self.control.post("/unplug")
        for gone in (host, waiting):
            with self.assertRaises(ConnectionError):
                gone.exchange(VERSION)
        with self.assertRaises(ConnectionRefusedError):
            Host(self.emulator.apdu_port)
        self.control.post("/plug")
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_unplug_and_plug_may_be_repeated(self):
        for _ in range(20):
            self.control.post("/unplug")
            self.control.post("/unplug")
            self.control.post("/plug")
            self.control.post("/plug")
            with self.emulator.host() as host:
                self.assertEqual(host.exchange(VERSION)[1], 0x9000)

    def test_power_cycle_of_an_idle_device_keeps_the_connection(self):
        host = self.ready_host()
        self.control.post("/power-cycle")
        self.assertEqual(host.exchange(sign(101))[1], 0x917E)


class Faults(Running):
    def fault(self, kind, **more):
        self.control.post("/fault", {"kind": kind, "instruction": "SIGN", **more})

    def test_dropped_signature_has_moved_the_mark(self):
        host = self.ready_host()
        self.fault("drop")
        host.send(sign(101))
        self.assertTrue(host.is_silent(0.1))
        self.assertEqual(self.main_level(), 101)
        self.assertEqual(host.exchange(sign(101)), (b"", 0x6A80))

    def test_disconnected_signature_has_moved_the_mark(self):
        host = self.ready_host()
        self.fault("disconnect")
        host.send(sign(101))
        with self.assertRaises(ConnectionError):
            host.receive()
        self.assertEqual(self.main_level(), 101)
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_delayed_answer_comes_late_and_others_wait_for_it(self):
        host = self.ready_host()
        self.fault("delay", ms=200)
        begin = time.monotonic()
        host.send(sign(101))
        host.send(VERSION)
        self.assertEqual(len(host.receive()[0]), 64)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertEqual(host.receive()[0].hex(), "01020501")

    def test_delayed_answer_finds_the_next_host(self):
        host = self.ready_host()
        self.fault("delay", ms=1000)
        host.send(sign(101))
        host.close()
        self.assertEqual(len(self.host().receive()[0]), 64)

    def test_delayed_answer_is_lost_with_the_cable(self):
        host = self.ready_host()
        self.fault("delay", ms=100)
        host.send(sign(101))
        deadline = time.monotonic() + 5
        while self.main_level() != 101 and time.monotonic() < deadline:
            pass
        self.control.post("/unplug")
        self.control.post("/plug")
        self.assertTrue(self.host().is_silent(0.2))

    def test_cut_and_corrupt_answers_keep_the_frame(self):
        host = self.ready_host()
        self.fault("cut")
        self.assertEqual(len(host.exchange(sign(101))[0]), 32)
        self.fault("corrupt")
        wrong = host.exchange(sign(102))[0]
        host.exchange(setup(100))
        host.exchange(select())
        right = host.exchange(sign(102))[0]
        self.assertEqual(len(wrong), 64)
        self.assertEqual(sum(bin(a ^ b).count("1") for a, b in zip(wrong, right)), 1)

    def test_torn_answer_ends_the_connection(self):
        host = self.ready_host()
        self.fault("cut")
        with self.assertRaises(ConnectionError):
            host.exchange(sign(1))
        self.assertEqual(self.host().exchange(VERSION)[1], 0x9000)

    def test_count_and_instruction_are_kept_to(self):
        host = self.ready_host()
        self.fault("drop", count=2)
        self.assertEqual(host.exchange(VERSION)[1], 0x9000)
        self.assertEqual(host.exchange(select())[1], 0x9000)
        for level in (101, 102):
            host.send(sign(level))
            self.assertTrue(host.is_silent(0.05))
        self.assertEqual(host.exchange(VERSION)[0].hex(), "01020501", "no answer comes late")
        self.assertEqual(host.exchange(sign(103))[1], 0x9000)


class Speed(Running):
    arguments = ("--confirm", "accept", "--latency", "nano-s-plus")

    def test_only_signatures_take_their_time(self):
        host = self.host()
        host.exchange(setup(100, 1))
        host.exchange(select(1))
        refused = [self.seconds(host, 50, 0x6A80) for _ in range(5)]
        signed = [self.seconds(host, level, 0x9000) for level in range(101, 106)]
        self.assertLess(min(refused), 0.1)
        self.assertGreater(min(signed), 0.2)

    def seconds(self, host, level, status):
        begin = time.monotonic()
        self.assertEqual(host.exchange(sign(level))[1], status)
        return time.monotonic() - begin


if __name__ == "__main__":
    process_case.main()
