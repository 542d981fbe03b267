"""The name under which a process owns leases, and whether its process has died: then nobody waits for their end."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import psutil

LEASE_SECONDS = 10.0  # renewed every RENEW_SECONDS; a replica that died elsewhere is replaced after this
RENEW_SECONDS = 2.5


def new_worker_id() -> str:
    """Machine, process namespace, process, its start, and a random number: no other replica has this name."""
    process = psutil.Process()
    return f"{_machine()}/{process.pid}/{process.create_time():.2f}/{secrets.token_hex(3)}"


def is_dead(worker_id: str) -> bool:
    """Whether ``worker_id`` was a process of this machine that runs no more. Of other machines nothing is known."""
    machine, pid, start, _ = worker_id.rsplit("/", 3)
    if machine != _machine():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != start
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return not psutil.pid_exists(int(pid))


def _machine() -> str:
    boot_id = Path("/proc/sys/kernel/random/boot_id")
    namespace = Path("/proc/self/ns/pid")
    if not boot_id.exists():
        return socket.gethostname()
    return f"{boot_id.read_text().strip()}:{namespace.readlink() if namespace.exists() else ''}"
