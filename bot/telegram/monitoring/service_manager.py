"""What the service manager (systemd) is told: ready, well, what is wrong, stopping.

By its own protocol, sd_notify: datagrams to the socket that NOTIFY_SOCKET names. Without one nothing is told.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.telegram.monitoring.metrics import OK, HealthMonitor

log = structlog.get_logger()
LOOK_SECONDS = 5.0  # between two looks at the health, or a quarter of the watchdog's time where that is shorter
LONGEST_STATUS = 200  # characters


@dataclass(frozen=True)
class ServiceManager:
    """The other side. ``address``: a path, or @ and a name without a file; ``watchdog``: seconds without a sign of life
    after which it begins the process again, None when it does not.
    """

    address: str
    watchdog: float | None = None

    def tell(self, **state: str) -> None:
        """One datagram. Nobody waits for a manager that does not take it; the log says so."""
        address = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        said = "\n".join(f"{name}={value}" for name, value in state.items())
        try:
            with socket.socket(
                socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
            ) as sender:
                sender.sendto(said.encode(), address)
        except OSError as error:
            log.warning("the service manager cannot be told", reason=error.strerror, what=", ".join(state))


def service_manager(environment: Mapping[str, str] = os.environ) -> ServiceManager | None:
    """The one that started this process, if it wants to be told."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return None
    microseconds = environment.get("WATCHDOG_USEC", "")
    meant = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    watched = meant and microseconds.isdecimal() and int(microseconds) > 0
    return ServiceManager(address, int(microseconds) / 1_000_000 if watched else None)


async def report_health(manager: ServiceManager, monitor: HealthMonitor) -> None:
    """Until cancelled: "ready" once everything has begun, then a sign of life at each look that finds all well, none
    while anything is red.
    """
    pause = min(LOOK_SECONDS, (manager.watchdog or LOOK_SECONDS) / 4)
    ready, said = False, ""
    while True:
        checks = monitor.checks()
        state = {}
        if not ready and checks.get("start") == OK:
            ready = True
            state["READY"] = "1"
        if ready and manager.watchdog and set(checks.values()) == {OK}:
            state["WATCHDOG"] = "1"
        status = _status(checks)
        if status != said:
            state["STATUS"] = said = status
        if state:
            manager.tell(**state)
        await asyncio.sleep(pause)


def _status(checks: Mapping[str, str]) -> str:
    red = "; ".join(f"{name}: {check}" for name, check in checks.items() if check != OK)
    return " ".join(f"red: {red}".split())[:LONGEST_STATUS] if red else "well"
