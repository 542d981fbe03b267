"""A face inside a process: signals, and what keeps it from starting."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading

import structlog
from telegram.error import InvalidToken

from bot.telegram.queue.transactions import LEDGER
from bot.telegram.runtime.supervisor import Face, Runtime

log = structlog.get_logger()

# Hardly anything here is a ring of objects; looking for some at Python's usual pace took a sixth of the CPU of a reply.
# The heart looks for all of them once an hour.
COLLECT_AFTER = (10_000, 20, 10)


def serve(face: Face) -> int:
    """Run ``face`` until SIGTERM or SIGINT; the exit code."""
    gc.set_threshold(*COLLECT_AFTER)
    try:
        asyncio.run(_run_until_signalled(face))
    except InvalidToken:
        print("TELEGRAM_BOT_TOKEN: Telegram does not know this token; copy it again from @BotFather", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"health.port or telegram.webhook.port: cannot listen ({error.strerror})", file=sys.stderr)
        return 2
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):  # Python's own end would let a late one kill the process
            signal.signal(number, signal.SIG_IGN)
    _leave_what_hangs()
    return 0


def _leave_what_hangs() -> None:
    """Python would wait at its end for a transaction in a database that does not answer; nothing is lost without."""
    threads = [thread for thread in threading.enumerate() if thread.name.startswith(LEDGER)]
    for thread in threads:
        thread.join(0.2)
    if any(thread.is_alive() for thread in threads):
        log.warning("left while the database does not answer")
        sys.stderr.flush()
        os._exit(0)


async def _run_until_signalled(face: Face) -> None:
    runtime = Runtime(face)
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        if not loop.is_closed():  # a late signal must not change how the process ends
            loop.call_soon_threadsafe(runtime.stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    await runtime.run()
