"""Invented names, and texts as hostile as a CRM can hold."""

from __future__ import annotations

FIRST_NAMES = (
    "Anna", "Ben", "Carla", "David", "Elif", "Farid", "Greta", "Hugo", "Isabel", "Jakub", "Kenji",
    "Laura", "Mehmet", "Nadia", "Oliver", "Paula", "Quentin", "Rosa", "Stefan", "Tanya", "Umar",
    "Vera", "William", "Ximena", "Yusuf", "Zoë", "Aisha", "Björn", "Chloé", "Dmitri", "Emma",
    "Felix", "Gloria", "Henrik", "Ingrid", "James", "Katarzyna", "Luis", "Mia", "Noah",
)  # fmt: skip
LAST_NAMES = (
    "Adler", "Baker", "Castillo", "Diallo", "Eriksen", "Fischer", "García", "Hughes", "Ivanov",
    "Jensen", "Kowalski", "Lopez", "Müller", "Nowak", "Okafor", "Petrov", "Quinn", "Rossi",
    "Schmidt", "Tanaka", "Usman", "Vargas", "Wagner", "Xu", "Yılmaz", "Zimmer", "O'Brien",
    "de la Cruz", "Stone", "Novák", "Berg", "Khan", "Lindqvist", "Moreau", "Turner", "Walsh",
)  # fmt: skip
COMPANY_HEADS = (
    "Alder", "Beacon", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo",
    "Juniper", "Kestrel", "Lumen", "Meridian", "Nimbus", "Onyx", "Pioneer", "Quartz",
    "Rivet", "Summit", "Tundra", "Umbra", "Vertex", "Willow", "Xenon", "Yarrow", "Zephyr",
    "Atlas", "Birch", "Cedar", "Drift",
)  # fmt: skip
COMPANY_TAILS = (
    "Systems", "Labs", "Logistics", "Health", "Analytics", "Works", "Finance", "Cloud", "Retail",
    "Robotics", "Energy", "Media", "Networks", "Software", "Partners", "Group",
)  # fmt: skip
JOB_TITLES = (
    "Head of Revenue Operations", "VP Sales", "Marketing Operations Manager", "CTO",
    "IT Security Lead", "Director of Demand Generation", "CRM Manager", "Sales Operations Analyst",
    "Chief Revenue Officer", "Integration Engineer", "Head of Data", "Growth Manager",
)  # fmt: skip
POOR_FIT_TITLES = ("Student", "Freelancer", "Intern", "Consultant", "Owner", "Teacher")
GOOD_INDUSTRIES = (
    "COMPUTER_SOFTWARE", "FINANCIAL_SERVICES", "INTERNET", "LOGISTICS_AND_SUPPLY_CHAIN",
    "HOSPITAL_HEALTH_CARE", "MACHINERY", "TELECOMMUNICATIONS",
)  # fmt: skip
POOR_INDUSTRIES = (
    "EDUCATION_MANAGEMENT",
    "RETAIL",
    "HOSPITALITY",
    "NON_PROFIT_ORGANIZATION_MANAGEMENT",
)
# country, telephone prefix, calendar of the SDR team that works it, hours from UTC (standard time)
COUNTRIES = (
    ("Germany", "+49", "europe", 1), ("United States", "+1", "americas", -5),
    ("United Kingdom", "+44", "europe", 0), ("France", "+33", "europe", 1),
    ("Netherlands", "+31", "europe", 1), ("Canada", "+1", "americas", -5),
    ("Spain", "+34", "europe", 1), ("Austria", "+43", "europe", 1),
    ("Brazil", "+55", "americas", -3),
)  # fmt: skip
COUNTRY_WEIGHTS = (26, 28, 12, 8, 7, 7, 4, 4, 4)
USE_CASES = (
    "Sync CRM and billing", "Lead routing", "Audit trail for SOC 2",
    "One report for sales and marketing",
    "Replace spreadsheets", "Attribution",
)  # fmt: skip
TOOLS = (
    "Spreadsheets",
    "Salesforce reports",
    "In-house scripts",
    "Competitor A",
    "Competitor B",
    "None",
)
DECISION_OWNERS = ("CRO", "CTO", "VP Marketing", "Head of RevOps", "CFO")
TIMEFRAMES = ("this month", "this quarter", "next quarter", "this year")
NEEDS = ("Faster follow-up", "Trustworthy numbers", "Fewer tools", "Compliance")
AUTHORITIES = ("decides", "recommends", "uses")
BUDGETS = ("under 10k", "10k-50k", "50k-200k", "over 200k")
NOTE_BODIES = (
    "Spoke about their current set-up. Next step agreed.",
    "Left a voicemail, will try again.",
    "Asked for pricing and a security sheet.",
    "Not the right contact; asked for an introduction.",
    "Wants to see the integration with their billing system.",
)
MAIL_SUBJECTS = (
    "Your request", "Following up", "A short call this week?", "The guide you asked for",
    "Next steps",
)  # fmt: skip

HOSTILE_TEXTS = {
    "script": "<script>alert('name')</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "formula": '=HYPERLINK("https://evil.example","Click me")',
    "formula_plus": "+1+cmd|' /C calc'!A0",
    "formula_at": "@SUM(1+1)*cmd",
    "quotes": 'O\'Brien "The Closer"; drop table contacts;--',
    "emoji": "👩‍🚀 Zoë 🚀",
    "right_to_left": "مريم \u202egnp.exe\u202c שלום",
    "template": "{{ 7 * 7 }} ${7*7} <%= 7 %>",
    "line_breaks": "Ann\r\nBcc: all@evil.example\tTab",
    "separators": "Line\u2028Para\u2029End",
    "long": "Wolfeschlegelstein" * 20,
}
