"""A face inside a process: signals, and what keeps it from starting."""

from __future__ import annotations

import asyncio
import signal
import sys

from telegram.error import InvalidToken

from .runtime import Face, Runtime


def serve(face: Face) -> int:
    """Run ``face`` until SIGTERM or SIGINT; the exit code."""
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
    return 0


async def _run_until_signalled(face: Face) -> None:
    runtime = Runtime(face)
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        if not loop.is_closed():  # a late signal must not change how the process ends
            loop.call_soon_threadsafe(runtime.stop)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    await runtime.run()
