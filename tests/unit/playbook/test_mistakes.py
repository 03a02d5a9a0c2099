"""Each kind of mistake is told with its file, its line, what is allowed and what was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handoff.errors import PlaybookError
from handoff.playbook import load_playbook

Spoil = Callable[[str, str, str], None]
LineOf = Callable[[str, str], int]
Mistakes = Callable[[], tuple[str, ...]]

# file, what stands there, what somebody wrote instead, text of the line, words of the message
ONE_MISTAKE = [
    pytest.param(
        "playbook.yml", "stale_after_days", "stale_after_day", "stale_after_day:",
        ["'stale_after_day' is not known", "did you mean 'stale_after_days'?", "Allowed: playbook"],
        id="unknown key",
    ),
    pytest.param(
        "playbook.yml", "stale_after_days: 180", "stale_after_days: half a year", "half a year",
        ["must be a whole number, not 'half a year'"], id="no number",
    ),
    pytest.param(
        "playbook.yml", "stale_after_days: 180", "stale_after_days: 0", "stale_after_days",
        ["must be at least 1, not 0"], id="number too small",
    ),
    pytest.param(
        "playbook.yml", "Europe/Berlin", "Europe/Berln", "Europe/Berln",
        ["is no IANA time zone", "did you mean 'Europe/Berlin'?"], id="time zone",
    ),
    pytest.param(
        "playbook.yml", "2026-01-01", "first of May", "effective_from:",
        ["must be a day, such as 2026-01-31"], id="no day",
    ),
    pytest.param(
        "playbook.yml", "headline_horizon_days: 90", "headline_horizon_days: 45", "headline_hor",
        ["'headline_horizon_days' is 45", "Allowed: 30, 60, 90"], id="closed list of numbers",
    ),
    pytest.param(
        "sources.yml", "crm: hubspot", "crm: hubspt", "crm: hubspt",
        ["did you mean 'hubspot'?", "Allowed: hubspot"], id="kind of crm",
    ),
    pytest.param(
        "lifecycle.yml", "lead: engaged", "lead: engagd", "engagd",
        ["'lead' is 'engagd'", "did you mean 'engaged'?", "recycled"], id="stage",
    ),
    pytest.param(
        "lifecycle.yml", "contacts.hs_lead_status", "contact.hs_lead_status", "contact.hs_lead",
        ["object 'contact' is defined nowhere", "did you mean 'contacts'?"], id="CRM object",
    ),
    pytest.param(
        "lifecycle.yml", "contacts.hs_lead_status", "hs_lead_status", "    hs_lead_status",
        ["must be object.property, such as contacts.jobtitle"], id="property without object",
    ),
    pytest.param(
        "lifecycle.yml", "BAD_TIMING", "new", "        new:",
        ["value 'new' stands here twice (first on line"], id="one value in two spellings",
    ),
    pytest.param(
        "lifecycle.yml", "  hubspot:", "  hubspt:", "  hubspt:",
        ["source 'hubspt' is defined nowhere", "did you mean 'hubspot'?"], id="source of stages",
    ),
    pytest.param(
        "precedence.yml", "owner: [hubspot]", "owner: [hubspt]", "[hubspt]",
        ["source 'hubspt' is defined nowhere", "did you mean 'hubspot'?"], id="source of an order",
    ),
    pytest.param(
        "precedence.yml", "owner: [hubspot]", "owner: [hubspot, hubspot]", "[hubspot, hubspot]",
        ["source 'hubspot' stands here twice"], id="source twice in an order",
    ),
    pytest.param(
        "precedence.yml", "owner: [hubspot]", "stages: {sq1: [hubspot]}", "sq1",
        ["'sq1' is not known", "did you mean 'sql'?"], id="stage of an order",
    ),
    pytest.param(
        "precedence.yml", "owner: [hubspot]", "owner: []", "owner: []",
        ["'owner' must not be empty"], id="order of nothing",
    ),
    pytest.param(
        "passed_properties.yml", "source: hubspot", "source: hubspt", "hubspt",
        ["source 'hubspt' is defined nowhere"], id="source of a passed property",
    ),
    pytest.param(
        "passed_properties.yml", "contacts.hs_analytics", "contakts.hs_analytics", "contakts",
        ["object 'contakts' is defined nowhere", "did you mean 'contacts'?"],
        id="object of a passed property",
    ),
    pytest.param(
        "sources.yml", "    portal_id: 4242", "    linked_source: hubspot\n    portal_id: 4242",
        "linked_source:", ["linked source 'hubspot' is defined nowhere"],
        id="linked source of the same CRM",
    ),
    pytest.param(
        "teams.yml", "calendar: americas", "calendar: amerika", "amerika",
        ["calendar 'amerika' is defined nowhere", "did you mean 'americas'?",
         "Allowed: americas, europe"], id="calendar of a team",
    ),
    pytest.param(
        "teams.yml", "crm_teams: [SDR Europe]", "crm_teams: [sdr americas]", "[sdr americas]",
        ["member 'sdr americas' stands here twice"], id="one CRM team in two teams",
    ),
    pytest.param(
        "teams.yml", "  lead_queue:", "  revenue_operations:  # again", "# again",
        ["'revenue_operations' is the name of a team already"], id="queue named as a team",
    ),
    pytest.param(
        "teams.yml", "    owner_id: 900", "    owner: 900", "    owner: 900",
        ["'owner' is not known", "did you mean 'owner_id'?"], id="unknown key of an entry",
    ),
    pytest.param(
        "people.yml", "[test.example]", "[somebody@test.example]", "somebody@",
        ["must be a mail domain, such as example.com"], id="mail domain",
    ),
    pytest.param(
        "people.yml", "rule: test_records", "rule: our_own_people  # again", "# again",
        ["rule 'our_own_people' stands here twice"], id="rule twice",
    ),
    pytest.param(
        "icp.yml", "between: {from: 50, to: 2000}", "between: {from: 50, to: 20}", "to: 20}",
        ["a range ends after it begins"], id="range upside down",
    ),
    pytest.param(
        "icp.yml", "from: 20, to: 49", "from: 30, to: 49", "from: 30",
        ["'20–49' must begin one above the end of '1–19'"], id="gap between company sizes",
    ),
    pytest.param(
        "icp.yml", "    between: {from: 5000000}", "    in: [rich]", "rule: can_afford",
        ["annual_revenue is tested with between"], id="words for a number",
    ),
    pytest.param(
        "scoring.yml", "value: demo_request", "value: demo", "value: demo",
        ["offer_type 'demo' is defined nowhere", "did you mean 'demo_request'?"], id="signal",
    ),
    pytest.param(
        "qualification.yml", "field: timeframe", "field: timefrme", "timefrme",
        ["field 'timefrme' is defined nowhere", "did you mean 'timeframe'?"], id="field",
    ),
    pytest.param(
        "fields.yml", "needed_at: disqualified", "needed_at: disqualifed", "disqualifed",
        ["did you mean 'disqualified'?", "Allowed: mql, accepted, sql, disqualified"],
        id="stage of a field",
    ),
    pytest.param(
        "fields.yml", "hubspot: contacts.country", "salesforce: contacts.country", "salesforce",
        ["source 'salesforce' is defined nowhere", "Allowed: hubspot"], id="source of a field",
    ),
    pytest.param(
        "fields.yml", "- field: timeframe", "- field: decision_owner  # again", "# again",
        ["field 'decision_owner' stands here twice"], id="field twice",
    ),
    pytest.param(
        "routing.yml", "send_to: lead_queue", "send_to: lead_que", "lead_que",
        ["team or queue 'lead_que' is defined nowhere", "did you mean 'lead_queue'?"],
        id="target of a route",
    ),
    pytest.param(
        "sla.yml", "default_tier: standard", "default_tier: standart", "standart",
        ["tier 'standart' is defined nowhere", "did you mean 'standard'?"], id="default tier",
    ),
    pytest.param(
        "sla.yml", "- tier: urgent", "- tier: urgnt", "urgnt",
        ["tier 'urgnt' is defined nowhere", "Allowed: urgent, standard"], id="tier of a rule",
    ),
    pytest.param(
        "sla.yml", "default_calendar: europe", "default_calendar: europa", "europa",
        ["calendar 'europa' is defined nowhere", "did you mean 'europe'?"], id="default calendar",
    ),
    pytest.param(
        "sla.yml", "monday: 09:00-18:00", "mondy: 09:00-18:00", "mondy",
        ["'mondy' is not known", "did you mean 'monday'?"], id="weekday",
    ),
    pytest.param(
        "sla.yml", "monday: 09:00-18:00", "monday: 9 to 5", "9 to 5",
        ["hours are written as 09:00-17:30"], id="hours",
    ),
    pytest.param(
        "sla.yml", "country: DE", "country: Germany", "Germany",
        ["no public holidays are known for 'Germany'", "did you mean 'DE'?"], id="holidays",
    ),
    pytest.param(
        "reasons.yml", "student: wrong_icp", "student: wrong_ipc", "wrong_ipc",
        ["did you mean 'wrong_icp'?", "unclear_fit"], id="reason",
    ),
    pytest.param(
        "campaigns.yml", "    theme: security\n", "    theme: securty\n", "securty",
        ["theme 'securty' is defined nowhere", "did you mean 'security'?"], id="theme of an offer",
    ),
    pytest.param(
        "campaigns.yml", "offer: newsletter}", "offer: newsleter}", "newsleter",
        ["offer 'newsleter' is defined nowhere", "did you mean 'newsletter'?"], id="offer",
    ),
    pytest.param(
        "campaigns.yml", "utm_campaign: security-first", "utm_campaign: Integration-Launch",
        "Integration-Launch",
        ["utm_campaign 'integration-launch' stands here twice"], id="campaigns with one UTM value",
    ),
    pytest.param(
        "problems.yml", "threshold: 0.30", "threshold: 30", "threshold: 30",
        ["must be at most 1, not 30"], id="share",
    ),
    pytest.param(
        "problems.yml", "owner_team: sdr_europe", "owner_team: sdr_eu", "sdr_eu",
        ["team 'sdr_eu' is defined nowhere", "did you mean 'sdr_europe'?"], id="owner team",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "where", "words"), ONE_MISTAKE)
def test_a_mistake_is_told_with_its_line(
    spoil: Spoil, mistakes: Mistakes, line_of: LineOf,
    file: str, right: str, wrong: str, where: str, words: list[str],
) -> None:  # fmt: skip
    spoil(file, right, wrong)
    line = line_of(file, where)
    told = mistakes()
    (mistake,) = [each for each in told if each.startswith(f"{file}:{line}: ")] or told
    assert mistake.startswith(f"{file}:{line}: ")
    for word in words:
        assert word in mistake


def test_every_mistake_is_told_at_once(spoil: Spoil, mistakes: Mistakes) -> None:
    """Also a wrong name in a file that has another mistake, and a use of what is itself wrong."""
    spoil("teams.yml", "role: ae", "role: aes")
    spoil("teams.yml", "calendar: americas", "calendar: amerika")
    spoil("sla.yml", "tuesday", "tuesdy")
    spoil("problems.yml", "threshold: 0.30", "threshold: 30")
    spoil("problems.yml", "owner_team: sdr_europe", "owner_team: sdr_eu")
    assert [each.split(":")[0] for each in mistakes()] == [
        "problems.yml", "problems.yml", "sla.yml", "teams.yml", "teams.yml",
    ]  # fmt: skip


def test_lines_stay_right_behind_wrong_entries_of_a_list(
    spoil: Spoil, mistakes: Mistakes, line_of: LineOf
) -> None:
    spoil("routing.yml", "label: Large accounts in the Americas", "labl: Large accounts")
    spoil("routing.yml", "label: The Americas", "importance: none")
    spoil("routing.yml", "    send_to: sdr_europe", "    send_to: sdr_eurp")
    line = line_of("routing.yml", "sdr_eurp")
    assert sum(each.startswith("routing.yml") and "nowhere" in each for each in mistakes()) == 1
    assert any(each.startswith(f"routing.yml:{line}: team or queue") for each in mistakes())


def test_a_missing_key_is_told_at_its_entry(
    spoil: Spoil, mistakes: Mistakes, line_of: LineOf
) -> None:
    spoil("teams.yml", "    label: SDR Europe\n", "")
    line = line_of("teams.yml", "  sdr_europe:")
    assert mistakes() == (f"teams.yml:{line}: teams.sdr_europe: 'label' is missing.",)


def test_a_key_twice_is_told_with_both_lines(
    spoil: Spoil, mistakes: Mistakes, line_of: LineOf
) -> None:
    first = line_of("reasons.yml", "        not_icp: wrong_icp")
    spoil("reasons.yml", "        too_small:", "        not_icp: other\n        too_small:")
    assert mistakes() == (
        f"reasons.yml:{first + 1}: 'not_icp' stands here twice (first on line {first}).",
    )


def test_broken_yaml_is_told_with_its_line(folder: Path, mistakes: Mistakes) -> None:
    text = "rules:\n  - rule: a\n   label: b\n"
    (folder / "icp.yml").write_text(text, encoding="utf-8")
    (mistake,) = mistakes()
    assert mistake.startswith("icp.yml:3: is not YAML:")


def test_text_in_another_encoding_is_told_with_its_line(folder: Path, mistakes: Mistakes) -> None:
    (folder / "icp.yml").write_bytes("strong_from: 0.5\n# größer\n".encode("latin-1"))
    assert mistakes() == ("icp.yml:2: is not UTF-8 text.",)


def test_a_control_character_is_told_with_its_line(folder: Path, mistakes: Mistakes) -> None:
    text = "strong_from: 0.5\n# rang \x07 here\n"
    (folder / "icp.yml").write_text(text, encoding="utf-8")
    assert mistakes() == ("icp.yml:2: holds a character that YAML does not allow.",)


def test_a_value_that_contains_itself_is_told(folder: Path, mistakes: Mistakes) -> None:
    (folder / "scoring.yml").write_text("rules: &all\n  - *all\n", encoding="utf-8")
    assert any("refers to itself" in each for each in mistakes())


def test_a_missing_file_and_one_that_is_none_are_told(folder: Path, mistakes: Mistakes) -> None:
    (folder / "sources.yml").rename(folder / "sources.yaml")
    told = mistakes()
    assert told[0].startswith("sources.yaml:1: this file is no part of a playbook")
    assert "did you mean 'sources.yml'?" in told[0]
    assert told[1] == "sources.yml:1: this file is missing."


def test_an_empty_file_is_one_without_its_keys(folder: Path, mistakes: Mistakes) -> None:
    (folder / "sources.yml").write_text("# nothing yet\n", encoding="utf-8")
    assert "sources.yml:1: 'sources' is missing." in mistakes()


def test_a_list_instead_of_a_map_is_told(folder: Path, mistakes: Mistakes) -> None:
    (folder / "teams.yml").write_text("- sdr\n- ae\n", encoding="utf-8")
    told = [each for each in mistakes() if each.startswith("teams.yml")]
    assert told == ["teams.yml:1: this file must hold `name: value` lines."]


def test_the_error_shows_all_and_says_what_to_do(folder: Path, spoil: Spoil) -> None:
    spoil("sla.yml", "country: US", "country: XX")
    spoil("people.yml", "kind: partner", "kind: friend")
    with pytest.raises(PlaybookError) as caught:
        load_playbook(folder)
    text = str(caught.value)
    assert text.startswith("The playbook has 2 mistakes\n")
    assert all(mistake in text for mistake in caught.value.mistakes)
    assert text.endswith(f"Next: edit the files in {folder}")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="no playbook folder"):
        load_playbook(tmp_path / "nowhere")
