"""Levels of a chain at some times the speed of mainnet (BRIDGE_SPEED), and what one baker has to do at each."""

import dataclasses
import os
import random

from support import payloads

SPEED = float(os.environ.get("BRIDGE_SPEED", "4"))
LEVEL_SECONDS = 6 / SPEED  # round 0
ROUND_SECONDS = 3 / SPEED  # what each later round is longer
FORGE_AHEAD = 0.15  # of a level's time: so long before it its block is signed
ARRIVAL_SECONDS = 0.02  # from the slot of a block until it is here
SECOND_ROUND = 0.05  # the share of levels whose round 0 fails
PROPOSER = 0.3  # the share of rounds in which the block is ours
WITH_DAL = 0.3  # the share of attestations with DAL content; it has up to 133 bytes


@dataclasses.dataclass(frozen=True)
class Proposal:
    """At `at` the baker queues these; from `until` on they are of no use. The proposal of somebody else
    cancels what is still queued; our own block, which comes before its votes, cancels nothing."""

    at: float
    until: float
    messages: tuple
    cancels: bool


def proposals(levels, first_level, dice: random.Random):
    """Everything that one baker does, in the order of time (seconds from the beginning)."""
    start = 1.0
    for level in range(first_level, first_level + levels):
        for round_ in range(2 if dice.random() < SECOND_ROUND else 1):
            end = start + LEVEL_SECONDS + round_ * ROUND_SECONDS
            ours = dice.random() < PROPOSER
            if ours:
                block = payloads.block(level, round_, seed_nonce=dice.random() < 0.1,
                                       locked_round=0 if round_ else None)
                yield Proposal(start - FORGE_AHEAD * LEVEL_SECONDS, end, (block,), cancels=False)
            dal = dice.randbytes(dice.randrange(1, 134)) if dice.random() < WITH_DAL else b""
            votes = (payloads.preattestation(level, round_), payloads.attestation(level, round_, dal=dal))
            yield Proposal(start + ARRIVAL_SECONDS, end, votes, cancels=not ours)
            start = end
