"""The app of dues."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DuesConfig(AppConfig):
    """What is owed to public bodies, their statements, and accounts between entities."""

    name = "ledger.treasury.dues"
    label = "dues"

    def ready(self) -> None:
        """Book both sides of transfers; recognise them on statements; show dues to finance."""
        from core.exports.sources import register_list
        from core.privacy.registry import register_retention
        from core.registry import (
            NavEntry,
            register_gauge,
            register_ledger_check,
            register_nav,
            register_source_links,
        )
        from core.search.sources import register_search_source
        from ledger.treasury.dues import checks, privacy, search, sources
        from ledger.treasury.dues.gauges import GAUGES
        from ledger.treasury.dues.lists import LISTS
        from ledger.treasury.dues.matching import TransferReceived
        from ledger.treasury.dues.registry import DueSource, register_due_source
        from ledger.treasury.dues.roles import SEE
        from ledger.treasury.dues.services.transfers import receiving_entry
        from ledger.treasury.dues.types import CLAIM, DUE, TRANSFER
        from ledger.treasury.matching import register_matcher
        from ledger.treasury.mirrors import register_mirror

        register_due_source(DueSource(CLAIM, _("claim of the body")))
        register_mirror(TRANSFER, receiving_entry)
        register_matcher(TransferReceived())
        register_list(*LISTS)
        register_retention(*privacy.RULES)
        register_search_source(search.DUES)
        for check in (checks.check_dues, checks.check_between_entities):
            register_ledger_check(check)
        for gauge in GAUGES:
            register_gauge(gauge)
        register_source_links(DUE, sources.due_links)
        register_source_links(TRANSFER, sources.transfer_links)
        for place in (
            NavEntry("dues", _("Dues"), "dues:dues", SEE, 13, "calendar", _("Money")),
            NavEntry("dues.statements", _("Their statements"), "dues:statements", SEE, 14, under="dues"),
            NavEntry("dues.entities", _("Between entities"), "dues:entities", SEE, 15, under="dues"),
            NavEntry("dues.creditors", _("Creditors"), "dues:creditors", SEE, 16, under="dues"),
        ):
            register_nav(place)
