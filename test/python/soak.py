"""The realistic service of test/soak: a model, and what a service does besides."""

import gc
import sys

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

_random = np.random.default_rng(0)
_data = _random.normal(3.0, 2.0, (500, 64))
scaler = StandardScaler().fit(_data)
model = Ridge().fit(scaler.transform(_data), _data @ _random.normal(size=64))


def predict(vector):
    return float(model.predict(scaler.transform(np.asarray(vector).reshape(1, 64)))[0])


def explain(vector):
    """What each of the features adds, one after the other."""
    for index, part in enumerate(scaler.transform(np.asarray(vector).reshape(1, 64))[0] * model.coef_):
        yield {"feature": index, "part": float(part)}


def adjusted(vector, adjust):
    return adjust(predict(vector))


def refuse(vector):
    raise ValueError(f"expected finite features, got {len(vector)} of which one is not")


def census():
    gc.collect()
    return {"objects": len(gc.get_objects()), "blocks": sys.getallocatedblocks()}
