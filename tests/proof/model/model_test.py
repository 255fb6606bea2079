"""Every order of every step of the handshake, and mutants of it that must be caught.

    python3 tests/proof/model/model_test.py --stories     tells each mutant's shortest way to a double
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from model.handshake import OF_A_DEVICE, OF_ALL, PLACE, START, Design, steps  # noqa: E402

LONGEST_QUEUE = 2  # of commits: one for each device, or of those that gave up
OTHER_NAME = {"A": "B", "B": "A"}
MUTANTS = {
    "a signature leaves before its commit": {"waits_for_commit": False},
    "the commit does not compare": {"commit_compares": False},
    "the mark is not read again after a restart": {"rereads_mark": False},
    "the commit is done before it is saved": {"commit_is_saved": False},
    "the signature is not verified": {"verifies": False},
    "what was found is never saved": {"opening_saves": False, "equal_commit_saves": False},
}
# Either of these is enough without the other.
BELTS = [{"opening_saves": False}, {"equal_commit_saves": False}]


def is_double(world):
    return {"A", "B"} <= world.given


def is_lost(world):
    """Something has left, and a power cut now could take its mark away."""
    disk = world.disk
    return any(PLACE[m] > PLACE[disk] or (PLACE[m] == PLACE[disk] and m != disk) for m in world.given)


def renamed(world):
    """The same with A and B exchanged: what is true of one is true of the other."""
    def name(message):
        return OTHER_NAME.get(message, message)

    def job(one):
        return one._replace(message=name(one.message))

    return world._replace(
        disk=name(world.disk), pages=name(world.pages), given=frozenset(map(name, world.given)),
        running=world.running and (job(world.running[0]), name(world.running[1])), queue=tuple(map(job, world.queue)),
        requests=tuple(r and r._replace(message=name(r.message), answer=name(r.answer)) for r in world.requests))


def mirrored(world):
    """The same with the devices exchanged."""
    def job(one):
        return one if one.owner is None else one._replace(owner=1 - one.owner)

    return world._replace(
        requests=world.requests[::-1], queue=tuple(map(job, world.queue)),
        running=world.running and (job(world.running[0]), world.running[1]))


class Exploration:
    """All worlds that can be reached, or as many as it takes to reach a wrong one, the shortest way."""

    def __init__(self, design, wrong):
        self.came_from, self.taken = {START: None}, set()
        self.found = None
        worlds = [START]
        while worlds and self.found is None:
            worlds = [new for world in worlds for new in self.next(design, world, wrong)]

    def next(self, design, world, wrong):
        for name, after in steps(design, world):
            self.taken.add(name.split()[0])
            if len(after.queue) > LONGEST_QUEUE or after in self.came_from or self.has_a_twin(after):
                continue
            self.came_from[after] = (name, world)
            if self.found is None and wrong(after):
                self.found = after
            yield after

    def has_a_twin(self, world):
        mirror = mirrored(world)
        return any(twin in self.came_from for twin in (mirror, renamed(world), renamed(mirror)))

    def story(self):
        world, names = self.found, []
        while self.came_from[world] is not None:
            name, world = self.came_from[world]
            names.append(name)
        return names[::-1]


class Handshake(unittest.TestCase):
    def explore(self, wrong, **changes):
        return Exploration(Design(**changes), wrong)

    def test_keeps_its_promise_in_every_order(self):
        whole = self.explore(lambda world: is_double(world) or is_lost(world))
        self.assertIsNone(whole.found, whole.found and whole.story())
        self.assertGreater(len(whole.came_from), 10_000)
        self.assert_everything_happens(whole)

    def assert_everything_happens(self, whole):
        """A model in which nothing is signed, or nothing goes wrong, proves nothing."""
        given = {"".join(sorted(world.given)).replace("B", "A") for world in whole.came_from}
        self.assertEqual(given, {"", "A", "C", "AC"})
        self.assertEqual(whole.taken, {step.__name__ for step in OF_A_DEVICE + OF_ALL})

    def test_each_belt_holds_without_the_other(self):
        for changes in BELTS:
            with self.subTest(**changes):
                self.assertIsNone(self.explore(is_double, **changes).found)

    def test_every_mutant_is_caught(self):
        for name, changes in MUTANTS.items():
            with self.subTest(name):
                caught = self.explore(is_double, **changes)
                self.assertIsNotNone(caught.found, "no way to a double")
                if "--stories" in sys.argv:
                    print(f"{name}: {', '.join(caught.story())}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
