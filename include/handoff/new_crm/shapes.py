"""The canonical staging shapes: what every CRM's staging folder has, whatever the CRM calls it.

HubSpot's folder is the reference. Each of its models is a shape, and a new CRM begins with all of
them empty, so that the models behind staging build before its author has filled the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REFERENCE_CRM = "hubspot"
REFERENCE_LABEL = "HubSpot"


@dataclass(frozen=True)
class Shape:
    """One shape. columns: name and type, in order. yml: the reference's own words of it."""

    name: str
    columns: tuple[tuple[str, str], ...]
    yml: str

    def sql(self) -> str:
        """A model of the shape without a row."""
        casts = ",\n".join(f"    cast(null as {type_}) as {name}" for name, type_ in self.columns)
        reason = "-- Nothing yet: the columns that every CRM has, without a row."
        return f"{reason}\n\nselect\n{casts}\nwhere 1 = 0\n"

    def yml_for(self, crm: str, label: str) -> str:
        """The words of the shape for another CRM; unit tests are of the reference's own columns."""
        text = self.yml.partition("\nunit_tests:")[0].rstrip() + "\n"
        return text.replace(f"stg_{REFERENCE_CRM}__", f"stg_{crm}__").replace(
            REFERENCE_LABEL, label
        )


def staging_folder(project: Path, crm: str) -> Path:
    return project / "dbt_project" / "models" / "staging" / crm


def canonical_shapes(project: Path) -> list[Shape]:
    """All shapes, as the reference's folder describes them. project: the repository."""
    folder = staging_folder(project, REFERENCE_CRM)
    prefix = f"stg_{REFERENCE_CRM}__"
    return [
        Shape(
            name=path.stem.removeprefix(prefix),
            columns=model_columns(path),
            yml=path.read_text(encoding="utf-8"),
        )
        for path in sorted(folder.glob(f"{prefix}*.yml"))
        if not path.name.endswith(".unit.yml")
    ]


def model_columns(path: Path) -> tuple[tuple[str, str], ...]:
    """Names and types of the columns that a model's YAML describes."""
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    columns: list[dict[str, Any]] = model["columns"]
    return tuple((one["name"], one["data_type"]) for one in columns)
