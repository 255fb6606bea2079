"""Wrong usage and wrong configuration: exit code 2 and one line that says what to do."""

import unittest

from support import command
from support.case import NOBODY, BridgeCase

WRONG = {
    ("--bogus",): "--bogus",
    ("surplus",): "surplus",
    # Of the contract, but not in this version: refused by name, not ignored.
    ("--node", "127.0.0.1:8732"): "node",
    ("--require-authentication",): "authorized-keys",
    ("--authorized-keys", "x"): "require-authentication",
    ("--https", "127.0.0.1:0"): "tls-certificate",
    ("--tls-key", "x"): "https",
    ("--tcp", "0.0.0.0:0"): "allow-remote",
    ("--tcp", "127.0.0.1"): "tcp",
    ("--unix", ""): "unix",
    ("--path-prefix", "signer"): "path-prefix",
    ("--path-prefix", "/keys"): "path-prefix",
    ("--etcd", "http://127.0.0.1"): "--etcd",
    ("--store", "etcd"): "etcd",
    ("--store", "memory"): "memory",
    ("--magic-bytes", "0x05"): "magic-bytes",
    ("--magic-bytes", "0x11,0x04"): "magic-bytes",
    ("--magic-bytes", ""): "magic-bytes",
    ("--magic-bytes", "0x11,,0x12"): "magic-bytes",
    ("--magic-bytes", "eleven"): "magic-bytes",
    ("--sign-deadline", "0s"): "sign-deadline",
    ("--sign-deadline", "-1s"): "sign-deadline",
    ("--sign-deadline", "4"): "sign-deadline",
    ("--sign-deadline", "4 parsecs"): "sign-deadline",
    ("--sign-deadline", "99999999999999999999h"): "sign-deadline",
    ("--http", "127.0.0.1:65536"): "http",
    ("--http", "127.0.0.1"): "http",
    ("--http", ":0"): "http",
    ("--http", "0.0.0.0:0"): "allow-remote",
    ("--chain", "NetXdQprcVkpaWV"): "chain",
    ("--chain", ""): "chain",
    ("--device", "serial:1"): "device",
    ("--device", "tcp://127.0.0.1"): "device",
    ("--device", "tcp://127.0.0.1:0"): "device",
    ("--queue-limit", "0"): "queue-limit",
    ("--queue-limit", "1e3"): "queue-limit",
    ("--body-limit", "64 potatoes"): "body-limit",
    ("--body-limit", "1"): "body-limit",
    ("--connection-limit", "-1"): "connection-limit",
    ("--max-level-jump", "1073741824"): "max-level-jump",
    ("--log-level", "chatty"): "log-level",
    ("--log-format", "xml"): "log-format",
    ("--log-level",): "log-level",
    ("--http", "none", "--http", "none"): "'none' stands alone",
    ("--http", "none", "--http", "127.0.0.1:0"): "'none' stands alone",
    ("--tcp", "127.0.0.1:7732", "--tcp", "127.0.0.1:7732"): "twice",
    ("--unix", "/a", "--unix", "/b"): "twice",
    ("--config", "/nonexistent/file.toml"): "/nonexistent/file.toml",
}


class CommandLine(BridgeCase):
    def test_wrong_options_are_usage_errors_that_name_them(self):
        for options, word in WRONG.items():
            with self.subTest(options=options):
                self.assert_usage_error(command.run("ledger-bridged", *options), word)

    def test_wrong_options_touch_nothing(self):
        daemon = self.daemon(NOBODY, "--bogus")
        self.assert_usage_error(command.run("ledger-bridged", *daemon.command()[1:]), "--bogus")
        self.assertFalse(daemon.state_dir.exists())

    def test_beyond_loopback_needs_a_word(self):
        daemon = self.daemon(NOBODY, "--allow-remote", http="0.0.0.0:0").launch()
        self.assertRegex(daemon.ready_line(), r"^listening http 0\.0\.0\.0:\d+$")


class ConfigurationFile(BridgeCase):
    def start_with(self, text):
        daemon = self.daemon()
        self.file = daemon.folder / "bridge.toml"
        self.file.write_text(text)
        daemon.options += ["--config", str(self.file)]
        return daemon

    def refused(self, text, *words):
        daemon = self.start_with(text)
        done = command.run("ledger-bridged", *daemon.command()[1:])
        self.assert_usage_error(done, str(self.file), *words)

    def test_unknown_key_is_named_with_its_line(self):
        self.refused('log-level = "info"\nlog-levels = "info"\n', "log-levels", "line 2")

    def test_wrong_types_are_named_with_their_line(self):
        self.refused('\n\nqueue-limit = "many"\n', "queue-limit", "line 3")
        self.refused("sign-deadline = 4\n", "sign-deadline", "line 1")
        self.refused('allow-list-known-keys = "yes"\n', "allow-list-known-keys", "line 1")

    def test_wrong_values_are_named(self):
        self.refused('sign-deadline = "soon"\n', "sign-deadline", "soon")
        self.refused("magic-bytes = [0x11, 0x05]\n", "magic-bytes", "'5'")

    def test_text_that_is_no_toml(self):
        self.refused("log-level = \n", "line 1")
        self.refused('[table]\nlog-level = "info"\n', "table")
        self.refused('log-level = "info"\nlog-level = "info"\n', "line 2")

    def test_values_are_used_and_the_command_line_wins(self):
        daemon = self.start_with('allow-list-known-keys = true\nlog-format = "json"\n').start()
        self.assert_exactly(daemon.get("/known_keys"), {"known_keys": []})
        daemon.stop()
        self.assertTrue(daemon.log().startswith("{"), daemon.log())
        daemon = self.start_with('log-format = "json"\n')
        daemon.options += ["--log-format", "text"]
        daemon.start().stop()
        self.assertFalse(daemon.log().startswith("{"), daemon.log())


if __name__ == "__main__":
    unittest.main()
