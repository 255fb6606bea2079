"""What the run found: figures with their limits, and which cases failed."""

import contextlib
import time
import traceback


class Report:
    def __init__(self):
        self.begin = time.monotonic()
        self.cases = []  # (title, seconds, failure or None)
        self.failures_in_case = []

    @contextlib.contextmanager
    def case(self, title, on_failure=lambda: None):
        """Runs the block; an exception, or a figure above its limit, fails the case only."""
        self.say(f"\n{title}")
        start, self.failures_in_case = time.monotonic(), []
        try:
            yield
        except Exception:  # whatever it is, the other cases go on
            self.failures_in_case.append(traceback.format_exc())
        if self.failures_in_case:
            self.say("  FAILED\n" + "\n".join(self.failures_in_case))
            on_failure()
        self.cases.append((title, time.monotonic() - start, bool(self.failures_in_case)))

    def figure(self, what, seconds, limit, goal=None):
        """A time with the limit that it must keep and, if there is one, the goal it should reach."""
        text = f"{what}: {seconds:.3f} s (limit {limit} s"
        text += f", goal {goal} s{'' if seconds <= goal else ' missed'})" if goal else ")"
        self.say(f"  {text}")
        if seconds > limit:
            self.failures_in_case.append(f"above its limit: {text}")

    def note(self, text):
        self.say(f"  {text}")

    def check(self, condition, what):
        """A statement that must be true; the case goes on."""
        self.say(f"  {'yes' if condition else 'NO '}  {what}")
        if not condition:
            self.failures_in_case.append(f"not true: {what}")

    def summary(self):
        """The table at the end; gives the number of failed cases."""
        self.say("\n" + "-" * 78)
        for title, seconds, failed in self.cases:
            self.say(f"{'FAILED' if failed else 'passed'}  {seconds:6.1f} s  {title}")
        failed = sum(case[2] for case in self.cases)
        total = time.monotonic() - self.begin
        self.say(f"{len(self.cases) - failed} of {len(self.cases)} passed, {total:.0f} s")
        return failed

    @staticmethod
    def say(text):
        print(text, flush=True)
