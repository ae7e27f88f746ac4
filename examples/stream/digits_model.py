"""A small model that learns while it is asked: scikit-learn's SGDClassifier on the handwritten digits."""

from collections.abc import Iterator
from typing import Any, TypedDict

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

CLASSES = np.arange(10)


class Progress(TypedDict):
    epoch: int
    seen: int
    accuracy: float


def split() -> tuple[Any, Any, Any, Any]:
    """The digits as training and held-out halves, scaled to 0 … 1: (x, x_held, y, y_held)."""
    digits = load_digits()
    return tuple(train_test_split(digits.data / 16, digits.target, test_size=450, random_state=7))


def new_model() -> SGDClassifier:
    return SGDClassifier(loss="log_loss", random_state=7)


def train(model: SGDClassifier, epochs: int, batch: int) -> Iterator[Progress]:
    """Fits batch by batch, and yields after each one how many held-out digits are right."""
    x, x_held, y, y_held = split()
    order = np.random.default_rng(7)
    for epoch in range(1, epochs + 1):
        rows = order.permutation(len(x))
        for start in range(0, len(x), batch):
            chosen = rows[start : start + batch]
            model.partial_fit(x[chosen], y[chosen], classes=CLASSES)
            accuracy = float(model.score(x_held, y_held))
            yield {"epoch": epoch, "seen": start + len(chosen), "accuracy": accuracy}


def predict(model: SGDClassifier, pixels: Any) -> int:
    """The digit that 64 grey values show."""
    return int(model.predict(np.asarray(pixels).reshape(1, -1))[0])
