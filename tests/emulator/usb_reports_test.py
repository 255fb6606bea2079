#!/usr/bin/env python3
"""The emulated USB device: enumeration, and commands and answers by reports."""

import struct

import process_case
from process_case import APP_INFO, MARKS, PATH, VERSION, command, setup, sign
from support import usbredir
from support.usbredir import Stalled, reports_of
from usb_case import BAKING, SILENCE, UsbRunning

GIT = bytes.fromhex("8009000000")


class Enumeration(UsbRunning):
    def test_shows_a_full_speed_hid_device_before_it_is_asked(self):
        usb = self.plugged()
        self.assertEqual((usb.vendor_id, usb.product_id, usb.speed), (0x2C97, BAKING, 1))
        self.assertEqual(usb.interfaces, [(0, 3, 0, 0)])
        interrupt = {address: end for address, end in usb.endpoints.items() if address & 15}
        self.assertEqual(interrupt, {0x82: (3, 1, 0, 64), 0x02: (3, 1, 0, 64)})

    def test_descriptors_agree_with_what_was_announced(self):
        usb = self.plugged()
        device = struct.unpack("<BBHBBBBHHHBBBB", usb.descriptor(1))
        self.assertEqual(device[7:10], (usb.vendor_id, usb.product_id, usb.release))
        configuration = usb.descriptor(2)
        self.assertEqual(struct.unpack_from("<H", configuration, 2)[0], len(configuration))
        self.assertIn(bytes([7, 5, 0x82, 3, 64, 0]), configuration)
        self.assertIn(bytes([7, 5, 0x02, 3, 64, 0]), configuration)
        self.assertIn(bytes([0x22, len(usb.report_descriptor()), 0]), configuration)
        self.assertTrue(usb.report_descriptor().startswith(bytes.fromhex("06a0ff")))

    def test_strings(self):
        usb = self.plugged()
        self.assertEqual([usb.string(index) for index in (1, 2, 3)],
                         ["Ledger", "Nano S Plus", "0001"])

    def test_unknown_requests_stall_and_the_next_one_is_answered(self):
        usb = self.plugged()
        for asked in ((0x80, 6, 0x0F00), (0x80, 6, 0x0600), (0xC0, 1), (0x21, 9), (0x40, 0x77)):
            with self.assertRaises(Stalled):
                usb.control(*asked, length=64)
        self.assertEqual(usb.control(0x80, 0, length=2), b"\0\0")

    def test_only_configuration_1_and_interface_0_can_be_set(self):
        usb = self.plugged()
        self.assertEqual(usb.set_configuration(2), (usbredir.STALL, 0))
        self.assertEqual(usb.set_configuration(1), (usbredir.SUCCESS, 1))
        asked = usb.ask(usbredir.GET_CONFIGURATION, b"", usbredir.CONFIGURATION)
        self.assertEqual(asked, b"\0\1")
        for body, status in ((b"\0\0", 0), (b"\0\1", usbredir.STALL), (b"\1\0", usbredir.STALL)):
            answer = usb.ask(usbredir.SET_ALTERNATE, body, usbredir.ALTERNATE)
            self.assertEqual(answer[0], status, body)

    def test_endpoints_stall_until_the_device_is_configured(self):
        usb = self.plugged()
        usb.in_endpoint, usb.out_endpoint = 0x82, 0x02
        self.assertEqual(usb.open(), usbredir.STALL)
        self.assertEqual(usb.write(bytes(64)), usbredir.STALL)
        usb.enumerate()
        usb.in_endpoint, usb.out_endpoint = 0x81, 0x01
        self.assertEqual(usb.open(), usbredir.STALL)
        self.assertEqual(usb.write(bytes(64)), usbredir.STALL)


