"""The room of worker files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkersConfig(AppConfig):
    """What the cooperative keeps of a worker beside contracts and pay."""

    name = "payroll.workers"
    label = "workers"

    def ready(self) -> None:
        """Answer what contracts ask about workers; stand on people's sheets, in exports, in copies."""
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from payroll.attestations import register_attestations
        from payroll.insurance import register_policies
        from payroll.student_hours import register_hours_elsewhere
        from payroll.waiting import register_waiting
        from payroll.workers import documents, listeners, panels, privacy, roles, selectors
        from payroll.workers.lists import LISTS
        from payroll.workers.services.certificates import KIND

        register_attestations(selectors.holds)
        register_hours_elsewhere(selectors.hours_elsewhere, selectors.looked_up_on)
        register_policies(selectors.policy_number)
        registry.register_document(KIND, documents.render_certificate, _("Holiday certificate"))
        registry.register_portfolio_reason(panels.adviser_reasons)
        register_waiting(panels.waiting)
        registry.register_person_panel(40, panels.person_panel)
        registry.subscribe("payroll_run.closed", listeners.holidays_paid)
        register_personal_data(*privacy.PARTS)
        register_retention(*privacy.RULES)
        register_list(*LISTS)
        for key, label, url, seen, order, icon in (
            ("own", _("My file"), "workers:own", roles.EVERYBODY, 44, "user"),
            ("attestations", _("Attestations"), "workers:attestations", roles.READERS, 45, "check"),
            ("accidents", _("Accidents at work"), "workers:accidents", roles.KEEPERS, 46, "alert"),
            ("covers", _("Insurance"), "workers:covers", roles.KEEPERS, 47, "shield"),
        ):
            group = _("Work") if key == "own" else _("Payroll")
            registry.register_nav(
                registry.NavEntry(
                    f"workers.{key}",
                    label,
                    url,
                    frozenset(seen),
                    order,
                    icon,
                    group,
                    under="workers.accidents" if key == "covers" else "",
                )
            )
