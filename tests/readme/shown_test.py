"""tests/README.md says which tests show what; each must exist, and be one that ctest runs."""

import pathlib
import re
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
PAIR = re.compile(r"`([\w/]+_test\.(?:cpp|py))` `([\w.]+)`")


def pairs(text):
    """(file, name) of every test that a text names."""
    return PAIR.findall(text)


def is_there(file, name, content):
    suite, _, case = name.partition(".")
    if file.endswith(".cpp"):
        return re.search(rf"TEST(_F|_P)?\({suite},\s*{case}\)", content) is not None
    body = re.search(rf"^class {suite}\b.*?(?=^class |\Z)", content, re.MULTILINE | re.DOTALL)
    return body is not None and (not case or f"    def {case}(self" in body[0])


def is_run(file):
    """Named by its folder's CMakeLists.txt, or the one above: NAME_test.cpp, NAME_test.py, or (NAME 120)."""
    path, name = TESTS / file, pathlib.Path(file).name
    lists = [folder / "CMakeLists.txt" for folder in (path.parent, path.parent.parent)]
    text = "".join(found.read_text() for found in lists if found.exists())
    stem = name.removesuffix("_test.py")
    return re.search(rf"\b{re.escape(name)}\b|\({stem} \d+\)", text) is not None


class Shown(unittest.TestCase):
    def test_every_test_that_is_named_exists_and_is_run(self):
        text = (TESTS / "README.md").read_text()
        rows = [line for line in text.splitlines() if line.count("|") == 4 and "_test." in line]
        self.assertGreater(len(rows), 30)
        for row in rows:
            self.assertTrue(pairs(row), row)
            self.assertEqual(row.count("_test."), len(pairs(row)), row)
        for file, name in pairs(text):
            with self.subTest(file=file, name=name):
                self.assertTrue(is_there(file, name, (TESTS / file).read_text()))
                self.assertTrue(is_run(file))

    def test_what_is_not_there_is_found_out(self):
        self.assertFalse(is_there("a_test.cpp", "A.B", "TEST(A, BC) {}"))
        self.assertTrue(is_there("a_test.cpp", "A.B", "TEST_F(A, B) {}"))
        source = "class A(C):\n    def test_b(self):\n\nclass D(C):\n    def test_e(self):\n"
        self.assertTrue(is_there("a_test.py", "D.test_e", source))
        self.assertFalse(is_there("a_test.py", "A.test_e", source))
        self.assertFalse(is_run("integration/nothing_test.py"))


if __name__ == "__main__":
    unittest.main()
