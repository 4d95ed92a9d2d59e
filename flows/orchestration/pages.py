"""The page of a night's run at Prefect: whose it is, and what another try of it means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect import tags
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

from flows.night.request import Request
from flows.orchestration.course import Course
from flows.orchestration.dead import mark_dead, process_tag, warehouse_tag
from flows.orchestration.patience import waiting


@contextmanager
def sign(course: Course) -> Iterator[None]:
    """Within the block, runs of flows tell their warehouse and process, so that those of the dead are known.

    Runs whose processes are gone are marked as crashed.
    """
    warehouse = course.request.settings.warehouse
    marks = [warehouse_tag(warehouse), process_tag()]
    context = FlowRunContext.get()
    try:
        with waiting(), get_client(sync_client=True) as client:
            if context is not None and context.flow_run is not None:
                kept = [tag for tag in context.flow_run.tags if not tag.startswith(("warehouse:", "process:"))]
                client.update_flow_run(context.flow_run.id, tags=[*kept, *marks])
            mark_dead(client, warehouse)
    except Exception as error:
        course.lose(error)
    with tags(*marks):
        yield


def again(request: Request) -> Request | str:
    """Make the request of a run that Prefect runs again, as its pages can: what `sdengine retry` would do."""
    context = FlowRunContext.get()
    if context is None or context.flow_run is None or context.flow_run.run_count <= 1:
        return request
    from flows.night.retry import FEED, retry_request

    return retry_request(request.settings, request.wait, given=FEED)