class Reports(UsbRunning):
    def test_one_report_each_way(self):
        self.assertEqual(self.usb().exchange(VERSION), (bytes.fromhex("01020501"), 0x9000))

    def test_a_signature_takes_two_reports_each_way(self):
        usb = self.ready_usb()
        self.assertEqual(len(reports_of(1, sign(101))), 2)
        signature, status = usb.exchange(sign(101))
        self.assertEqual((len(signature), status), (64, 0x9000))
        self.assertEqual(self.main_level(), 101)

    def test_the_answers_are_those_of_the_apdu_port(self):
        asked = [VERSION, GIT, MARKS, APP_INFO, command(0x02, 0, 0, PATH), b"", bytes(5),
                 command(0x0B, 1, 0), b"\x80\x00\x00\x00\x09x", command(0x0E, 0, 0, bytes(255))]
        with self.emulator.host() as host:
            over_tcp = [host.exchange(apdu) for apdu in asked]
        usb = self.usb()
        self.assertEqual([usb.exchange(apdu) for apdu in asked], over_tcp)

    def test_hundreds_of_exchanges(self):
        usb = self.ready_usb(1000)
        for level in range(1001, 1201):
            self.assertEqual(usb.exchange(sign(level))[1], 0x9000)
        self.assertEqual(self.control.state()["signatures"], 200)

    def test_answers_go_to_the_channel_that_asked(self):
        usb = self.usb()
        for channel in (0, 1, 0xABCD, 0xFFFF):
            usb.send_apdu(VERSION, channel)
            self.assertEqual(usb.receive_apdu(channel=channel)[1], 0x9000)

    def test_a_report_out_of_sequence_is_ignored(self):
        usb = self.ready_usb()
        first, second = reports_of(usb.channel, sign(101))
        for report in (second, first, first, second[:4] + b"\2" + second[5:]):
            self.assertEqual(usb.write(report), usbredir.SUCCESS)
        self.assertTrue(usb.is_silent(SILENCE))
        usb.write(second)
        self.assertEqual(usb.receive_apdu()[1], 0x9000)
        self.assertEqual(self.main_level(), 101)

    def test_a_command_left_between_its_reports_swallows_the_next_one(self):
        """The later command's first report is lost, its second one completes the earlier command."""
        usb = self.ready_usb()
        left, later = reports_of(1, sign(101)), reports_of(2, sign(555))
        for report in (left[0], *later):
            usb.write(report)
        self.assertEqual(usb.receive_apdu(channel=2)[1], 0x9000)
        self.assertEqual(self.main_level(), 101, "level 555 was never seen")

    def test_a_usb_reset_forgets_the_command_under_way(self):
        usb = self.ready_usb()
        usb.write(reports_of(1, sign(101))[0])
        usb.enumerate().open()
        self.assertEqual(usb.exchange(VERSION)[1], 0x9000)

    def test_reports_wait_while_nobody_has_the_node_open(self):
        usb = self.usb()
        usb.shut()
        usb.send_apdu(VERSION)
        self.assertTrue(usb.is_silent(SILENCE))
        usb.open()
        self.assertEqual(usb.receive_apdu()[1], 0x9000)

    def test_who_opens_the_node_next_finds_the_stale_answer_first(self):
        usb = self.ready_usb()
        usb.shut()
        usb.send_apdu(sign(101), channel=1)
        usb.send_apdu(VERSION, channel=2)
        usb.open()
        self.assertEqual(len(usb.receive_apdu(channel=1)[0]), 64)
        self.assertEqual(usb.receive_apdu(channel=2)[0].hex(), "01020501")

    def test_a_locked_device_says_so(self):
        usb = self.usb()
        self.control.post("/lock")
        self.assertEqual(usb.exchange(VERSION), (b"", 0x5515))


class Prompts(UsbRunning):
    arguments = ()

    def test_everything_else_is_dropped_until_the_person_answers(self):
        usb = self.usb()
        usb.send_apdu(setup(100))
        self.control.wait_for_prompt()
        usb.send_apdu(VERSION, channel=2)
        self.assertTrue(usb.is_silent(SILENCE))
        self.control.post("/accept")
        self.assertEqual(len(usb.receive_apdu(channel=2)[0]), 34)
        self.assertTrue(usb.is_silent(SILENCE))

    def test_power_cycle_forgets_it_and_the_device_comes_back(self):
        usb = self.usb()
        usb.send_apdu(setup(100))
        self.control.wait_for_prompt()
        self.control.post("/power-cycle")
        usb.wait_until_gone()
        self.assertEqual(self.reopened(usb), BAKING)
        self.assertEqual(usb.exchange(MARKS)[0], bytes(20))


if __name__ == "__main__":
    process_case.main()
