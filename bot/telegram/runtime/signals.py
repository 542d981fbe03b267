"""The running bot inside a process: signals, exit codes, and what keeps it from starting."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import NoReturn

import structlog
from telegram.error import InvalidToken

from bot.telegram.monitoring.service_manager import report_health, service_manager
from bot.telegram.runtime.dependencies import Dependencies
from bot.telegram.runtime.supervisor import Runtime
from bot.telegram.sealing.keyring import KeyringError
from knowledge.text.characters import harmless, harmless_lines

log = structlog.get_logger()

# Hardly anything here is a ring of objects; looking for some at Python's usual pace took a sixth of the CPU of a reply.
# Maintenance looks for all of them once an hour.
COLLECT_AFTER = (10_000, 20, 10)
LAST_RESORT_SECONDS = 1.0  # before the end of telegram.stop_within_seconds the process ends, whatever hangs


def serve(dependencies: Dependencies) -> int:
    """Run the bot until SIGTERM or SIGINT; the exit code: 0 after a stop, 2 when the token or a port is refused.

    Whoever calls this ends the process with ``leave``: threads may be left that hang.
    """
    gc.set_threshold(*COLLECT_AFTER)
    # Not asyncio.run, which at its end waits for threads of the default executor: a name server may let them hang.
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(_run_until_signalled(dependencies))
    except InvalidToken:
        print("TELEGRAM_BOT_TOKEN: Telegram does not know this token; copy it again from @BotFather", file=sys.stderr)
        return 2
    except KeyringError as error:
        print(harmless_lines(str(error)), file=sys.stderr)
        return 2
    except OSError as error:
        said = f"health.port or telegram.webhook.port: cannot listen ({error.strerror})"
        print(harmless(said), file=sys.stderr)
        return 2
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):  # Python's own end would let a late one kill the process
            signal.signal(number, signal.SIG_IGN)
    return 0


def leave_when_terminated() -> None:
    """From now on SIGTERM ends the process at once: while nothing has begun, and also as the first of a container."""
    signal.signal(signal.SIGTERM, lambda *_: leave(0))


def leave(code: int) -> NoReturn:
    """End the process now.

    Everything is committed and closed by then. Python's own end would take seconds to free the models piece by piece,
    and would wait for a transaction in a database that does not answer.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def _leave_unfinished() -> None:
    """What hangs is left as a crash would leave it: the next start goes on with what was not finished."""
    threads = sorted({thread.name for thread in threading.enumerate() if thread is not threading.current_thread()})
    log.warning("left before everything had ended", threads=threads)
    leave(0)


async def _run_until_signalled(dependencies: Dependencies) -> None:
    runtime = Runtime(dependencies)
    loop = asyncio.get_running_loop()

    limit = dependencies.settings.telegram.stop_within_seconds
    last_resort = threading.Timer(limit - min(LAST_RESORT_SECONDS, limit / 10), _leave_unfinished)
    last_resort.daemon = True

    manager = service_manager()

    def stop(*_: object) -> None:
        if last_resort.ident is None:
            last_resort.start()
            if manager:
                manager.tell(STOPPING="1")
        if not loop.is_closed():  # a late signal must not change how the process ends
            loop.call_soon_threadsafe(runtime.stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if manager is None:
        await runtime.run()
        return
    telling = asyncio.create_task(report_health(manager, runtime.monitor))
    try:
        await runtime.run()
    finally:
        telling.cancel()
