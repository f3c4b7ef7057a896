"""The room of deductions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeductionsConfig(AppConfig):
    """Seizures and advances on wages."""

    name = "payroll.deductions"
    label = "deductions"

    def ready(self) -> None:
        """Take part in every settlement and in the checks of the books; stand on others' pages."""
        from activities.home import register_need
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_personal_data, register_retention
        from members.notices import wording
        from payroll.beside_pay import register_beside_pay
        from payroll.deductions import checks, listeners, notices, panels, privacy, roles
        from payroll.deductions.lists import LISTS
        from payroll.deductions.sources import ADVANCES, SEIZURES
        from payroll.deductions.types import ADVANCE
        from payroll.payable import register_deduction
        from payroll.waiting import register_waiting

        register_deduction("seizures", SEIZURES, rank=10)
        register_deduction("advances", ADVANCES, rank=20)
        registry.register_ledger_check(checks.advances_equal_account)
        registry.subscribe("payout.returned", listeners.creditor_paid_back)
        wording.KINDS.update(notices.KINDS)
        registry.subscribe("advance.asked", listeners.advance_asked)
        for topic in ("advance.agreed", "advance.refused"):
            registry.subscribe(topic, listeners.advance_decided)
        registry.register_source_links(ADVANCE, panels.advance_links)
        register_need(panels.seizures_need_me)
        register_need(panels.answers_need_me)
        register_beside_pay(panels.beside_pay)
        register_waiting(panels.waiting)
        register_list(*LISTS)
        register_personal_data(*privacy.PARTS)
        register_retention(*privacy.RULES)
        every = roles.ADVANCE_READERS | roles.EVERYBODY
        for key, label, seen, order, under in (
            ("seizures", _("Seizures"), roles.KEEPERS, 52, ""),
            ("advances", _("Advances on wages"), every, 51, "payroll.my_pay"),
        ):
            registry.register_nav(
                registry.NavEntry(
                    f"deductions.{key}",
                    label,
                    f"deductions:{key}",
                    seen,
                    order,
                    "pay",
                    _("Payroll"),
                    under=under,
                )
            )
