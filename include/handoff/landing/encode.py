"""Records as lines: the CRM's own keys in the CRM's own order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

_OPTION = orjson.OPT_APPEND_NEWLINE


def encode_lines(records: Sequence[dict[str, Any]]) -> tuple[bytes, int]:
    """The records as NDJSON, and how many of them held text that had to be repaired.

    A lone surrogate (half an emoji, cut by some form) is legal in JSON text but no Unicode, and
    DuckDB refuses the whole file for it; it becomes U+FFFD.
    """
    try:
        return b"".join([orjson.dumps(record, None, _OPTION) for record in records]), 0
    except TypeError:
        return _encode_repaired(records)


def _encode_repaired(records: Sequence[dict[str, Any]]) -> tuple[bytes, int]:
    lines: list[bytes] = []
    repaired = 0
    for record in records:
        try:
            lines.append(orjson.dumps(record, None, _OPTION))
        except TypeError:
            lines.append(orjson.dumps(_repair(record), None, _OPTION))
            repaired += 1
    return b"".join(lines), repaired


def _repair(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_repair(key): _repair(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_repair(inner) for inner in value]
    if isinstance(value, int) and value.bit_length() > 63:
        return str(value)
    return value
