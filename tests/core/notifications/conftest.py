"""A street with messengers and devices, on each engine in turn, and a watch that stands at nine in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from notification_office import PHONE, Office

from houses import Setting, furnish
from postgres_server import Database
from service_doubles import Devices, Messenger
from watches import Watch


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """Connections sms, email and devices."""
    watch, devices = Watch(), Devices()
    sms, email = Messenger("double_sms", "sms"), Messenger("double_email", "email")
    plugins = [(double.name, double) for double in (sms, email, devices)]
    connections = {"sms": Setting("double_sms"), "email": Setting("double_email"), "devices": Setting("double_devices")}
    made = furnish(database.url, tmp_path, clock=watch, plugins=plugins, connections=connections)
    with made.house.store.write(made.street) as tx:
        resident = made.house.residents.add(tx, "买买提", phone=PHONE).id
    yield Office(made, watch, sms, email, devices, resident)
    made.house.close()
