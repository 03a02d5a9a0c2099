"""The words of the demo company: its forms, campaigns, teams, owners and CRM values."""

from __future__ import annotations

from dataclasses import dataclass

VENDOR_DOMAIN = "northlight.example"
TEST_DOMAIN = "test.example"
PARTNER_DOMAIN = "partner.example"

URGENT_MINUTES = 60
STANDARD_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the portal; ``is_urgent`` offers get the short SLA."""

    guid: str
    name: str
    page: str
    offer_type: str
    is_urgent: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign and how its leads fare: shares are 0–1, ``slowness`` multiplies answer times."""

    guid: str
    name: str
    utm: str
    source: str
    medium: str
    mql_share: float
    poor_fit_share: float
    untouched_share: float
    slowness: float
    sql_share: float
    missing_field_share: float


@dataclass(frozen=True, slots=True)
class Owner:
    """A CRM user. ``calendar`` is the one of the primary team."""

    id: str
    first_name: str
    last_name: str
    team: str | None
    second_team: str | None = None
    is_archived: bool = False
    is_queue: bool = False

    @property
    def user_id(self) -> int:
        return 50_000 + int(self.id)

    @property
    def email(self) -> str:
        local = f"{self.first_name}.{self.last_name}".lower().replace(" ", "").replace("é", "e")
        return f"{local}@{VENDOR_DOMAIN}"

    @property
    def is_sales(self) -> bool:
        return not self.is_queue and self.team in SALES_TEAMS

    @property
    def calendar(self) -> str:
        return "americas" if self.team == "SDR Americas" else "europe"


TEAM_IDS = {"SDR Americas": "11", "SDR Europe": "12", "Account Executives": "13", "Marketing": "14"}
SALES_TEAMS = ("SDR Americas", "SDR Europe", "Account Executives")

OWNERS = (
    Owner("201", "Maya", "Collins", "SDR Americas"),
    Owner("202", "Diego", "Alvarez", "SDR Americas"),
    Owner("203", "Tyler", "Brooks", "SDR Americas"),
    Owner("211", "Lena", "Hoffmann", "SDR Europe"),
    Owner("212", "Jonas", "Weber", "SDR Europe"),
    Owner("213", "Amélie", "Laurent", "SDR Europe", second_team="Account Executives"),
    Owner("221", "Clara", "Vogt", "Account Executives"),
    Owner("222", "Marcus", "Reed", "Account Executives"),
    Owner("223", "Priya", "Nair", "Account Executives"),
    Owner("231", "Nora", "Lind", "Marketing"),
    Owner("232", "Tom", "Becker", "Marketing"),
    Owner("241", "Erik", "Sund", "SDR Europe", is_archived=True),
    Owner("251", "Ines", "Rossi", None),
    Owner("900", "Lead", "Queue", None, is_queue=True),
)
OWNER = {owner.id: owner for owner in OWNERS}
QUEUE = OWNER["900"]
MARKETER = OWNER["231"]
SDRS = {
    "americas": (OWNER["201"], OWNER["202"], OWNER["203"]),
    "europe": (OWNER["211"], OWNER["212"], OWNER["213"]),
}
AES = (OWNER["221"], OWNER["222"], OWNER["223"])
# Jonas seldom fills in what he learns on a call; the pages have to find him.
FORGETFUL_OWNER_ID = "212"

DEMO = Form("0d3f2a10-6c1e-4b7a-9a01-5f0000000001", "Demo request", "demo", "demo_request", True)
PRICING = Form(
    "0d3f2a10-6c1e-4b7a-9a01-5f0000000002", "Pricing enquiry", "pricing", "pricing", True
)
CONTACT = Form(
    "0d3f2a10-6c1e-4b7a-9a01-5f0000000003", "Contact sales", "contact", "contact_sales", True
)
TRIAL = Form("0d3f2a10-6c1e-4b7a-9a01-5f0000000004", "Free trial", "trial", "trial", True)
INTEGRATION_GUIDE = Form(
    "0d3f2a10-6c1e-4b7a-9a01-5f0000000005", "Integration guide", "guides/integration", "guide"
)
SECURITY_GUIDE = Form(
    "0d3f2a10-6c1e-4b7a-9a01-5f0000000006", "Security guide", "guides/security", "guide"
)
WEBINAR = Form("0d3f2a10-6c1e-4b7a-9a01-5f0000000007", "RevOps webinar", "events/revops", "webinar")
NEWSLETTER = Form("0d3f2a10-6c1e-4b7a-9a01-5f0000000008", "Newsletter", "newsletter", "newsletter")
HOSTILE_FORM = Form(
    "0d3f2a10-6c1e-4b7a-9a01-5f0000000009",
    '=HYPERLINK("https://evil.example","Win a prize")',
    "old/prize",
    "other",
    is_archived=True,
)
URGENT_FORMS = (DEMO, PRICING, CONTACT, TRIAL)
FORMS = (*URGENT_FORMS, INTEGRATION_GUIDE, SECURITY_GUIDE, WEBINAR, NEWSLETTER, HOSTILE_FORM)

