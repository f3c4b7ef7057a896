"""The room of temporary unemployment."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnemploymentConfig(AppConfig):
    """Days without work, and the top-up of the solidarity fund."""

    name = "payroll.unemployment"
    label = "unemployment"

    def ready(self) -> None:
        """Stand on payslips, in returns, in the checks of the books and beside the contracts."""
        from core.privacy.registry import register_personal_data
        from core.registry import NavEntry, register_nav, subscribe
        from payroll.contract_offers import ContractAct, register_contract_act
        from payroll.extras import register_extra_pay
        from payroll.unemployment import listeners, privacy, selectors
        from payroll.worktime import register_work_time

        register_extra_pay(selectors.EXTRA)
        subscribe("absence.unemployed", listeners.absence_moved)
        register_personal_data(*privacy.PARTS)
        register_work_time(selectors.work_times)
        register_contract_act(
            ContractAct(
                60, _("Days without work"), "unemployment:record", selectors.WRITERS, selectors.may_lose_days
            )
        )
        register_nav(
            NavEntry(
                "unemployment",
                _("Temporary unemployment"),
                "unemployment:spells",
                selectors.READERS,
                43,
                "calendar",
                _("Work"),
                under="payroll.contracts",
            )
        )
