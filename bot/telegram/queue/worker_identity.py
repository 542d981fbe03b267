"""Who holds a lease, and whether that was a process of this machine that is dead: then nobody need wait for its end."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import psutil

LEASE_SECONDS = 10.0  # renewed every RENEW_SECONDS; a replica that died elsewhere is replaced after this
RENEW_SECONDS = 2.5


def owner_name() -> str:
    """Machine, process namespace, process, its start, and a number: no other replica has this name."""
    process = psutil.Process()
    return f"{_machine()}/{process.pid}/{process.create_time():.2f}/{secrets.token_hex(3)}"


def is_gone(owner: str) -> bool:
    """Whether ``owner`` was a process of this machine that runs no more. Of other machines nothing is known."""
    machine, pid, start, _ = owner.rsplit("/", 3)
    if machine != _machine():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != start
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return not psutil.pid_exists(int(pid))


def _machine() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    space = Path("/proc/self/ns/pid")
    if not boot.exists():
        return socket.gethostname()
    return f"{boot.read_text().strip()}:{space.readlink() if space.exists() else ''}"
