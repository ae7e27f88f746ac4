"""Consumers of JavaScript streams for test/streams-in*.test.ts."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import itertools
import json
import zipfile
from typing import Any

kept: dict[str, Any] = {}


def take(source: Any, count: int) -> list[Any]:
    return list(itertools.islice(source, count))


def total(source: Any) -> int:
    return sum(source)


def keep(name: str, value: Any) -> None:
    kept[name] = value


def step(name: str) -> Any:
    return next(kept[name])


def drop(name: str) -> None:
    del kept[name]
    gc.collect()


def close(source: Any) -> None:
    source.close()


def same(first: Any, second: Any) -> bool:
    return first is second


def identity(value: Any) -> Any:
    return value


def attempt(source: Any) -> tuple[list[Any], Any]:
    """The items before the exception, and the exception."""
    items: list[Any] = []
    try:
        for item in source:
            items.append(item)
    except Exception as exc:
        return items, exc
    return items, None


def returned(source: Any) -> Any:
    while True:
        try:
            next(source)
        except StopIteration as end:
            return end.value


async def collect(source: Any) -> list[Any]:
    return [item async for item in source]


async def first(source: Any, count: int) -> list[Any]:
    items: list[Any] = []
    async for item in source:
        items.append(item)
        if len(items) == count:
            break
    await source.aclose()
    return items


async def cancelled_once(source: Any) -> list[Any]:
    """Every item, though the wait for the first is given up."""
    import asyncio

    try:
        await asyncio.wait_for(anext(source), 0.01)
    except TimeoutError:
        pass
    return [item async for item in source]


async def gathered(*sources: Any) -> list[int]:
    import asyncio

    return [len(items) for items in await asyncio.gather(*map(collect, sources))]


def rows(source: Any) -> list[list[str]]:
    return list(csv.reader(source))


def loaded(source: Any) -> Any:
    return json.load(source)


def unzipped(source: Any) -> bytes:
    with gzip.open(source) as file:
        return file.read()


def members(source: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def class_of(value: Any) -> str:
    return type(value).__name__


def abilities(file: Any) -> tuple[bool, bool, bool, bool]:
    return file.readable(), file.writable(), file.seekable(), isinstance(file, io.TextIOBase)


def reads(file: Any, *sizes: int) -> list[bytes]:
    return [file.read(size) for size in sizes]


def read_into(file: Any, size: int) -> tuple[int, bytes]:
    buffer = bytearray(size)
    count = file.readinto(buffer)
    return count, bytes(buffer[:count])


def lines(file: Any) -> list[Any]:
    return [file.readline(), *file]


def joined(chunks: Any) -> bytes:
    return b"".join(chunks)


def seeks(file: Any) -> list[Any]:
    results = [file.tell(), file.read(3), file.seek(-2, 2), file.read(), file.seek(1), file.read(2), file.tell()]
    return results


def seek_fails(file: Any) -> str:
    try:
        file.seek(0)
    except io.UnsupportedOperation as exc:
        return str(exc)
    return "sought"


def after_close(file: Any) -> str:
    file.close()
    try:
        file.read()
    except ValueError as exc:
        return str(exc)
    return "read"


def write_all(file: Any, parts: list[Any], end: bool = False) -> None:
    for part in parts:
        file.write(part)
    if end:
        file.close()
    else:
        file.flush()


def write_much(file: Any, count: int, size: int) -> None:
    for index in range(count):
        file.write(bytes([index % 256]) * size)
    file.flush()


def say(file: Any, text: str) -> None:
    print(text, file=file)


def exchange(file: Any, line: bytes) -> bytes:
    file.write(line)
    file.flush()
    return file.readline()


def zipped(file: Any, content: bytes) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content", content)
    file.flush()


def read_all(file: Any) -> bytes:
    return file.read()
