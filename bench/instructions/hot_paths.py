"""What the hot paths call: as little of Python itself as can be."""

import numpy

_numbers = [i + 0.5 for i in range(1000)]
_few = _numbers[:100]
_records = [
    {
        "id": i,
        "name": f"row {i}",
        "score": i / 8,
        "active": i % 2 == 0,
        "tags": [f"a{i}", f"b{i}"],
        "position": {"x": i / 4, "y": -i / 4},
    }
    for i in range(100)
]
_array = numpy.ones(1000)


def numbers():
    return _numbers


def records():
    return _records


def array():
    return _array[:]


def take(value):
    pass


def sort(key):
    sorted(_few, key=key)
