"""The commands of the README: what a reader would type, in the order in which they stand there."""

import pathlib
import re
import sys

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
PROMPT = re.compile(r" {4}[#$] (.+)")


class Readme:
    """The code blocks of one section. A line that begins with a prompt, `# ` for root or `$ ` for
    anybody, is a command; the other lines show what it says. Each block begins with a command."""

    def __init__(self, section):
        parts = re.split(r"^## (.+)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
        self.blocks = []  # lists of commands
        previous = ""
        for line in parts[parts.index(section) + 1].splitlines():
            command = PROMPT.fullmatch(line)
            if line.startswith("    ") and previous == "":
                if not command:
                    raise AssertionError(f"a block of the README begins with no command: {line}")
                self.blocks.append([])
            if command:
                self.blocks[-1].append(command[1])
            previous = line

    def block_with(self, words):
        """The commands of the only block that mentions these words."""
        found = [block for block in self.blocks if words in "\n".join(block)]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} blocks of the README mention {words}")
        return found[0]


if __name__ == "__main__":  # a test of its own: it needs no guest to find a block without a command
    blocks = Readme("Running it").blocks
    print("\n\n".join("\n".join(block) for block in blocks))
    sys.exit(0 if blocks else 1)
