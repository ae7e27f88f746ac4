"""The model of the service trials: standardises 64 floats and predicts a handwritten digit. Fitted when imported."""

from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

WIDTH = 64


def fit() -> Any:
    pixels, digits = load_digits(return_X_y=True)
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(pixels / 16, digits)


MODEL = fit()


def rows_of(vectors: Any) -> Any:
    """What any contender sends: bytes or another buffer of float64, or a list."""
    flat = np.frombuffer(vectors) if isinstance(vectors, bytes | memoryview) else np.asarray(vectors)
    return flat.reshape(-1, WIDTH)


def predict(vector: Any) -> int:
    return int(MODEL.predict(rows_of(vector))[0])


def predict_many(vectors: Any) -> list[int]:
    """One digit for each row of 64 floats, in one call of the model."""
    return MODEL.predict(rows_of(vectors)).tolist()
