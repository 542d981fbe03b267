"""Whether each part of the bot is alive, and the numbers of /metrics."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

OK = "ok"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


@dataclass
class Pulse:
    """Beats of the parts: a part is dead when its last beat is older than it allows, or when it says what is wrong."""

    beats: dict[str, tuple[float, float]] = field(default_factory=dict)  # part -> (last beat, seconds allowed)
    troubles: dict[str, tuple[str, float]] = field(default_factory=dict)  # part -> (what is wrong, until when at least)

    def beat(self, part: str, allowed: float = 8) -> None:
        """``part`` is alive; the next beat comes within ``allowed`` seconds."""
        now = time.monotonic()
        self.beats[part] = (now, allowed)
        if part in self.troubles and self.troubles[part][1] <= now:
            del self.troubles[part]

    def trouble(self, part: str, reason: str, seconds: float = 0) -> None:
        """``part`` cannot do its work, for ``seconds`` at least and until its next beat."""
        self.beats.setdefault(part, (time.monotonic(), 8))
        self.troubles[part] = (reason, time.monotonic() + seconds)

    def end(self, part: str) -> None:
        """``part`` is no longer expected to beat."""
        self.beats.pop(part, None)
        self.troubles.pop(part, None)

    def checks(self) -> Mapping[str, str]:
        """Each part with "ok" or what is wrong with it."""
        now = time.monotonic()
        found = dict.fromkeys(self.beats, OK)
        for part, (last, allowed) in self.beats.items():
            if now - last > allowed:
                found[part] = f"no sign of life for {now - last:.0f} s"
        return found | {part: reason for part, (reason, _) in self.troubles.items()}


class Numbers:
    """What /metrics shows; a registry of its own, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        one = self.registry
        self.updates = Counter("huadu_updates_received", "Updates stored in the inbox", registry=one)
        self.questions = Counter("huadu_questions", "Questions by how they ended", ["status"], registry=one)
        self.failures = Counter("huadu_failed_tries", "Handling an update failed", registry=one)
        self.aside = Counter("huadu_updates_aside", "Updates put aside after their last try", registry=one)
        self.answering = Histogram("huadu_answer_seconds", "Computing an answer", buckets=SECONDS, registry=one)
        self.delivery = Histogram("huadu_delivery_seconds", "From outbox to Telegram", buckets=SECONDS, registry=one)
        self.sent = Counter("huadu_messages_sent", "Messages that Telegram took", registry=one)
        self.resent = Counter("huadu_message_retries", "Calls that will be tried again", ["reason"], registry=one)
        self.given_up = Counter("huadu_messages_given_up", "Messages that can never arrive", registry=one)
        self.waiting = Gauge("huadu_inbox_waiting", "Updates that wait", registry=one)
        self.oldest = Gauge("huadu_inbox_oldest_seconds", "Age of the oldest waiting update", registry=one)
        self.unsent = Gauge("huadu_outbox_waiting", "Messages that wait to be sent", registry=one)
        self.healthy = Gauge("huadu_healthy", "1 when /health is green", registry=one)