INTEGRATION = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000001",
    "Integration launch", "integration-launch", "google", "cpc",
    0.62, 0.08, 0.04, 1.0, 0.48, 0.08,
)  # fmt: skip
SECURITY = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000002",
    "Security first", "security-first", "linkedin", "paid-social",
    0.60, 0.12, 0.16, 3.2, 0.34, 0.10,
)  # fmt: skip
REVOPS = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000003",
    "RevOps summit", "revops-summit", "goldcast", "webinar",
    0.66, 0.18, 0.07, 1.3, 0.30, 0.38,
)  # fmt: skip
SWITCH = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000004",
    "Competitor switch", "competitor-switch", "g2", "review",
    0.66, 0.10, 0.05, 1.0, 0.42, 0.10,
)  # fmt: skip
BRAND = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000005",
    "Brand always-on", "brand-always-on", "google", "organic",
    0.38, 0.22, 0.07, 1.1, 0.33, 0.12,
)  # fmt: skip
PARTNER = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000006",
    "Partner referrals", "partner-referrals", "partner-portal", "referral",
    0.88, 0.72, 0.08, 1.2, 0.07, 0.16,
)  # fmt: skip
HOSTILE_CAMPAIGN = Campaign(
    "7b1c5d20-0a4f-4d6e-8c01-3e0000000007",
    '<script>alert("campaign")</script> & "Friends" 🎉', "friends-and-family", "email", "email",
    0.5, 0.5, 0.1, 1.0, 0.2, 0.1,
)  # fmt: skip
CROWD_CAMPAIGNS = (INTEGRATION, SECURITY, REVOPS, SWITCH, BRAND, PARTNER)
CAMPAIGNS = (*CROWD_CAMPAIGNS, HOSTILE_CAMPAIGN)

# What a campaign offers first, and what makes the lead qualified in the end.
OPENERS = {
    INTEGRATION.guid: (INTEGRATION_GUIDE,),
    SECURITY.guid: (SECURITY_GUIDE,),
    REVOPS.guid: (WEBINAR,),
    SWITCH.guid: (PRICING, TRIAL),
    BRAND.guid: (NEWSLETTER,),
    PARTNER.guid: (CONTACT,),
}
CLOSERS = {
    INTEGRATION.guid: (DEMO, TRIAL, INTEGRATION_GUIDE),
    SECURITY.guid: (DEMO, CONTACT, SECURITY_GUIDE),
    REVOPS.guid: (WEBINAR, WEBINAR, DEMO),
    SWITCH.guid: (PRICING, DEMO, TRIAL),
    BRAND.guid: (DEMO, CONTACT, PRICING),
    PARTNER.guid: (CONTACT, DEMO),
}

ACCEPTING_VALUES = ("OPEN", "IN_PROGRESS", "ATTEMPTED_TO_CONTACT", "CONNECTED")
MQL_FIELDS = ("jobtitle", "country", "industry", "numberofemployees")
EMPTY_VALUES = ("", "n/a", "unknown", "select", "-", "test")
PLACEHOLDERS = ("n/a", "-", "Unknown", "N/A ", "select")

# CRM value of `disqualification_reason` → canonical reason of the playbook.
DISQUALIFICATION_REASONS = {
    "not_icp": "wrong_icp",
    "too_small": "wrong_icp",
    "student": "wrong_icp",
    "unclear_need": "unclear_fit",
    "no_authority": "no_authority",
    "not_now": "low_urgency",
    "no_budget": "no_budget",
    "competitor": "competitor",
    "no_response": "unreachable",
    "duplicate": "duplicate",
    "bad_data": "bad_data",
    "other": "other",
}
UNMAPPED_REASON = "vibes"
LOST_REASONS = {
    "Price": "no_budget",
    "Lost to competitor": "competitor",
    "No decision": "low_urgency",
    "Missing feature": "unclear_fit",
}
OPEN_DEAL_STAGES = (
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
)
