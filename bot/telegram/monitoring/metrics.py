"""Whether each component of the bot is alive, and the values of /metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.samples import Sample

from knowledge.store.checks.answers import CheckResult

OK = "ok"
NOT_BEGUN = "not begun yet"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # seconds
HEARTBEAT_SECONDS = 8.0  # a component that says nothing else has so long for its next heartbeat


@dataclass
class HealthMonitor:
    """A component is ill when its last heartbeat is older than it allows, or when it reports a problem.

    ``expected``: components that are named from the first moment on, whether they have begun or not.
    """

    expected: tuple[str, ...] = ()
    heartbeats: dict[str, tuple[float, float]] = field(default_factory=dict)  # component -> (last, seconds allowed)
    problems: dict[str, tuple[str, float]] = field(default_factory=dict)  # component -> (what, until when at least)

    def heartbeat(self, component: str, allowed: float = HEARTBEAT_SECONDS) -> None:
        """``component`` is alive; its next heartbeat comes within ``allowed`` seconds."""
        now = time.monotonic()
        self.heartbeats[component] = (now, allowed)
        if component in self.problems and self.problems[component][1] <= now:
            del self.problems[component]

    def report_problem(self, component: str, reason: str, seconds: float = 0) -> None:
        """``component`` cannot do its work, for ``seconds`` at least and until its next heartbeat."""
        self.heartbeats.setdefault(component, (time.monotonic(), HEARTBEAT_SECONDS))
        self.problems[component] = (reason, time.monotonic() + seconds)

    def checks(self) -> Mapping[str, str]:
        """Each component with "ok" or what is wrong with it."""
        now = time.monotonic()
        checks = dict.fromkeys(self.expected, NOT_BEGUN) | dict.fromkeys(self.heartbeats, OK)
        for component, (last, allowed) in self.heartbeats.items():
            if now - last > allowed:
                checks[component] = f"no sign of life for {now - last:.0f} s"
        return checks | {component: reason for component, (reason, _) in self.problems.items()}


class WaitingAge:
    """For how long the oldest of what waits has waited, also when the clock is set back. ``clock``: monotonic."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._seen = 0.0

    def seconds(self, since: float | None, now: float) -> float:
        """``since``: the stored time of the oldest, None when nothing waits; ``now``: by the clock that stored it."""
        if since is None:
            self._since = None
            return 0.0
        if since != self._since:
            self._since, self._seen = since, self._clock()
        return max(now - since, self._clock() - self._seen)


class Metrics:
    """What /metrics shows; a registry of its own, so that several can live in one process.

    ``set_aside``: by kind, in all replicas together; ``put_aside``: since this process began.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        into = self.registry
        self.updates = Counter("huadu_updates_received", "Updates stored in the inbox", registry=into)
        self.questions = Counter("huadu_questions", "Questions by how they ended", ["status"], registry=into)
        self.failures = Counter("huadu_failed_tries", "Handling an update failed", registry=into)
        self.dead_letters = Counter("huadu_updates_dead_letter", "Updates whose last try failed", registry=into)
        self.answering = Histogram("huadu_answer_seconds", "Computing an answer", buckets=BUCKETS, registry=into)
        self.delivery = Histogram("huadu_delivery_seconds", "From outbox to Telegram", buckets=BUCKETS, registry=into)
        self.sent = Counter("huadu_messages_sent", "Messages that Telegram took", registry=into)
        self.retries = Counter("huadu_message_retries", "Calls that will be tried again", ["reason"], registry=into)
        self.given_up = Counter("huadu_messages_given_up", "Messages that can never arrive", registry=into)
        self.waiting = Gauge("huadu_inbox_waiting", "Updates that wait", registry=into)
        self.oldest = Gauge("huadu_inbox_oldest_seconds", "Age of the oldest waiting update", registry=into)
        self.unsent = Gauge("huadu_outbox_waiting", "Messages that wait to be sent", registry=into)
        self.oldest_unsent = Gauge("huadu_outbox_oldest_seconds", "Age of the oldest unsent message", registry=into)
        self.set_aside = Gauge("huadu_set_aside", "Rows that nobody works on any more", ["kind"], registry=into)
        self.put_aside = Counter("huadu_updates_put_aside", "Updates that cannot be stored", registry=into)
        self.check_questions = Gauge("huadu_check_questions", "Check questions by answer", ["answer"], registry=into)
        self.check_asked = Gauge("huadu_check_asked_seconds", "When they were asked last, since 1970", registry=into)
        self.check_refused = Gauge("huadu_check_refused", "1 when an edition waits for its answers", registry=into)
        self.healthy = Gauge("huadu_healthy", "1 when /health is green", registry=into)

    def set_check(self, live: CheckResult | None, *, refused: bool) -> None:
        """How the live edition answered the check questions, None when it was not asked; whether another is refused."""
        self.check_refused.set(refused)
        if live is not None:
            self.check_asked.set(live.asked_at)
            counts = {"well": live.well, "wrong": live.questions - live.well, "worse": len(live.worse)}
            for answer, count in counts.items():
                self.check_questions.labels(answer).set(count)

    def aside(self) -> Mapping[str, int]:
        """How much is set aside of each kind, of which there is any: nothing that is ill now, but staff should know."""
        values = {sample.labels["kind"]: int(sample.value) for sample in _samples(self.set_aside)}
        values["updates_put_aside"] = sum(
            int(one.value) for one in _samples(self.put_aside) if one.name.endswith("_total")
        )
        return {kind: count for kind, count in values.items() if count}


def _samples(metric: Counter | Gauge) -> Iterable[Sample]:
    return (sample for family in metric.collect() for sample in family.samples)
