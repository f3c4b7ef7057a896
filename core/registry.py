"""Where upper apps register their part of pages, checks and work that span the house.

Apps register in `AppConfig.ready()`; lower layers read. Nothing here knows a domain word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.types import Actor


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A place in the navigation; shown to whoever holds one of `roles` (empty: to everyone who signed in).

    group: the translated heading under which places of a kind stand, where the first of them stands.
    under: the key of the place that this one belongs to: it is then a tab of that place, and a place of its
        own to whoever may not open that one.
    personal: about the person rather than the work: it stands in the person's own menu.
    """

    key: str
    label: Any
    url_name: str
    roles: frozenset[str]
    order: int
    icon: str = ""
    group: Any = ""
    under: str = ""
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """News as a handler sees it."""

    id: UUID
    topic: str
    subject_type: str
    subject_id: UUID
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    """What a renderer gives back: bytes with their type and a file name."""

    content: bytes
    content_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Break:
    """An invariant that does not hold: which, where and how."""

    code: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody of an adviser's portfolio needs attention today.

    kind: a stable word, one per sort of reason; the page groups by it. label: translated, names the thing
    ("Expense of 420.00 € waits for approval"). weight: 0–100, the heaviest first (80 and more: somebody waits
    for the adviser). link: the page where the adviser acts. `waits`: whether the adviser must decide, which
    puts it in the validation queue. group: the kind in words, for the tab that gathers it ("Expenses to
    approve").
    """

    person_id: UUID
    kind: str
    label: Any
    weight: int
    link: str
    waits: bool = False
    group: Any = ""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that says how the house is: shown on the operations page, given out as a metric.

    key: stable, in snake case with the unit last (`outbox_age_seconds`), the metric's name after `smart_`.
    label: in words, translated. source: counts inside a cooperative's scope; None when there is nothing to
    say (never backed up). alarm: a person must look when the figure is above it; None: it never alarms.
    An absent figure alarms when `required`. link: name of the page where something can be done about it.
    advice: what an alarm means and what to do, in words of people who run no servers.
    """

    key: str
    label: Any
    source: Callable[[], float | None]
    alarm: float | None = None
    required: bool = False
    link: str = ""
    advice: Any = ""


@dataclass(frozen=True, slots=True)
class DeadRow:
    """A piece of work that was given up, as people see it.

    subject: what it was about, in words without personal data; link: the page of that, if there is one.
    error: the last failure in words; code: the same as a technical word, for whoever reads logs.
    """

    id: UUID
    subject: Any
    attempts: int
    since: datetime
    error: Any
    code: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class DeadRows:
    """A kind of work row that can die, and what people may do then.

    kind: stable, in snake case. label: of one such row. count and find run in a cooperative's scope; find
    gives at most so many, the newest first, in a number of queries that does not grow with the rows. retry
    and drop lock the row, raise `core.operations.errors` when it is not given up, and return it; whoever
    calls them writes the audit. retry is told the moment in the cooperative's clock. drop None: it cannot be
    dropped, and `kept_because` says why.
    """

    kind: str
    label: Any
    model: type[Any]
    count: Callable[[], int]
    find: Callable[[int], Sequence[DeadRow]]
    retry: Callable[[UUID, datetime, Actor], Any]
    drop: Callable[[UUID], Any] | None
    kept_because: Any = ""


@dataclass(frozen=True, slots=True)
class ClosingPoint:
    """A line of the list that is gone through before a month is closed.

    key: stable, in snake case. label: what must be so, translated. detail: what is left, when it is not.
    link: the address where it is mended. explainable: whoever closes may say why it is right all the same.
    """

    key: str
    label: Any
    met: bool
    detail: Any = ""
    link: str = ""
    explainable: bool = False


ClosingCheck = Callable[[UUID, date, date], Iterable[ClosingPoint]]
"""(entity, first day, last day of the month) → points."""

SourceLinks = Callable[[Iterable[UUID]], Mapping[UUID, str]]
"""Ids of sources → addresses of their pages, in a number of queries that does not grow with the ids."""

InterestSource = Callable[[UUID], Iterable[UUID]]
"""A person → keys of the rows (parties, budgets) by which money is theirs."""

ReasonSource = Callable[[Collection[UUID], date], Iterable[Reason]]
"""(people of the portfolio, day) → reasons. In a number of queries that does not grow with the people."""

TrendSource = Callable[[Collection[UUID], date], Mapping[UUID, Sequence[Decimal]]]
"""(people, day) → per person the turnover of the last twelve months, oldest first; absent: none."""

PersonPanel = Callable[[Any, Any], Any]
"""(request, person) → safe HTML for the adviser's sheet of that person, or None."""

Handler = Callable[[Message], None]
Renderer = Callable[[UUID], RenderedDocument]
Loader = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class _Registries:
    nav: dict[str, NavEntry] = field(default_factory=dict)
    handlers: dict[str, list[Handler]] = field(default_factory=dict)
    covering: set[str] = field(default_factory=set)
    documents: dict[str, Renderer] = field(default_factory=dict)
    ledger_checks: list[Callable[[], Iterable[Break]]] = field(default_factory=list)
    activity_panels: list[tuple[int, Callable[..., Any]]] = field(default_factory=list)
    portfolio_reasons: list[ReasonSource] = field(default_factory=list)
    trends: list[TrendSource] = field(default_factory=list)
    person_panels: list[tuple[int, PersonPanel]] = field(default_factory=list)
    loaders: list[tuple[int, Loader]] = field(default_factory=list)
    gauges: dict[str, Gauge] = field(default_factory=dict)
    dead_rows: dict[str, DeadRows] = field(default_factory=dict)
    document_labels: dict[str, Any] = field(default_factory=dict)
    closing_checks: list[ClosingCheck] = field(default_factory=list)
    source_links: dict[str, SourceLinks] = field(default_factory=dict)
    interests: list[InterestSource] = field(default_factory=list)


_all = _Registries()


def register_nav(entry: NavEntry) -> None:
    """Add a place to the navigation. Two places with one key are a bug: one would hide the other."""
    known = _all.nav.get(entry.key)
    if known is not None and known.url_name != entry.url_name:
        raise ValueError(
            f"Two places of the navigation are called {entry.key}: {known.url_name}, {entry.url_name}"
        )
    _all.nav[entry.key] = entry


def nav_entries() -> list[NavEntry]:
    """Every place, in order."""
    return sorted(_all.nav.values(), key=lambda entry: (entry.order, entry.key))


def subscribe(topic: str, handler: Handler, *, covers: bool = False) -> None:
    """Call `handler` for each message of the topic, inside the tenant's scope; it must bear being called
    twice.

    `covers`: one call is enough for every message of the topic about a subject that waits by then, because
    the handlers read how the subject stands and nothing of the message.
    """
    if covers:
        _all.covering.add(topic)
    handlers = _all.handlers.setdefault(topic, [])
    if handler not in handlers:
        handlers.append(handler)


def handlers_of(topic: str) -> list[Handler]:
    """Who subscribed to the topic."""
    return _all.handlers.get(topic, [])


def is_covering(topic: str) -> bool:
    """Whether one message of the topic answers for all of them about its subject."""
    return topic in _all.covering


def register_document(kind: str, renderer: Renderer, label: Any = "") -> None:
    """Say how a kind of document is made from the id of its source row, and what people call it."""
    _all.documents[kind] = renderer
    _all.document_labels[kind] = label or kind


def document_label(kind: str) -> Any:
    """What people call the kind of document."""
    return _all.document_labels.get(kind, kind)


def renderer_of(kind: str) -> Renderer:
    """How the kind of document is made."""
    return _all.documents[kind]


def register_ledger_check(check: Callable[[], Iterable[Break]]) -> None:
    """Add an invariant to `check_ledger`; it runs once per cooperative, in its scope, and yields breaks."""
    if check not in _all.ledger_checks:
        _all.ledger_checks.append(check)


def ledger_checks() -> list[Callable[[], Iterable[Break]]]:
    """Every invariant beyond the ledger's own."""
    return list(_all.ledger_checks)


def register_activity_panel(order: int, panel: Callable[..., Any]) -> None:
    """Add a panel to the Activity page: `panel(request, activity)` gives safe HTML or None."""
    _all.activity_panels.append((order, panel))


def activity_panels() -> list[Callable[..., Any]]:
    """Panels of the Activity page, in order."""
    return [panel for _, panel in sorted(_all.activity_panels, key=lambda pair: pair[0])]


def register_portfolio_reason(reason: ReasonSource) -> None:
    """Add a source of reasons to act to the adviser's portfolio."""
    if reason not in _all.portfolio_reasons:
        _all.portfolio_reasons.append(reason)


def portfolio_reasons() -> list[ReasonSource]:
    """Every source of reasons to act."""
    return list(_all.portfolio_reasons)


def register_trend(trend: TrendSource) -> None:
    """Say where the turnover of people comes from; several sources are added up."""
    if trend not in _all.trends:
        _all.trends.append(trend)


def trends() -> list[TrendSource]:
    """Every source of turnover."""
    return list(_all.trends)


def register_person_panel(order: int, panel: PersonPanel) -> None:
    """Add a panel to the adviser's sheet of a person."""
    if (order, panel) not in _all.person_panels:
        _all.person_panels.append((order, panel))


def person_panels() -> list[PersonPanel]:
    """Panels of the sheet, in order."""
    return [panel for _, panel in sorted(_all.person_panels, key=lambda pair: pair[0])]


def register_loader(order: int, loader: Loader) -> None:
    """Say how an app takes its part of a cooperative's published file; run in order, in scope, as often as
    wanted.
    """
    if (order, loader) not in _all.loaders:
        _all.loaders.append((order, loader))


def loaders() -> list[Loader]:
    """Every loader, in order."""
    return [loader for _, loader in sorted(_all.loaders, key=lambda pair: pair[0])]


def register_gauge(gauge: Gauge) -> None:
    """Add a figure to the operations page and to the metrics."""
    _all.gauges[gauge.key] = gauge


def gauges() -> list[Gauge]:
    """Every figure, in the order of the keys."""
    return [_all.gauges[key] for key in sorted(_all.gauges)]


def register_dead_rows(rows: DeadRows) -> None:
    """Add a kind of work row to the page of what was given up."""
    _all.dead_rows[rows.kind] = rows


def dead_rows() -> list[DeadRows]:
    """Every kind of work row that can die, in the order of their names."""
    return [_all.dead_rows[kind] for kind in sorted(_all.dead_rows)]


def register_closing_check(check: ClosingCheck) -> None:
    """Add points to the list that is gone through before a month is closed."""
    if check not in _all.closing_checks:
        _all.closing_checks.append(check)


def closing_checks() -> list[ClosingCheck]:
    """Every source of points, in the order in which they were registered."""
    return list(_all.closing_checks)


def register_source_links(source_type: str, links: SourceLinks) -> None:
    """Say where what comes from a source type leads."""
    _all.source_links[source_type] = links


def source_links(keys: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], str]:
    """Addresses of documents by (source type, id); what nobody knows has none."""
    wanted: dict[str, set[UUID]] = {}
    for source_type, source_id in keys:
        wanted.setdefault(source_type, set()).add(source_id)
    return {
        (source_type, source_id): address
        for source_type, ids in wanted.items()
        if source_type in _all.source_links
        for source_id, address in _all.source_links[source_type](ids).items()
    }


def register_interest(source: InterestSource) -> None:
    """Say which rows make money somebody's own, so that they do not approve it."""
    if source not in _all.interests:
        _all.interests.append(source)


def own_money(person_id: UUID) -> set[UUID]:
    """Keys of everything by which money is a person's own."""
    return {key for source in _all.interests for key in source(person_id)}
