"""The handshake of signer, store and device, as a table of steps; and what of it a mutant does otherwise.

A and B are different messages for one place, C is one for the place above it. A mark is the message
that was committed last, "" when there was none.

What the model leaves out can only make it stricter: its devices sign everything (they have no mark, or
lost it) and answer with any signature or none, its signers ask for anything at any time (no early
refusal), and every wait may end too early.
"""

import collections
import dataclasses

MESSAGES = "ABC"
PLACE = {"": 0, "A": 1, "B": 1, "C": 2}
DEVICES = (0, 1)

# A request under way on the thread of a device. `commit`: asked, done, failed. `answer`: "?" while it
# is awaited, "" when it was lost or refused, else the message whose signature came.
Request = collections.namedtuple("Request", "message commit answer")
# A commit that waits or runs: `owner` is the device whose thread waits for it, None when it no longer does.
Job = collections.namedtuple("Job", "owner message")
# `disk`: what survives a power cut. `pages`: what the store reads. `running`: (job, mark before it).
# `given`: messages whose signature has left.
World = collections.namedtuple("World", "alive disk pages running queue requests given")
START = World(True, "", "", None, (), (None, None), frozenset())


@dataclasses.dataclass(frozen=True)
class Design:
    """As it is. Each of these, changed, is a mutant."""

    waits_for_commit: bool = True  # before a signature leaves
    commit_compares: bool = True  # with the mark in the store, in the transaction that writes it
    rereads_mark: bool = True  # after a restart
    commit_is_saved: bool = True  # when it is said to be done
    verifies: bool = True  # that the signature is of the message asked for
    opening_saves: bool = True  # what an earlier life wrote and did not save
    equal_commit_saves: bool = True  # although it changes nothing


def admits(mark, message):
    return PLACE[message] > PLACE[mark] or message == mark


def with_(items, index, item):
    return items[:index] + (item,) + items[index + 1 :]


def set_request(world, device, request):
    return world._replace(requests=with_(world.requests, device, request))


def told(world, job, commit):
    """The outcome of a commit, to the thread that waits for it."""
    if job.owner is None:
        return world
    return set_request(world, job.owner, world.requests[job.owner]._replace(commit=commit))


# The thread of a device.


def ask(design, world, device):
    """The commit is asked for and the command sent, side by side."""
    if world.alive and world.requests[device] is None:
        for message in MESSAGES:
            after = set_request(world, device, Request(message, "asked", "?"))
            yield after._replace(queue=world.queue + (Job(device, message),))


def answer(design, world, device):
    """The device's answer; or one to an earlier question, or none, whatever has been signed."""
    request = world.requests[device]
    if request is not None and request.answer == "?":
        for given in ("", *MESSAGES):
            yield set_request(world, device, request._replace(answer=given))


def release(design, world, device):
    request = world.requests[device]
    if request is None or request.answer in ("", "?"):
        return
    safe = request.commit == "done" or not design.waits_for_commit
    right = request.answer == request.message or not design.verifies
    if safe and right:
        yield abandoned(world, device)._replace(given=world.given | {request.answer})


def give_up(design, world, device):
    """Refused, destroyed, or waited for too long."""
    if world.requests[device] is not None:
        yield abandoned(world, device)


def abandoned(world, device):
    """The commit goes on, and nobody waits for it."""
    queue = tuple(job._replace(owner=None) if job.owner == device else job for job in world.queue)
    running = world.running
    if running is not None and running[0].owner == device:
        running = (running[0]._replace(owner=None), running[1])
    return set_request(world, device, None)._replace(queue=queue, running=running)


# The thread of the store.


def write(design, world):
    """One transaction: the mark is compared and written, and not yet saved."""
    if not world.queue or world.running is not None:
        return
    job, rest = world.queue[0], world._replace(queue=world.queue[1:])
    if design.commit_compares and not admits(world.pages, job.message):
        yield told(rest, job, "failed")
    elif job.message == world.pages and not design.equal_commit_saves:
        yield told(rest, job, "done")
    elif design.commit_is_saved:
        yield rest._replace(pages=job.message, running=(job, world.pages))
    else:
        yield told(rest._replace(pages=job.message, running=(Job(None, job.message), world.pages)), job, "done")


def save(design, world):
    if world.running is not None:
        job, _ = world.running
        yield told(world._replace(disk=job.message, running=None), job, "done")


def fail(design, world):
    """The disk is full or broken. What was written is undone, but may be on the disk all the same."""
    if world.running is not None:
        job, before = world.running
        undone = told(world._replace(pages=before, running=None), job, "failed")
        yield undone
        yield undone._replace(disk=job.message)


# The end of everything, and the next life.


def kill(design, world):
    """The system keeps what was written, finished or not; what was undone may be found again."""
    if world.alive:
        for pages in {world.pages, world.disk} | ({world.running[1]} if world.running else set()):
            yield dead(world)._replace(pages=pages)


def power_cut(design, world):
    """What was not saved may be on the disk or not."""
    if world.alive:
        for disk in {world.disk, world.pages}:
            yield dead(world)._replace(disk=disk, pages=disk)


def dead(world):
    return world._replace(alive=False, running=None, queue=(), requests=(None, None))


def restart(design, world):
    if not world.alive:
        mark = world.pages if design.rereads_mark else ""
        yield world._replace(alive=True, pages=mark, disk=world.pages if design.opening_saves else world.disk)


OF_A_DEVICE = (ask, answer, release, give_up)
OF_ALL = (write, save, fail, kill, power_cut, restart)


def steps(design, world):
    """(name, world after it) of everything that can happen next."""
    for step in OF_A_DEVICE:
        for device in DEVICES:
            for after in step(design, world, device):
                yield f"{step.__name__} {device}", after
    for step in OF_ALL:
        for after in step(design, world):
            yield step.__name__, after
