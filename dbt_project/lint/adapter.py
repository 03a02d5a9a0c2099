"""What SQLFluff sees in place of dbt's adapter: a dispatched macro becomes a call of its name."""

from __future__ import annotations

from collections.abc import Callable


def dispatch(name: str, *_: object) -> Callable[..., str]:
    """A macro that renders as ``name(arguments)``, which any SQL parser takes for an expression."""

    def render(*arguments: object, **_: object) -> str:
        return f"{name}({', '.join(str(argument) for argument in arguments)})"

    return render
