"""Run dbt on the warehouse, one subprocess a layer.

A subprocess because dbt run inside a process has kept DuckDB's lock after it ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoff.crm.registry import CRMS
from handoff.errors import WarehouseError
from handoff.settings import PROJECT_ROOT, Settings, child_environment
from handoff.warehouse.crms_in_use import crms_in_use
from handoff.warehouse.database import full_disk, is_full_disk
from handoff.warehouse.writer_lock import writer_lock

LAYERS = ("staging", "intermediate", "marts")
PROJECT_DIR = PROJECT_ROOT / "dbt_project"


@dataclass(frozen=True)
class NodeResult:
    """One finished node of dbt: its unique id, status, seconds, and dbt's message."""

    unique_id: str
    status: str
    seconds: float
    message: str

    @property
    def name(self) -> str:
        return self.unique_id.split(".")[2]

    @property
    def failed(self) -> bool:
        return self.status in {"error", "fail", "runtime error"}


@dataclass(frozen=True)
class LayerSummary:
    """What one layer's run did."""

    layer: str
    results: tuple[NodeResult, ...]


def build_layer(
    layer: str,
    settings: Settings,
    progress: Callable[[NodeResult], None] | None = None,
) -> LayerSummary:
    """Build the models of one layer and run their tests (unit tests belong to the test suite).

    Only the CRMs of the playbook's sources are built, so that the others cost nothing.
    Raises WarehouseError that names the first failing models or tests and the log.
    """
    if layer not in LAYERS:
        raise WarehouseError(f"There is no layer {layer!r}", fix=f"one of: {', '.join(LAYERS)}")
    arguments = ["build", "--select", f"path:models/{layer}", *crm_arguments(settings)]
    arguments += ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    results = run_dbt(arguments, settings, progress)
    failed = [result for result in results if result.failed]
    if any(is_full_disk(result.message) for result in failed):
        raise full_disk(settings.warehouse_path)
    if failed:
        named = "; ".join(f"{result.name}: {_first_line(result.message)}" for result in failed[:5])
        raise WarehouseError(
            f"dbt could not build the layer {layer}: {len(failed)} failed: {named}",
            fix=f"read {log_dir(settings) / 'dbt.log'}, mend the model, then: handoff build",
        )
    return LayerSummary(layer, tuple(results))


def crm_arguments(settings: Settings) -> list[str]:
    """dbt's arguments that leave out the CRMs that no source of the playbook is of."""
    crms = crms_in_use(settings)
    arguments = ["--vars", json.dumps({"crms": crms})]
    if unused := [f"path:models/staging/{crm}" for crm in CRMS if crm not in crms]:
        arguments += ["--exclude", *unused]
    return arguments


def run_dbt(
    arguments: list[str],
    settings: Settings,
    progress: Callable[[NodeResult], None] | None = None,
) -> list[NodeResult]:
    """Run one dbt command under the writer's lock; the finished nodes in the order they ended.

    Raises WarehouseError when dbt itself fails (a node that fails is a result, not an error).
    """
    # Without the warning that dbt's own package has imported the module before it is run.
    command = [sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", "dbt.cli.main"]
    command += ["--log-format", "json", *arguments]
    command += ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    command += ["--target-path", str(settings.home / "dbt" / "target")]
    command += ["--log-path", str(log_dir(settings))]
    log_dir(settings).mkdir(parents=True, exist_ok=True)
    environment = child_environment(
        HANDOFF_WAREHOUSE=str(settings.warehouse_path),
        DO_NOT_TRACK="1",
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
    )
    run_results = settings.home / "dbt" / "target" / "run_results.json"
    run_results.unlink(missing_ok=True)
    complaints: list[str] = []
    with writer_lock(settings.home), _started(command, environment) as process:
        for event in _events(process):
            if event["info"].get("name") in {"LogModelResult", "LogTestResult"}:
                if progress:
                    progress(_finished_node(event["data"]))
            elif event["info"].get("level") == "error":
                complaints.append(str(event["info"].get("msg", "")))
    results = _read_results(run_results)
    if process.returncode != 0 and not any(result.failed for result in results):
        if any(map(is_full_disk, complaints)):
            raise full_disk(settings.warehouse_path)
        reason = _first_line("\n".join(complaints)) or f"exit code {process.returncode}"
        raise WarehouseError(f"dbt stopped: {reason}", fix=f"read {log_dir(settings) / 'dbt.log'}")
    return results


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A running dbt, which does not outlive this process's interest in it."""
    process = subprocess.Popen(  # noqa: S603 -- the command is made here, of known words
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    try:
        yield process
        process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    finally:
        if process.stdout:
            process.stdout.close()
        process.wait()


def log_dir(settings: Settings) -> Path:
    """Where dbt's logs of a home are kept."""
    return settings.home / "dbt" / "logs"


def _events(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    for line in process.stdout or ():
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            event = {"info": {"level": "error", "msg": line.strip()}}
        if isinstance(event, dict) and isinstance(event.get("info"), dict):
            yield event


def _finished_node(data: dict[str, Any]) -> NodeResult:
    return NodeResult(
        unique_id=data["node_info"]["unique_id"],
        status=str(data.get("status", "")).lower(),
        seconds=float(data.get("execution_time", 0.0)),
        message="",
    )


def _read_results(path: Path) -> list[NodeResult]:
    """The nodes of the last run; none when dbt stopped before it began."""
    if not path.exists():
        return []
    return [
        NodeResult(
            unique_id=result["unique_id"],
            status=str(result["status"]).lower(),
            seconds=float(result["execution_time"]),
            message=str(result.get("message") or ""),
        )
        for result in json.loads(path.read_text(encoding="utf-8"))["results"]
    ]


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:300]
