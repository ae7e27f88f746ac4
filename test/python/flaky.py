"""Fails at first."""

import asyncio
import builtins


class Flaky:
    def __init__(self, failures, kind, seconds=0):
        self.failures = failures
        self.kind = kind
        self.seconds = seconds
        self.calls = 0

    def call(self):
        self.calls += 1
        if self.calls <= self.failures:
            raise getattr(builtins, self.kind)("not yet")
        return "answer"

    async def wait(self):
        self.calls += 1
        await asyncio.sleep(self.seconds)
