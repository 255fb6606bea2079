"""The forgetful disk itself, on journals written by hand."""

import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from shim.disk import Disk, NotModelled  # noqa: E402


def journal(*lines):
    whole = b""
    for line in lines:
        text, _, data = line.partition("|")
        whole += f"{text} {len(data)}\n{data}".encode() if text[0] == "W" else f"{text}\n".encode()
    return whole


def after(*lines, content=None, lies=None):
    disk = Disk(content)
    disk.lies_about = lies
    disk.replay(journal(*lines))
    return disk


def outcomes(*lines, content=None, tries=300, lies=None):
    """Everything that a cut may leave, as far as that many tries show."""
    seen = set()
    for seed in range(tries):
        left = after(*lines, content=content, lies=lies).cut(random.Random(seed))
        seen.add(tuple(sorted(left.items())))
    return seen


class Forgetful(unittest.TestCase):
    def test_the_program_sees_everything_at_once(self):
        disk = after("C 1 a", "W 1 0|hello", "W 1 3|p!", "T 1 6", "R a/b", "C 2 a", "U b")
        self.assertEqual(disk.content(), {"a": b""})
        disk = after("F 1 a", "W 1 6|x", "R a/b", content={"a": b"old"})
        self.assertEqual(disk.content(), {"b": b"old\0\0\0x"})

    def test_saved_writes_stay_and_others_may_go(self):
        left = outcomes("F 1 a", "W 1 0|new", "S 1", "W 1 0|NEW", content={"a": b"old"})
        self.assertIn((("a", b"new"),), left)
        self.assertIn((("a", b"NEW"),), left)
        self.assertNotIn((("a", b"old"),), left)

    def test_writes_are_reordered_and_torn(self):
        left = outcomes("F 1 a", "W 1 0|x", "W 1 600|y", content={"a": bytes(700)})
        found = {(data[0:1], data[600:601]) for ((_, data),) in left}
        self.assertEqual(found, {(b"\0", b"\0"), (b"x", b"\0"), (b"\0", b"y"), (b"x", b"y")})
        torn = outcomes("F 1 a", "W 1 0|abcd", content={"a": b"...."})
        self.assertIn((("a", b"ab.."),), torn)

    def test_a_write_whose_saving_failed_is_never_certain(self):
        left = outcomes("F 1 a", "W 1 0|new", "E 1", "S 1", content={"a": b"old"})
        self.assertIn((("a", b"old"),), left)
        over = outcomes("F 1 a", "W 1 0|bad", "E 1", "W 1 0|new", "S 1", content={"a": b"old"})
        self.assertEqual(over, {(("a", b"new"),)})

    def test_names_are_certain_when_the_directory_was_saved(self):
        lines = ("C 1 a", "W 1 0|x", "S 1", "R a/b")
        self.assertEqual(outcomes(*lines), {(), (("a", b"x"),), (("b", b"x"),)})
        self.assertEqual(outcomes(*lines, "S 0"), {(("b", b"x"),)})

    def test_a_disk_that_lies_forgets_what_was_saved(self):
        left = outcomes("F 1 a", "W 1 0|new", "S 1", content={"a": b"old"}, lies="a")
        self.assertIn((("a", b"old"),), left)
        other = outcomes("F 1 b", "W 1 0|new", "S 1", content={"b": b"old"}, lies="a")
        self.assertEqual(other, {(("b", b"new"),)})

    def test_what_an_earlier_process_did_not_save_may_still_go(self):
        disk = after("F 1 a", "W 1 0|new", content={"a": b"old"})
        disk.replay(journal("F 7 a", "W 7 3|!"))
        disk.replay(journal("F 1 a", "S 1"))
        self.assertEqual(disk.cut(random.Random(1)), {"a": b"new!"})

    def test_a_torn_last_line_is_the_end(self):
        disk = Disk({"a": b"old"})
        for torn in (b"W 1 0", b"W 1 0 3\nxx"):
            disk.replay(b"F 1 a\nW 1 0 3\nnew" + torn)
            self.assertEqual(disk.content(), {"a": b"new"})

    def test_maps_of_anything_but_the_index_are_refused(self):
        after("C 1 a-shm", "X mmap 1")
        for line in ("X mmap 2", "X fallocate"):
            with self.assertRaises(NotModelled):
                after("C 1 a-shm", "C 2 a", line)


if __name__ == "__main__":
    unittest.main()
