"""Which PyThreadState a call runs on."""

import ctypes
import threading

_current = ctypes.pythonapi.PyThreadState_Get
_current.restype = ctypes.c_void_p


def state() -> str:
    return f"{threading.get_ident()}:{_current()}"
