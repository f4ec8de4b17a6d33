"""An answer in strict JSON terms, as every face and every file says it."""

from __future__ import annotations

import math
from typing import Any


def strict(value: Any) -> Any:
    """A record in JSON terms: what is not finite becomes null, tuples become lists, keys become text."""
    if isinstance(value, dict):
        return {str(key): strict(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [strict(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
