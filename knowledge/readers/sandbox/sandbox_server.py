"""The server side of ``limits``: forks a child for each request, with limits on memory, CPU time and the clock.

Run as ``python -m knowledge.readers.sandbox.sandbox_server``;
speaks over standard input and output until its input ends.
"""

from __future__ import annotations

import gc
import logging
import math
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from knowledge.readers.errors import ReadError
from knowledge.readers.sandbox.limits import MEBIBYTE, PATIENCE, receive, send
from knowledge.text.language import simplified
from knowledge.text.numerals import figure

OUT_OF_TIME = (signal.SIGALRM, signal.SIGPROF, signal.SIGXCPU)

logger = logging.getLogger(__name__)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until ``requests`` ends, or nobody waits for answers any more."""
    while (request := receive(requests)) is not None:
        task, path, memory, seconds = pickle.loads(request)  # noqa: S301  # from the process that started this one
        answer = _in_child(task, path, memory, seconds)
        try:
            send(answers, answer)
        except BrokenPipeError:  # whoever asked was stopped meanwhile, which is no fault of this process
            os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())  # for what is left in its buffer
            return


def _in_child(task: Callable[[Path], object], path: Path, memory: int, seconds: float) -> bytes:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _limit(memory, seconds)
        _answer(task, path, memory, write_end)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    if status == 0 and answer:
        return answer
    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in OUT_OF_TIME
    return pickle.dumps(("late" if late else "error", _death_reason(status, memory, seconds)))


def _answer(task: Callable[[Path], object], path: Path, memory: int, pipe: int) -> None:
    """Run the task, write its outcome, end this process: nothing of the server may run in the child."""
    try:
        outcome: tuple[str, object] = ("value", task(path))
    except ReadError as error:
        outcome = ("error", error.reason)
    except MemoryError:
        outcome = ("error", _too_much(memory))
    except FileNotFoundError:
        outcome = ("error", "it is no longer there; run the command again")
    except RecursionError:
        outcome = ("error", "it is nested too deeply to be an honest file; export it again from its program")
    except Exception as error:  # the edge of this process: one bad file must not stop the others
        logger.exception("a reader failed")
        outcome = ("error", f"it is damaged or not what it says it is ({type(error).__name__}); export it again")
    try:
        with os.fdopen(pipe, "wb") as stream:
            stream.write(pickle.dumps(outcome))
    except MemoryError:
        os._exit(3)
    except BrokenPipeError:
        pass  # the server has ended, and with it whoever wanted to know
    os._exit(0)


def _limit(memory: int, seconds: float) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + memory, hard))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds) + 1, math.ceil(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # readers read
    for late in OUT_OF_TIME:
        signal.signal(late, signal.SIG_DFL)
    # That a busy machine keeps it waiting is not the file's fault: CPU time counts, the clock only ends a standstill.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds)


def _address_space() -> int:
    """Bytes of address space this process has now; what the limit counts."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _death_reason(status: int, memory: int, seconds: float) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in OUT_OF_TIME:
            return f"reading it took longer than {figure(seconds)} s; split it, or export it again from its program"
        return (
            f"the reader crashed on it ({signal.Signals(number).name}): it is damaged, hostile, or needs more than "
            f"{memory // MEBIBYTE} MiB of memory; export it again from its program"
        )
    return _too_much(memory)


def _too_much(memory: int) -> str:
    return f"reading it needs more than {memory // MEBIBYTE} MiB of memory; split it into smaller files"


def main() -> None:
    """Serve on standard input and output; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the end of input ends this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    simplified("读")  # loads its dictionaries
    gc.freeze()  # a child would otherwise copy the memory of all that is loaded only to look whether it is used
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
