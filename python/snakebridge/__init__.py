"""The Python half of SnakeBridge. Loaded by the addon when the interpreter starts; nothing heavy is imported here."""

from __future__ import annotations

import sys


def info() -> str:
    """What `python.info()` shows, as JSON. Called once, at the start."""
    import json

    return json.dumps(
        {
            "version": sys.version.split()[0],
            "implementation": sys.implementation.name,
            "executable": sys.executable,
            "prefix": sys.prefix,
            "basePrefix": sys.base_prefix,
            "path": sys.path,
            "utf8Mode": bool(sys.flags.utf8_mode),
        }
    )
