"""Which touch is the trigger: at the very instant, too late, too old, a mail, or none."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator.changes import SCORING_WORKFLOW
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.scenarios.scene import GOOD_FIELDS, LENA, Scene
from handoff.sandbox.generator.vocabulary import (
    BRAND,
    CONTACT,
    DEMO,
    INTEGRATION,
    INTEGRATION_GUIDE,
    PRICING,
    SECURITY,
    SECURITY_GUIDE,
    SWITCH,
    Campaign,
    Form,
)

_Trigger = tuple[Form, Campaign | None]
_AgedTouch = tuple[Form, Campaign | None, timedelta]


def place(scene: Scene) -> None:
    at = scene.at(0, 3, "09:45")
    day = timedelta(days=1)
    # name, (form, campaign, age of the touch at the MQL) …, what is the trigger
    cases: tuple[tuple[str, tuple[_AgedTouch, ...], _Trigger | None], ...] = (
        ("guide_before_demo",
         ((INTEGRATION_GUIDE, INTEGRATION, 8 * day), (DEMO, INTEGRATION, day / 24)),
         (DEMO, INTEGRATION)),
        ("touch_at_the_instant_of_the_mql",
         ((SECURITY_GUIDE, SECURITY, 2 * day), (PRICING, SWITCH, timedelta())),
         (PRICING, SWITCH)),
        ("touch_after_the_mql",
         ((SECURITY_GUIDE, SECURITY, 2 * day), (DEMO, BRAND, timedelta(seconds=-30))),
         (SECURITY_GUIDE, SECURITY)),
        ("touch_at_the_end_of_the_lookback",
         ((CONTACT, BRAND, 180 * day),),
         (CONTACT, BRAND)),
        ("touch_older_than_the_lookback",
         ((CONTACT, BRAND, 180 * day + timedelta(seconds=1)),),
         None),
        ("touch_without_campaign",
         ((DEMO, None, day),),
         (DEMO, None)),
        ("several_touches_several_campaigns",
         ((INTEGRATION_GUIDE, INTEGRATION, 30 * day), (SECURITY_GUIDE, SECURITY, 10 * day),
          (CONTACT, BRAND, 4 * day), (PRICING, SWITCH, day)),
         (PRICING, SWITCH)),
    )  # fmt: skip
    for name, touches, trigger in cases:
        oldest = max(age for _, _, age in touches)
        contact = scene.person(name, at - max(oldest, timedelta()))
        for form, campaign, age in touches:
            scene.portal.submit(contact, form, at - age, campaign)
        scene.fill_in(contact, DEMO, at, **GOOD_FIELDS)
        contact.set("lifecyclestage", "marketingqualifiedlead", at, SCORING_WORKFLOW)
        handoff = HandoffTruth(contact.id, 1, at)
        if trigger is not None and trigger[1] is not None:
            handoff.campaign = trigger[1].name
        scene.own(contact, handoff, LENA, at)
        scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
        scene.finish(name, contact, (handoff, trigger[0] if trigger else None))
    _inbound_mail(scene)


def _inbound_mail(scene: Scene) -> None:
    """A mail out of the blue is a touch, of no campaign; the answer to a mail of sales is none."""
    at = scene.at(0, 3, "13:30")
    name = "inbound_mail_is_the_trigger"
    contact = scene.person(name, at - timedelta(days=9))
    scene.portal.submit(contact, INTEGRATION_GUIDE, at - timedelta(days=9), INTEGRATION)
    scene.email(
        contact, at - timedelta(hours=1), LENA, direction="INCOMING_EMAIL", subject="Can we talk?"
    )
    handoff = scene.mql(contact, at, None)
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    scene.finish(name, contact, (handoff, None))

    name = "reply_is_no_touch"
    contact = scene.person(name, at - timedelta(days=9))
    scene.portal.submit(contact, INTEGRATION_GUIDE, at - timedelta(days=9), INTEGRATION)
    scene.email(contact, at - timedelta(days=5), LENA, subject="Saw you read our guide")
    scene.email(
        contact, at - timedelta(hours=1), LENA, direction="INCOMING_EMAIL", subject="Re: guide"
    )
    handoff = scene.mql(contact, at, None)
    handoff.campaign = INTEGRATION.name
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    scene.finish(name, contact, (handoff, INTEGRATION_GUIDE))
