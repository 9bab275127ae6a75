"""Metrics and targets for Prometheus."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry, generate_latest

from collector.prometheus import discovery
from collector.prometheus.exposition import CONTENT_TYPE, Exposition
from collector.web.compression import compressed
from collector.web.source import Source

SCRAPE_HEADER = "X-Prometheus-Scrape-Timeout-Seconds"
"""Prometheus and its kin send this. After a look by a person alone, no database has the values."""


def router(source: Source, registry: CollectorRegistry) -> APIRouter:
    """`registry` holds the collector's own metrics."""
    routes = APIRouter()
    state = source.state
    exposition = Exposition(state, source.incidents, source.version, source.latency)

    @routes.get("/metrics/city", response_class=PlainTextResponse)
    async def city_metrics(request: Request) -> Response:
        """The city for Prometheus: each fresh value with the time of its measurement."""
        pieces = []
        async with source.pipeline.reading():
            for piece in exposition.render(source.clock.now()):
                pieces.append(piece)
                await asyncio.sleep(0)
            state.scrapes += SCRAPE_HEADER in request.headers
        return await compressed(b"".join(pieces), request, CONTENT_TYPE)

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def own_metrics() -> Response:
        """The collector's own metrics for Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE)

    @routes.get("/sd/snmp")
    async def snmp_targets() -> JSONResponse:
        """The inventory's devices for snmp_exporter, as Prometheus' http_sd has it."""
        return JSONResponse(discovery.snmp(state.city))

    @routes.get("/sd/blackbox")
    async def blackbox_targets() -> JSONResponse:
        """The inventory's targets for blackbox_exporter, as Prometheus' http_sd has it."""
        return JSONResponse(discovery.blackbox(state.city))

    return routes
