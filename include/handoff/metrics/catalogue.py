"""Read the metric definitions that stand beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent / "definitions"


class Metric(BaseModel):
    """One metric: its name, words, formula, both sides, exclusions, unit, owner and home."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric_id: str
    label: str
    words: str
    formula: str
    numerator: str
    denominator: str
    exclusions: str
    unit: Literal["count", "rate", "minutes", "currency"]
    owner: str
    table: str
    column: str


@cache
def load_metrics() -> dict[str, Metric]:
    """Every metric by its id, in the order of the ids."""
    yaml = YAML(typ="safe")
    metrics = {}
    for path in sorted(_FOLDER.glob("*.yml")):
        metric = Metric.model_validate(yaml.load(path))
        if metric.metric_id != path.stem:
            raise ValueError(f"{path.name} defines {metric.metric_id}")
        metrics[metric.metric_id] = metric
    return metrics


def metrics_table() -> pa.Table:
    """The metrics as rows: the columns of Metric, with ``table`` and ``column`` spelt out."""
    rows = []
    for metric in load_metrics().values():
        row = metric.model_dump()
        row["table_name"] = row.pop("table")
        row["column_name"] = row.pop("column")
        rows.append(row)
    return pa.Table.from_pylist(rows)
