"""UN Comtrade, a user's own download: trade as one side reported it.

Publisher: United Nations Statistics Division. Live address: https://comtradeplus.un.org (API:
https://comtradeapi.un.org/data/v1/get/C/A/HS). Licence: the UN's policy on use and re-dissemination of UN Comtrade data; it
may not be passed on in bulk, so Orepact ships none of it.

Layout assumed: an answer of the v1 API, as JSON (an object with a list ``data``) or CSV, with ``refYear``, ``reporterISO``,
``partnerISO``, ``flowCode`` (M imports, X exports), ``classificationCode`` (H0 to H6), ``cmdCode``, ``netWgt`` in kilograms,
``primaryValue`` in USD and, where given, ``isNetWgtEstimated``, ``cifvalue``, ``fobvalue``, ``partner2Code``, ``motCode`` and
``customsCode``, in any case of letters. The ISO columns are filled only when the query asks for descriptions (``includeDesc=true``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem
from orepact.facts.loaders.reading import (
    MARKED_CODES,
    LeftOut,
    Loaded,
    check_columns,
    content_of,
    finish,
    is_country,
    read_csv,
)
from orepact.facts.tables import load as shipped

if TYPE_CHECKING:
    import pandas as pd

WHAT = "an answer of UN Comtrade's API (v1)"
COLUMNS = (
    "refYear", "reporterISO", "partnerISO", "flowCode", "classificationCode", "cmdCode", "netWgt", "primaryValue",
)  # fmt: skip
DETAIL = {"partner2Code": ("0", ""), "motCode": ("0", ""), "customsCode": ("C00", ""), "mosCode": ("0", "")}
"""Columns of finer detail, and the values that stand for the whole; finer rows would be counted twice."""

FLOWS = {"M": "imports as the importer reported them", "X": "exports as the exporter reported them"}
OURS = "H0"


def load(path: Path, flow: str | None = None) -> pd.DataFrame:
    """Trade in our schema from an answer of the API; ``flow`` ``M`` or ``X`` picks the side where the file has both."""
    return read(path, flow).frame


def read(path: Path, flow: str | None = None) -> Loaded:
    """The same as :func:`load`, with what was left out; imports are taken where the file has both sides."""
    frame = _rows(path)
    left = LeftOut()
    for column, whole in DETAIL.items():
        if column in frame:
            frame = left.keep(frame, frame[column].isin(whole), "in finer detail than the whole flow", column)
    frame = left.keep(frame, frame["flowCode"].isin(list(FLOWS)), "that are neither imports nor exports", "flowCode")
    side = flow or ("M" if (frame["flowCode"] == "M").any() else "X")
    if side not in FLOWS:
        raise BadInput(Problem("load, --flow", "there is no such side of trade", f"'{flow}'", "give M or X"))
    frame = left.keep(frame, frame["flowCode"] == side, f"of the other side ({FLOWS['X' if side == 'M' else 'M']})")
    frame = _places(frame, side, left)
    codes = shipped("trade_codes").set_index("hs6")
    frame = left.keep(frame, frame["cmdCode"].isin(codes.index), "of products that are in no table of ours", "cmdCode")
    other = sorted(set(frame["classificationCode"]) - {OURS})
    remarks = [FLOWS[side]]
    if other:
        remarks.append(
            f"codes of {', '.join(other)} are read as those of HS 1992, which most of them equal; grade C throughout"
        )
    return finish("comtrade", "trade", _ours(frame, side, codes), left, path, remarks)


def _rows(path: Path) -> pd.DataFrame:
    """The rows of a JSON or CSV answer as text."""
    place = f"load, {path.name}"
    content = content_of(path, place)
    if content.lstrip()[:1] not in (b"{", b"["):
        return _named(read_csv(path, (), WHAT), place)
    import pandas as pd

    try:
        answer: Any = json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput(Problem(place, "the file is cut short or no JSON", str(error), "fetch it again")) from None
    rows = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        found = str(answer.get("error") or "no rows under 'data'") if isinstance(answer, dict) else "a list of no rows"
        raise BadInput(Problem(place, f"the file is not {WHAT}", found, "fetch it again"))
    frame = _named(pd.DataFrame(rows), place)
    return pd.DataFrame({column: frame[column].map(_text).astype("str") for column in frame})


def _named(frame: pd.DataFrame, place: str) -> pd.DataFrame:
    """The frame with our spelling of its columns: bulk files write ``RefYear`` where the API writes ``refYear``."""
    ours = {name.casefold(): name for name in (*COLUMNS, *DETAIL, "fobvalue")}
    frame = frame.rename(columns={name: ours.get(str(name).casefold(), str(name)) for name in frame.columns})
    check_columns(map(str, frame.columns), COLUMNS, place, WHAT)
    return frame


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124  (a missing number is not equal to itself)
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)  # noqa: PLR2004


def _places(frame: pd.DataFrame, side: str, left: LeftOut) -> pd.DataFrame:
    """The frame with ``exporter`` and ``importer``; rows of the world and of areas that are no country are left out."""
    if len(frame) and (frame["reporterISO"] == "").all():
        todo = "ask the API again with includeDesc=true"
        raise BadInput(Problem("load", "the countries are given by number only", "empty columns reporterISO", todo))
    for column in ("reporterISO", "partnerISO"):
        code = frame[column].replace(MARKED_CODES)
        frame = frame.assign(**{column: code})
        frame = left.keep(frame, frame[column].map(is_country), "with a partner that is no country of ours", column)
    exporter, importer = ("partnerISO", "reporterISO") if side == "M" else ("reporterISO", "partnerISO")
    frame = frame.assign(exporter=frame[exporter], importer=frame[importer])
    return left.keep(frame, frame["exporter"] != frame["importer"], "from a country to itself")


def _ours(frame: pd.DataFrame, side: str, codes: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    def number(column: str) -> pd.Series:
        if column not in frame:
            return pd.Series(float("nan"), index=frame.index)
        found: pd.Series = pd.to_numeric(frame[column], errors="coerce")
        return found

    free_on_board = number("fobvalue")
    price = "FOB" if side == "X" or free_on_board.gt(0).all() else "CIF unless the reporter gives FOB"
    weight = number("netWgt")
    return pd.DataFrame(
        {
            "mineral": frame["cmdCode"].map(codes["mineral"]), "stage": frame["cmdCode"].map(codes["stage"]),
            "hs6": frame["cmdCode"], "exporter": frame["exporter"], "importer": frame["importer"], "period": frame["refYear"],
            "value": (weight / 1000.0).where(weight > 0), "unit": "t",
            "basis": f"net weight, {FLOWS[side]}; value {price}",
            "value_usd_k": free_on_board.where(free_on_board > 0, number("primaryValue")) / 1000.0,
            "suspect": False, "source": "own_comtrade", "grade": "C",
        }
    )  # fmt: skip
