"""The payroll app."""

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class PayrollConfig(AppConfig):
    """From the contract to the payslip."""

    name = "payroll"

    def ready(self) -> None:
        """Take part in the books' checks, hear of paid wages, render payslips, stand on others' pages."""
        from activities.home import Act, register_act, register_due, register_need
        from activities.panels import register_closing_check, register_source
        from core import registry
        from core.exports.sources import register_list
        from core.privacy.registry import register_duty, register_personal_data, register_retention
        from core.registry import (
            NavEntry,
            register_activity_panel,
            register_document,
            register_ledger_check,
            register_nav,
            register_portfolio_reason,
            subscribe,
        )
        from core.search.sources import register_search_source
        from invoicing.portal.contracts import register_client_contracts
        from ledger.treasury.dues.registry import register_due_source
        from ledger.treasury.forecast import register_flows
        from members.enums import Role
        from members.notices import wording
        from payroll import checks, handlers, notices, panels, privacy, returned_pay
        from payroll.client_contracts import contracts_for_clients
        from payroll.closing import run_points
        from payroll.contract_documents import KIND as CONTRACT_PAPER
        from payroll.contract_documents import render_contract
        from payroll.documents import render_payslip
        from payroll.dues import DUE_SOURCES
        from payroll.engine.errors import PayRefusal
        from payroll.extras import register_extra_pay
        from payroll.forecast import work_flows
        from payroll.gauges import GAUGES
        from payroll.given_up import DECLARATIONS, SLICES
        from payroll.lists import LISTS
        from payroll.quarter_pay import QUARTERS
        from payroll.search import CONTRACTS
        from payroll.services.contracts import SOURCE
        from payroll.services.payslips import KIND
        from payroll.services.settlement import ITEM
        from payroll.views.contracts import activity_panel

        register_search_source(CONTRACTS)
        register_list(*LISTS)
        register_flows(work_flows)
        register_personal_data(*privacy.PARTS)
        register_duty(privacy.duties)
        register_retention(*privacy.RULES)
        PayRefusal.translate = gettext
        subscribe("payout.paid", handlers.wage_paid)
        subscribe("payout.returned", handlers.wage_returned)
        subscribe("declaration.quota_exceeded", handlers.quota_exceeded)
        register_document(KIND, render_payslip, _("Payslip"))
        register_document(CONTRACT_PAPER, render_contract, _("Contract"))
        wording.KINDS.update(notices.KINDS)
        for topic in ("contract.submitted", "contract.amended"):
            subscribe(topic, notices.contract_waits)
        register_extra_pay(QUARTERS)
        for rows in (DECLARATIONS, SLICES):
            registry.register_dead_rows(rows)
        for gauge in GAUGES:
            registry.register_gauge(gauge)
        register_activity_panel(20, activity_panel)
        register_portfolio_reason(panels.adviser_reasons)
        register_source(ITEM, panels.item_sources)
        register_source(SOURCE, panels.contract_sources)
        register_closing_check(panels.open_contracts)
        registry.register_closing_check(run_points)
        register_client_contracts(contracts_for_clients)
        register_act(Act(10, _("Quick job"), "payroll:quick_job", "bolt"))
        register_need(panels.drafts_need_me)
        register_need(panels.signatures_need_me)
        register_need(panels.declarations_need_me)
        register_need(returned_pay.returned_pay_needs_me)
        register_portfolio_reason(returned_pay.returned_pay_reasons)
        register_due(panels.coming_wages)
        for check in (
            checks.owed_equals_books,
            checks.unpaid_wages_equal_account,
            checks.reservations_equal_open_contracts,
        ):
            register_ledger_check(check)
        keepers = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
        members = frozenset({Role.MEMBER})
        register_due_source(*DUE_SOURCES)
        for key, label, roles, order, icon, group in (
            ("month", _("Payroll month"), keepers, 6, "calculator", _("Payroll")),
            ("declarations", _("Declarations"), keepers, 7, "send", _("Payroll")),
            ("quick_job", _("Quick job"), members, 15, "bolt", ""),
            (
                "contracts",
                _("Contracts"),
                members | {Role.PAYROLL_ADMIN, Role.LEGAL},
                40,
                "contract",
                _("Work"),
            ),
            ("my_pay", _("My pay"), members, 41, "pay", _("Work")),
        ):
            place = NavEntry(f"payroll.{key}", label, f"payroll:{key}", frozenset(roles), order, icon, group)
            register_nav(place)
