"""Whether a call of the `handoff` command fits the command as it is."""

from __future__ import annotations

import typer
from typer.core import TyperGroup

from handoff.cli.main import app


def verbs() -> set[str]:
    """Every verb of the command line."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return set(command.commands)


def find_fault(words: list[str]) -> str | None:
    """What is wrong with the arguments of a call; None when the command takes them."""
    command, name = typer.main.get_command(app), "handoff"
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        verb, *words = words
        if verb not in command.commands:
            return f"{name} has no verb {verb}"
        command, name = command.commands[verb], f"{name} {verb}"
    options = {option: each for each in command.params for option in each.opts}
    places = sum(each.param_type_name == "argument" for each in command.params)
    while words:
        word, *words = words
        if word.startswith("-"):
            if word not in options and word != "--help":
                return f"{name} has no option {word}"
            takes_value = word in options and not getattr(options[word], "is_flag", False)
            words = words[1:] if takes_value else words
        elif places:
            places -= 1
        else:
            return f"{name} takes no {word}"
    return None
