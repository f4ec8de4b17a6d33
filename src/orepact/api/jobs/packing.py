"""What a step leaves behind as bytes, and what the database of jobs holds as text: arrays and JSON, nothing that runs when it is read."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from dbos import Serializer

from orepact.api.question import Part

REST = "json"


def packed(part: Part) -> bytes:
    """A part as the bytes of an ``.npz`` file."""
    arrays = {f"array {name}": value for name, value in part.items() if isinstance(value, np.ndarray)}
    rest = json.dumps(
        {name: value for name, value in part.items() if not isinstance(value, np.ndarray)}, default=_plain
    )
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays, **{REST: np.frombuffer(rest.encode(), dtype=np.uint8)})
    return out.getvalue()


def unpacked(content: bytes) -> Part:
    """The part of such bytes."""
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        arrays = {name.removeprefix("array "): found[name] for name in found.files if name != REST}
        return {**json.loads(found[REST].tobytes()), **arrays}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a part holds arrays and JSON values, not {type(value).__name__}")


class JsonOnly(Serializer):
    """DBOS would pickle; this keeps JSON, and of an exception its class and words."""

    def serialize(self, data: Any) -> str:
        """A value as text."""
        return json.dumps(data, default=_said)

    def deserialize(self, serialized_data: str) -> Any:
        """The value of a text."""
        found = json.loads(serialized_data)
        if isinstance(found, dict) and set(found) == {"exception"}:
            return RuntimeError(found["exception"])
        return found

    def name(self) -> str:
        """How the database calls it."""
        return "orepact_json"


def _said(value: Any) -> Any:
    if isinstance(value, BaseException):
        return {"exception": f"{type(value).__name__}: {value}"}
    raise TypeError(f"jobs keep JSON values, not {type(value).__name__}")
