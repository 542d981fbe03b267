"""systemd's protocol over a real datagram socket: ready when everything has begun, alive only while nothing is red."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.telegram.monitoring.metrics import HealthMonitor
from bot.telegram.monitoring.service_manager import ServiceManager, report_health, service_manager
from knowledge.store.database import upgrade
from tests.fake_bot_api import FakeBotApi
from tests.service_manager import Manager
from tests.telegram_bots import BotProcess, settings_for


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(str(tmp_path / "notify"))
    with closing(made.socket):
        yield made


def test_a_bot_says_when_it_is_ready_well_ill_and_stopping(
    tmp_path: Path, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    upgrade(url)
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    with FakeBotApi(flood_limits=False) as api:
        bot = BotProcess(settings_for(api, url), api.token)
        try:
            manager.until("READY=1")
            manager.until("WATCHDOG=1")
            manager.until("STATUS=well")
            Path(f"{tmp_path}/bot.db").rename(tmp_path / "away.db")  # red, and no restart by itself
            while not (said := manager.hear(20)).startswith("STATUS=red"):
                assert "STATUS" not in said
            assert "database: " in said
            red, end = len(manager.heard), time.monotonic() + 1.5
            while time.monotonic() < end:
                manager.hear(0.1)
            assert "WATCHDOG=1" not in manager.heard[red:], "fifteen looks, and no sign of life while it is red"
            assert bot.terminate() == 0
            manager.until("STOPPING=1", 5)
            assert manager.heard.count("READY=1") == 1
        finally:
            bot.kill()


async def test_no_sign_of_life_while_anything_is_red(manager: Manager) -> None:
    monitor = HealthMonitor(("start", "database"))
    manager.socket.setblocking(False)

    async def heard() -> str:
        return (await asyncio.wait_for(asyncio.get_running_loop().sock_recv(manager.socket, 4096), 20)).decode()

    telling = asyncio.create_task(report_health(ServiceManager(manager.address, 0.04), monitor))
    try:
        assert await heard() == "STATUS=red: start: not begun yet; database: not begun yet"
        monitor.heartbeat("start")
        assert await heard() == "READY=1\nSTATUS=red: database: not begun yet"
        monitor.heartbeat("database")
        assert await heard() == "WATCHDOG=1\nSTATUS=well"
        assert await heard() == "WATCHDOG=1"
        monitor.report_problem("database", "gone\nWATCHDOG=1", 60)
        while (said := await heard()) == "WATCHDOG=1":
            pass
        assert said == "STATUS=red: database: gone WATCHDOG=1", "a line of its own would be a sign of life"
        await asyncio.sleep(0.2)
        with pytest.raises(BlockingIOError):
            manager.socket.recv(4096)
    finally:
        telling.cancel()


def test_who_wants_to_be_told_says_so_in_the_environment(tmp_path: Path) -> None:
    mine, other = str(os.getpid()), str(os.getpid() + 1)
    socket_name = {"NOTIFY_SOCKET": str(tmp_path / "none")}
    assert service_manager({}) is None and service_manager({"NOTIFY_SOCKET": "vsock:2:1"}) is None
    assert service_manager(socket_name) == ServiceManager(socket_name["NOTIFY_SOCKET"])
    watched = socket_name | {"WATCHDOG_USEC": "3000000"}
    assert service_manager(watched | {"WATCHDOG_PID": mine}) == ServiceManager(socket_name["NOTIFY_SOCKET"], 3.0)
    assert service_manager(watched | {"WATCHDOG_PID": other}) == ServiceManager(socket_name["NOTIFY_SOCKET"])
    for odd in ("", "0", "-1", "soon"):
        assert service_manager(socket_name | {"WATCHDOG_USEC": odd}) == ServiceManager(socket_name["NOTIFY_SOCKET"])
    ServiceManager(socket_name["NOTIFY_SOCKET"]).tell(READY="1")  # nobody listens: the bot goes on


@pytest.mark.skipif(sys.platform != "linux", reason="names without a file are Linux's")
def test_an_abstract_name_works_and_nobody_waits_for_a_manager_that_does_not_read() -> None:
    name = f"huadu-{secrets.token_hex(6)}"
    manager = Manager(f"\0{name}")
    with closing(manager.socket):
        ServiceManager(f"@{name}").tell(READY="1", STATUS="well")
        assert manager.hear(5) == "READY=1\nSTATUS=well"
        began = time.monotonic()
        for _ in range(2_000):  # more than the socket holds
            ServiceManager(f"@{name}").tell(WATCHDOG="1")
        assert time.monotonic() - began < 50
