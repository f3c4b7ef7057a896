"""The app of time sheets."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TimesheetsConfig(AppConfig):
    """Hours and the invoices made of them."""

    name = "invoicing.timesheets"
    label = "timesheets"

    def ready(self) -> None:
        """Hear what becomes of drafts and invoices; show hours beside them."""
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from invoicing import origins
        from invoicing.sections import register_section
        from invoicing.timesheets import checks, notices, panels, privacy, services
        from invoicing.timesheets.lists import LISTS
        from members.enums import Role
        from members.notices import wording

        register_personal_data(*privacy.PARTS)
        seen = frozenset({Role.MEMBER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.LEGAL})
        registry.register_nav(
            registry.NavEntry("hours", _("Hours"), "timesheets:hours", seen, 33, under="invoices")
        )
        register_retention(*privacy.RULES)
        registry.register_ledger_check(checks.sheets_are_whole)
        wording.KINDS.update(notices.KINDS)
        for topic in ("time_sheet.approved", "time_sheet.refused"):
            registry.subscribe(topic, notices.tell_answer)
        register_list(*LISTS)
        origins.register_thrown_away(services.draft_thrown_away)
        registry.subscribe("invoice.credited", services.invoice_credited)
        register_section("invoice", "main", 30, panels.invoice_part)
