"""Walk a topic's types along a place in its file, to say what would have been allowed there."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

# What pydantic writes behind the key of a map when the key itself is wrong.
KEY = "[key]"


def allowed_words(topic: type[BaseModel], place: Sequence[str | int]) -> tuple[str, ...]:
    """The keys of a model at a place, or the words of a closed list; empty when it is open."""
    steps = list(place)
    is_key = steps[-1:] == [KEY]
    kind: Any = topic
    # A place that ends in a key of a map is [..., the key, "[key]"].
    for step in steps[:-2] if is_key else steps:
        kind = _inside(_bare(kind), step)
        if kind is None:
            return ()
    kind = _bare(kind)
    if is_key and get_origin(kind) is dict:
        kind = _bare(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return tuple(str(word) for word in get_args(kind))
    return _keys(kind)


def _keys(kind: Any) -> tuple[str, ...]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return tuple(info.alias or name for name, info in kind.model_fields.items())
    return ()


def _inside(kind: Any, step: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            if (info.alias or name) == step:
                return info.annotation
        return None
    arguments = get_args(kind)
    if get_origin(kind) is dict:
        return arguments[1]
    return arguments[0] if get_origin(kind) is tuple else None


def _bare(kind: Any) -> Any:
    """The type without Annotated and without its None."""
    while True:
        if get_origin(kind) is Annotated:
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, types.UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        else:
            return kind
