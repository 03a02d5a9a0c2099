"""One demo portal of full size, written once for all tests of the generator."""

from __future__ import annotations

from pathlib import Path

import pytest
from portal_reading import GeneratedPortal

from handoff.sandbox.generator import generate_portal


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> GeneratedPortal:
    folder: Path = tmp_path_factory.mktemp("portal")
    generate_portal(folder)
    return GeneratedPortal(folder)
