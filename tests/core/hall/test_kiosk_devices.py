"""Devices of kiosks on each engine: one code makes one device, however many enter it, and paper before money."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from jiedao.directory.caller import Role
from jiedao.directory.places import Kind, add_till
from jiedao.kiosk import devices
from jiedao.kiosk.devices import CONDITIONS, PRINTS, Condition
from jiedao.problems import NotAllowed, NotFound, NotSignedIn, ServicePaused, TooMany
from service_hall import ServiceHall


@pytest.fixture
def kiosk(on_both: ServiceHall) -> ServiceHall:
    """A hall with the kiosk K1."""
    with on_both.house.store.write(on_both.street) as tx:
        add_till(tx, "K1", "h1", "自助机", kind=Kind.KIOSK)
    return on_both


def code(kiosk: ServiceHall) -> str:
    return devices.issue_code(kiosk.house.store, kiosk.administrator, "K1").code


def test_a_code_makes_one_device_and_is_stored_nowhere(kiosk: ServiceHall) -> None:
    store, made, together, ends = kiosk.house.store, code(kiosk), threading.Barrier(6), []

    def enter() -> None:
        together.wait()
        try:
            ends.append(devices.enrol(store, kiosk.street, made, "10.0.0.1")[0])
        except NotSignedIn as refused:
            ends.append(refused.code)

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("kiosk.code") == 5
    [token] = [end for end in ends if end != "kiosk.code"]
    found = devices.device(store, kiosk.street, token)
    assert (found.till, found.condition, found.caller.role) == ("K1", Condition.ONLINE, Role.RESIDENT)
    assert not {made, token} & {str(value) for row in kiosk.made.rows("kiosk_device") for value in row}


def test_codes_and_devices_come_to_an_end(kiosk: ServiceHall) -> None:
    store, street = kiosk.house.store, kiosk.street
    first, second = code(kiosk), code(kiosk)
    with pytest.raises(NotSignedIn, match=r"kiosk\.code"):
        devices.enrol(store, street, first, "a")
    token, _ = devices.enrol(store, street, second, "a")
    late = code(kiosk)
    kiosk.watch.forward(minutes=31)
    with pytest.raises(NotSignedIn, match=r"kiosk\.code"):
        devices.enrol(store, street, late, "a")
    for caller in (kiosk.operator, kiosk.made.accountant):
        with pytest.raises(NotAllowed):
            devices.revoke(store, caller, "K1", "x")
        with pytest.raises(NotAllowed):
            devices.issue_code(store, caller, "K1")
    devices.revoke(store, kiosk.administrator, "K1", "设备被盗")
    with pytest.raises(NotSignedIn, match=r"kiosk\.unknown"):
        devices.device(store, street, token)
    with pytest.raises(NotFound, match=r"kiosk\.missing"):
        devices.revoke(store, kiosk.administrator, "K1", "again")
    with pytest.raises(NotFound, match=r"kiosk\.missing"):
        devices.issue_code(store, kiosk.administrator, "T1")


def test_nobody_tries_codes_out(kiosk: ServiceHall) -> None:
    for _ in range(20):
        with pytest.raises(NotSignedIn):
            devices.enrol(kiosk.house.store, kiosk.street, "GUESS", "10.0.0.9")
    with pytest.raises(TooMany):
        devices.enrol(kiosk.house.store, kiosk.street, code(kiosk), "10.0.0.9")
    assert "10.0.0.9" not in str(kiosk.made.rows("throttle"))


def test_only_a_kiosk_that_prints_takes_money(kiosk: ServiceHall) -> None:
    store, street = kiosk.house.store, kiosk.street
    devices.enrol(store, street, code(kiosk), "a")
    assert CONDITIONS.keys() == set(Condition)
    for condition in Condition:
        devices.report(store, street, "K1", condition)
        with store.read(street) as tx:
            devices.must_print(tx, "T1")
            if condition in PRINTS:
                devices.must_print(tx, "K1")
            else:
                with pytest.raises(ServicePaused, match=r"kiosk\.paper"):
                    devices.must_print(tx, "K1")


def test_who_is_seen_and_who_is_not(kiosk: ServiceHall) -> None:
    store, street = kiosk.house.store, kiosk.street

    def seen() -> tuple[bool, bool]:
        with store.read(street) as tx:
            [one] = devices.kiosks(tx)
        return one.enrolled, one.reachable

    assert seen() == (False, False)
    token, _ = devices.enrol(store, street, code(kiosk), "a")
    assert seen() == (True, True)
    kiosk.watch.forward(minutes=6)
    assert seen() == (True, False)
    devices.device(store, street, token)
    assert seen() == (True, True)
    kiosk.watch.forward(seconds=devices.LOST_AFTER / timedelta(seconds=1))
    assert seen() == (True, True)
