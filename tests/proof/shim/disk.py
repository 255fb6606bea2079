"""A disk that forgets: replays the shim's journal and says what a power cut may leave.

    disk = Disk()
    disk.replay(journal_bytes)        # of each run of the daemon, one after the other
    disk.content()                    # {name: bytes} as the program sees it
    left = disk.cut(dice)             # {name: bytes} after the power was cut; the disk is that now

A write is certain to be there after a cut only when its file was saved after it and the saving
succeeded. Of every other write all, nothing, or some sectors are there, whatever the order in
which they were made. A write before a saving that failed stays uncertain for ever, as Linux drops
such pages. Creations, renames and removals are there in their order up to some point, at least up
to the last saving of the directory; the contents of files do not keep that order.
"""

SECTOR = 512


class NotModelled(Exception):
    """The program did something to its files that the shim has no idea of."""


class Write:
    def __init__(self, at, data):
        self.at, self.data = at, data

    def apply(self, content):
        if len(content) < self.at:
            content.extend(bytes(self.at - len(content)))
        content[self.at : self.at + len(self.data)] = self.data

    def sectors(self):
        """The same as writes of which none crosses the border of a sector."""
        at, data = self.at, self.data
        while data:
            size = SECTOR - at % SECTOR
            yield Write(at, data[:size])
            at, data = at + size, data[size:]

    def torn(self, dice):
        return Write(self.at, self.data[: dice.randrange(len(self.data) + 1)])


class Resize:
    def __init__(self, size):
        self.size = size

    def apply(self, content):
        del content[self.size :]
        content.extend(bytes(self.size - len(content)))

    def sectors(self):
        yield self

    def torn(self, _dice):
        return self


CERTAIN, UNCERTAIN, DOUBTFUL = range(3)  # saved; not saved yet; its saving failed


class File:
    def __init__(self, content=b""):
        self.base = bytearray(content)
        self.later = []  # [change, state], in the order in which they were made

    def change(self, change):
        self.later.append([change, UNCERTAIN])

    def saved(self, state):
        for item in self.later:
            if item[1] == UNCERTAIN:
                item[1] = state
        while self.later and self.later[0][1] == CERTAIN:
            self.later.pop(0)[0].apply(self.base)

    def content(self):
        whole = bytearray(self.base)
        for change, _ in self.later:
            change.apply(whole)
        return bytes(whole)

    def after_cut(self, dice):
        """The saved changes, and of the others what chance has left."""
        chance = dice.choice((0.0, 0.5, 1.0, dice.random()))
        survivors = bytearray(self.base)
        for change, state in self.later:
            if state == CERTAIN:
                change.apply(survivors)
                continue
            for piece in change.sectors():
                if dice.random() < chance:
                    piece.apply(survivors)
                elif dice.random() < 0.1:
                    piece.torn(dice).apply(survivors)
        return bytes(survivors)


def apply_name(names, change):
    """A creation, renaming or removal."""
    kind, name, more = change
    if kind == "C":
        names[name] = more
    elif kind == "U":
        names.pop(name, None)
    elif name in names:
        names[more] = names.pop(name)


class Disk:
    def __init__(self, content=None):
        self.saved_names = {name: File(data) for name, data in (content or {}).items()}
        self.name_changes = []
        self.counts = {"W": 0, "T": 0, "S": 0, "E": 0, "C": 0, "R": 0, "U": 0}
        self.lies_about = None  # files whose name ends so are not saved, whatever is told

    def names(self, changes=None):
        names = dict(self.saved_names)
        for change in self.name_changes if changes is None else changes:
            apply_name(names, change)
        return names

    def content(self):
        return {name: file.content() for name, file in self.names().items()}

    def cut(self, dice):
        kept = self.name_changes[: dice.randrange(len(self.name_changes) + 1)]
        left = {name: file.after_cut(dice) for name, file in self.names(kept).items()}
        for name in [name for name in left if name.endswith("-shm")]:
            # Mapped into memory: anything may be in it, and nobody may believe it.
            left[name] = dice.choice((b"", bytes(32768), dice.randbytes(32768), left[name]))
        self.saved_names = {name: File(data) for name, data in left.items()}
        self.name_changes = []
        return left

    def replay(self, journal):
        """The journal of one process, from its beginning. A line that a kill has torn is its end."""
        files, at = {}, 0
        while (end := journal.find(b"\n", at)) >= 0:
            kind, *words = journal[at:end].decode().split(" ", 3)
            at = end + 1
            if kind == "W":
                size = int(words[2])
                words.append(journal[at : at + size])
                at += size
                if at > len(journal):
                    return
            self.step(files, kind, words)

    def step(self, files, kind, words):
        if kind in self.counts:
            self.counts[kind] += 1
        if kind == "F":
            files[int(words[0])] = self.names()[words[1]]
        elif kind == "C":
            files[int(words[0])] = File()
            self.name_changes.append(("C", words[1], files[int(words[0])]))
        elif kind == "U":
            self.name_changes.append(("U", words[0], None))
        elif kind == "R":
            self.name_changes.append(("R", *words[0].split("/")))
        elif kind == "W":
            files[int(words[0])].change(Write(int(words[1]), words[3]))
        elif kind == "T":
            files[int(words[0])].change(Resize(int(words[1])))
        elif kind in ("S", "E"):
            self.save(files, int(words[0]), kind == "S")
        else:
            self.check_mapping(files, words)

    def save(self, files, number, success):
        if number != 0:
            if not self.lies(files[number]):
                files[number].saved(CERTAIN if success else DOUBTFUL)
        elif success:
            self.saved_names, self.name_changes = self.names(), []

    def lies(self, file):
        return self.lies_about is not None and self.name_of(file).endswith(self.lies_about)

    def name_of(self, file):
        return next((name for name, other in self.names().items() if other is file), "")

    def check_mapping(self, files, words):
        """SQLite maps its index of the log, which it makes anew; nothing else may be mapped."""
        name = self.name_of(files.get(int(words[1]))) if words[0] == "mmap" else ""
        if not name.endswith("-shm"):
            raise NotModelled(" ".join(words) + " " + name)
