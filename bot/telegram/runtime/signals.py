"""The running bot inside a process: signals, exit codes, and what keeps it from starting."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading

import structlog
from telegram.error import InvalidToken

from bot.telegram.queue.transactions import THREAD_PREFIX
from bot.telegram.runtime.dependencies import Dependencies
from bot.telegram.runtime.supervisor import Runtime
from bot.telegram.sealing.keyring import KeyringError

log = structlog.get_logger()

# Hardly anything here is a ring of objects; looking for some at Python's usual pace took a sixth of the CPU of a reply.
# Maintenance looks for all of them once an hour.
COLLECT_AFTER = (10_000, 20, 10)


def serve(dependencies: Dependencies) -> int:
    """Run the bot until SIGTERM or SIGINT; the exit code: 0 after a stop, 2 when the token or a port is refused."""
    gc.set_threshold(*COLLECT_AFTER)
    try:
        asyncio.run(_run_until_signalled(dependencies))
    except InvalidToken:
        print("TELEGRAM_BOT_TOKEN: Telegram does not know this token; copy it again from @BotFather", file=sys.stderr)
        return 2
    except KeyringError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"health.port or telegram.webhook.port: cannot listen ({error.strerror})", file=sys.stderr)
        return 2
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):  # Python's own end would let a late one kill the process
            signal.signal(number, signal.SIG_IGN)
    _abandon_hanging_threads()
    return 0


def _abandon_hanging_threads() -> None:
    """Python would wait at its end for a transaction in a database that does not answer; nothing is lost without."""
    threads = [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_PREFIX)]
    for thread in threads:
        thread.join(0.2)
    if any(thread.is_alive() for thread in threads):
        log.warning("left while the database does not answer")
        sys.stderr.flush()
        os._exit(0)


async def _run_until_signalled(dependencies: Dependencies) -> None:
    runtime = Runtime(dependencies)
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        if not loop.is_closed():  # a late signal must not change how the process ends
            loop.call_soon_threadsafe(runtime.stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    await runtime.run()
