"""The web application of /health and /metrics."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.telegram.monitoring.metrics import OK, HealthMonitor, Metrics


def health_app(monitor: HealthMonitor, metrics: Metrics) -> Starlette:
    """/health: 200 when every component is well, else 503, with what is wrong with each, and what is set aside, which
    makes nothing red; /metrics for Prometheus.
    """

    async def show_health(_: Request) -> Response:
        checks = monitor.checks()
        well = all(check == OK for check in checks.values())
        body = {"status": "ok" if well else "red", "checks": dict(checks), "set_aside": dict(metrics.aside())}
        return JSONResponse(body, status_code=200 if well else 503)

    async def show_metrics(_: Request) -> Response:
        metrics.healthy.set(all(check == OK for check in monitor.checks().values()))
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/health", show_health), Route("/metrics", show_metrics)])
