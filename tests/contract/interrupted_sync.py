"""A sync in a process of its own, which something happens to at a chosen point.

    python interrupted_sync.py CASE_URL POINT kill|interrupt|none|disk

Points are counted in what the process does to files and sockets (its audit events), so a seed
chooses the same point again. ``disk``: POINT is the largest size in bytes that a file may get.
Prints the number of events of a run that ends by itself.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading

from hubspot_asked import PATIENCE, TRACKED

from handoff.crm.hubspot import records
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.errors import HandoffError
from handoff.landing import writer
from handoff.settings import CrmConnection
from handoff.sync import SyncSource, sync_source

WATCHED = ("open", "os.", "socket.", "shutil.")
OBJECTS = ["owners", "companies", "contacts", "deals", "form_submissions"]

url, point, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
# Parts as small as a page, so that there is much to be torn apart.
writer.PART_ROWS = 1
records.ASSOCIATIONS_BATCH_SIZE = 50
events = 0
counting = threading.Lock()


def happen(event: str, _: object) -> None:
    global events
    if not event.startswith(WATCHED):
        return
    with counting:
        events += 1
        is_now = events == point
    if is_now and what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if is_now and what == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)


connection = CrmConnection("handoff_case", url, "sandbox-token")
connector = HubSpotConnector(connection, "case", TRACKED, PATIENCE)
if what == "disk":
    resource.setrlimit(resource.RLIMIT_FSIZE, (point, resource.RLIM_INFINITY))
else:
    sys.addaudithook(happen)
try:
    sync_source(SyncSource("case", "hubspot", "handoff_case"), connector=connector, objects=OBJECTS)
except HandoffError as error:
    sys.exit(str(error))
os.write(1, str(events).encode())
