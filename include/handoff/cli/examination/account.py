"""One CRM account: connection, token, scopes, limits, clock, version, mapped properties."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta

from handoff import clock
from handoff.cli.examination.finding import Finding, guarded
from handoff.cli.examination.mapping import examine_mapping
from handoff.crm.protocol import AccountFacts, CanSample, Connector, ReadRequest
from handoff.crm.registry import connect
from handoff.errors import DailyLimitError, HandoffError, NotEntitledError
from handoff.playbook import load_playbook
from handoff.settings import Settings, connection
from handoff.sync import SyncSource

# Reads take an hour before the last one in again, so a clock that is minutes off loses nothing yet.
CLOCK_MAY_DIFFER = timedelta(minutes=1)
CLOCK_MUST_NOT_DIFFER = timedelta(minutes=10)
MUCH_OF_A_LIMIT = 0.8
VERSION_ENDS_SOON_DAYS = 90


def examine_account(settings: Settings, source: SyncSource) -> Iterator[Finding]:
    """All of one source; nothing after a connection or a token that is no good."""
    name = source.source_id
    found = guarded(name, lambda: _connection(source))
    yield found
    if found.state == "bad":
        return
    try:
        account = connection(source.connection_id)
        connector = connect(source.crm, account, name, source.tracked, source.rules)
    except HandoffError as error:
        yield Finding(name, "bad", error.message, error.fix)
        return
    try:
        yield from _examine(settings, source, connector)
    finally:
        connector.close()


def _examine(settings: Settings, source: SyncSource, connector: Connector) -> Iterator[Finding]:
    name = source.source_id
    try:
        facts = connector.account()
    except DailyLimitError as error:
        yield Finding(name, "warning", error.message, error.fix)
        return
    except HandoffError as error:
        yield Finding(name, "bad", error.message, error.fix)
        return
    opened = guarded(name, lambda: _answers(name, facts, connector))
    yield opened
    if opened.state == "bad":
        return
    yield from _portal(settings, name, facts)
    yield from _clock(name, facts)
    yield from _version(name, facts)
    yield from _limits(name, facts)
    if facts.scopes is None:
        yield from _probe(source, connector)
    else:
        yield from _scopes(source, facts)
    yield from examine_mapping(settings, source, connector)


def _connection(source: SyncSource) -> Finding:
    account = connection(source.connection_id)
    return Finding(source.source_id, "good", f"{account.conn_id} at {account.host or 'the vendor'}")


def _answers(name: str, facts: AccountFacts, connector: Connector) -> Finding:
    """What the token opens; where the account says nothing of itself, its owners are read."""
    if facts.account_id is not None:
        label = f" ({facts.label})" if facts.label else ""
        return Finding(name, "good", f"the token answers for account {facts.account_id}{label}")
    request = ReadRequest(object="owners", mode="full", until=clock.now())
    owners = next(connector.read(request, None)).rows
    count = sum(map(len, owners.values()))
    return Finding(name, "good", f"the token answers: {count} owners")


def _portal(settings: Settings, name: str, facts: AccountFacts) -> Iterator[Finding]:
    """Whether portal_id and token name two accounts: numbers alone can be compared."""
    named = load_playbook(settings.playbook_dir).sources.sources[name].portal_id
    told = facts.account_id or ""
    if named.isdecimal() and told.isdecimal() and named != told:
        yield Finding(
            name,
            "warning",
            f"portal_id is {named} and the token is for account {told}: every link from a report "
            "would open another account",
            f"set portal_id: {told} in {settings.playbook_dir / 'sources.yml'}, or mend the token",
        )


def _clock(name: str, facts: AccountFacts) -> Iterator[Finding]:
    if facts.answered_at is None:
        return
    apart = clock.wall_now() - facts.answered_at
    ahead = "ahead of" if apart > timedelta(0) else "behind"
    seconds = abs(apart.total_seconds())
    text = f"this machine's clock is {seconds:.0f} s {ahead} the CRM's"
    if seconds > CLOCK_MUST_NOT_DIFFER.total_seconds():
        yield Finding(name, "bad", text, "set the machine's clock, by NTP if it can be had")
    elif seconds > CLOCK_MAY_DIFFER.total_seconds():
        yield Finding(name, "warning", text, "set the machine's clock, by NTP if it can be had")


def _version(name: str, facts: AccountFacts) -> Iterator[Finding]:
    if facts.api_version is None:
        return
    if facts.support_ends_on is None:
        yield Finding(name, "good", f"API version {facts.api_version}, of which no end is known")
        return
    text = f"API version {facts.api_version} is supported until {facts.support_ends_on}"
    days = (facts.support_ends_on - clock.wall_now().date()).days
    if days <= 0:
        yield Finding(name, "bad", text, 'raise "api_version" in the connection\'s extra')
    elif days < VERSION_ENDS_SOON_DAYS:
        yield Finding(name, "warning", text, 'raise "api_version" in the connection\'s extra soon')
    else:
        yield Finding(name, "good", text)


def _limits(name: str, facts: AccountFacts) -> Iterator[Finding]:
    for limit, used, allowed in facts.limits:
        text = f"{limit}: {used:,} of {allowed:,} used"
        if used >= allowed:
            yield Finding(name, "bad", text, "wait until it starts anew, or buy more calls")
        elif used >= MUCH_OF_A_LIMIT * allowed:
            yield Finding(name, "warning", text, "see who else uses the account's calls")
        else:
            yield Finding(name, "good", text)


def _scopes(source: SyncSource, facts: AccountFacts) -> Iterator[Finding]:
    """Granted against needed: what lacks, what is left out, and what is more than reading takes."""
    name, granted = source.source_id, facts.scopes or frozenset()
    lacking = sorted(facts.needed_scopes - granted)
    if lacking:
        yield Finding(
            name,
            "bad",
            f"the token lacks the scopes {', '.join(lacking)}",
            f"grant them in the CRM, then: handoff sync --source {name}",
        )
    else:
        yield Finding(name, "good", f"all {len(facts.needed_scopes)} needed scopes are granted")
    left_out = sorted(facts.optional_scopes - granted)
    if left_out:
        yield Finding(
            name,
            "warning",
            f"not granted, so what they cover is not read: {', '.join(left_out)}",
            "grant them in the CRM if the account's edition has them",
        )
    writing = sorted(scope for scope in granted if _may_write(scope))
    if writing:
        yield Finding(
            name,
            "warning",
            f"the token may also write: {', '.join(writing)}",
            "take these scopes off the token: Handoff only reads",
        )


def _may_write(scope: str) -> bool:
    words = scope.replace(":", ".").split(".")
    return bool({"write", "full", "delete", "admin"} & set(words))


def _probe(source: SyncSource, connector: Connector) -> Iterator[Finding]:
    """Where a token's scopes cannot be asked for, the first page of each object tells them."""
    name, read = source.source_id, 0
    yield Finding(name, "good", "the CRM does not tell the token's scopes: each object is tried")
    for object_ in connector.objects:
        finding = guarded(name, lambda tried=object_: _try(name, connector, tried))  # type: ignore[misc]
        if finding.state == "good":
            read += 1
        else:
            yield finding
    yield Finding(name, "good", f"{read} of {len(connector.objects)} objects can be read")


def _try(name: str, connector: Connector, object_: str) -> Finding:
    try:
        if isinstance(connector, CanSample):
            connector.sample(object_, 1)
        else:
            _read_first(connector, object_)
    except NotEntitledError as error:
        return Finding(name, "warning", error.message, error.fix)
    return Finding(name, "good", f"{object_} can be read")


def _read_first(connector: Connector, object_: str) -> None:
    """The first page of an object, and no more of it."""
    selection = connector.selection(object_)
    request = ReadRequest(object=object_, mode="full", until=clock.now(), selection=selection)
    batches = connector.read(request, None)
    next(batches, None)
    if isinstance(batches, Generator):
        batches.close()
