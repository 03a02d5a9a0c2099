"""What a run says and logs holds no secret and no address of a person."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

_ADDRESS = re.compile(rb"[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")


def addresses(portal: Path) -> set[str]:
    """E-mail addresses of all people and owners of a portal folder."""
    found: set[str] = set()
    for path in (portal / "hubspot").glob("*"):
        data = path.read_bytes()
        found |= _found(gzip.decompress(data) if path.suffix == ".gz" else data)
    return found


def leaks(home: Path, texts: Iterable[str], *, secrets: Iterable[str]) -> list[str]:
    """Where one of the secrets or addresses stands: in the texts, or in a log below the home."""
    given = set(secrets)
    tokens = {secret for secret in given if "@" not in secret}
    sources = {"the output": "\n".join(texts).encode()}
    for path in sorted(home.rglob("*")):
        is_log = path.suffix == ".log" or {"runs", "logs"} & set(path.relative_to(home).parts)
        if path.is_file() and is_log:
            sources[str(path.relative_to(home))] = path.read_bytes()
    found = []
    for name, data in sources.items():
        told = _found(data) & given | {secret for secret in tokens if secret.encode() in data}
        found += [f"{secret} in {name}" for secret in sorted(told)]
    return found


def _found(data: bytes) -> set[str]:
    return {
        address.replace(b"%40", b"@").decode(errors="replace").lower()
        for line in data.splitlines()
        if b"@" in line or b"%40" in line
        for address in _ADDRESS.findall(line)
    }
