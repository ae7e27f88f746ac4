"""Keeps buffers that JavaScript passed, and shows what is in them."""

import gc

_held = []


def hold(buffer):
    _held.append(buffer)


def ends():
    return [[view[0], view[-1]] for view in _held]


def drop():
    _held.clear()
    gc.collect()
