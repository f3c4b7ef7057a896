"""Who may go where: every route of the product with the roles that it lets in. A new one needs its row.

Read it as the permission table of the product; `test_routes` holds each route to it, for every role.
"""

from __future__ import annotations

PUBLIC = "public"
"""Anybody, signed in or not."""
SIGNED_IN = "signed in"
"""Any account: what it shows is the visitor's own."""

MEMBER = frozenset({"member"})
"""A member, for what is theirs."""
ADVISERS = frozenset({"adviser", "adviser_lead"})
"""Those who have a portfolio."""
PAYROLL = frozenset({"payroll_admin"})
"""Who runs the month."""
FINANCE = frozenset({"finance"})
"""Who matches and pays."""
ADMIN = frozenset({"coop_admin"})
"""Who changes rates and roles."""
WORK = frozenset({"member", "payroll_admin"})
"""The member for their own contracts; payroll for anybody's."""
READERS = frozenset(
    {
        "adviser",
        "adviser_lead",
        "auditor",
        "coop_admin",
        "credit_controller",
        "finance",
        "legal",
        "member",
        "payroll_admin",
    }
)
"""A member for what is theirs, staff for what their work shows them."""
OVERSIGHT = frozenset({"auditor", "coop_admin"})
"""Who watches over the cooperative."""
PAYROLL_VIEW = frozenset({"auditor", "payroll_admin"})
"""Payroll, and the auditor's eyes."""
PAY_VIEW = frozenset({"auditor", "member", "payroll_admin"})
"""The worker, payroll, the auditor."""
PAYMENTS = frozenset({"auditor", "finance", "payroll_admin"})
"""Who sees payments."""
SHEET = frozenset({"adviser", "adviser_lead", "coop_admin"})
"""Who opens a member's sheet."""
BANK = frozenset({"auditor", "finance"})
"""Who sees the bank and the books."""
COLLECTORS = frozenset({"credit_controller", "finance", "legal"})
"""Who follows late clients."""
DECIDERS = frozenset({"finance", "legal"})
"""Who writes down, agrees and gives up."""
CONTRACT_VIEW = frozenset({"adviser", "adviser_lead", "auditor", "legal", "member", "payroll_admin"})
"""The worker and those who answer for the contract."""
CONTRACT_PAPER = frozenset({"auditor", "legal", "member", "payroll_admin"})
"""Who reads a signed contract, with the worker's address."""
SALARY = frozenset({"adviser", "adviser_lead", "member", "payroll_admin"})
"""Who agrees on a salary and on absences: the worker, the adviser, payroll."""
SALARY_VIEW = SALARY | {"auditor"}
"""The same, and the auditor's eyes."""
REGISTER = frozenset({"auditor", "board", "coop_admin", "finance"})
"""Who consults the register of members."""
PROTECTION = frozenset({"auditor", "coop_admin", "legal"})
"""Who watches over personal data."""
LEADS = frozenset({"adviser_lead", "coop_admin"})
"""Who hands members to advisers."""
CLIENT_MERGERS = frozenset({"coop_admin", "credit_controller", "finance"})
"""Who says that two clients are one."""
CLIENT_KEEPERS = frozenset({"credit_controller", "finance", "legal", "member"})
"""Who keeps a client's particulars."""
ASSIGNERS = frozenset({"adviser", "adviser_lead", "finance"})
"""Who says whose a supplier's document is."""
BRINGERS = ASSIGNERS | MEMBER
"""Who brings documents of suppliers and answers them."""

ROUTES: dict[str, str | frozenset[str]] = {
    "ui_kit": PUBLIC,
    "ui_kit_live": PUBLIC,
    "home": PUBLIC,
    "set_language": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    "landing": PUBLIC,
    # members
    "members:join": PUBLIC,
    "accounts_second_factor": SIGNED_IN,
    "accounts_go_on": SIGNED_IN,
    "accounts_sessions": SIGNED_IN,
    "accounts_end_session": SIGNED_IN,
    "accounts_end_others": SIGNED_IN,
    "accounts:denied": OVERSIGHT,
    "privacy:my_data": SIGNED_IN,
    "privacy:ask": SIGNED_IN,
    "privacy:copy": SIGNED_IN,
    "privacy:register": PROTECTION,
    "privacy:answer": ADMIN,
    "privacy-api:requests": SIGNED_IN,
    "oauth:authorize": SIGNED_IN,
    "oauth:token": PUBLIC,
    "oauth:revoke": PUBLIC,
    "oauth:metadata": PUBLIC,
    "oauth_metadata": PUBLIC,
    "programs:tokens": SIGNED_IN,
    "programs:revoke": SIGNED_IN,
    "programs:disallow": SIGNED_IN,
    "programs:developers": SIGNED_IN,
    "programs:openapi": SIGNED_IN,
    "programs:clients": OVERSIGHT,
    "programs:new_client": ADMIN,
    "programs:client": OVERSIGHT,
    "programs:act": ADMIN,
    "programs-api:consents": SIGNED_IN,
    "programs-api:consent": SIGNED_IN,
    "programs-api:clients": OVERSIGHT,
    "programs-api:client": OVERSIGHT,
    "programs-api:rotate": ADMIN,
    "programs-api:tokens": SIGNED_IN,
    "programs-api:token": SIGNED_IN,
    "operations:overview": OVERSIGHT,
    "operations:dead_rows": ADMIN,
    "operations:retry": ADMIN,
    "operations:drop": ADMIN,
    "operations-api:overview": OVERSIGHT,
    "operations-api:dead_rows": ADMIN,
    "operations-api:retry": ADMIN,
    "operations-api:drop": ADMIN,
    "webhooks:endpoints": OVERSIGHT,
    "webhooks:new_endpoint": ADMIN,
    "webhooks:endpoint": OVERSIGHT,
    "webhooks:delivery": OVERSIGHT,
    "webhooks:edit_endpoint": ADMIN,
    "webhooks:act": ADMIN,
    "webhooks-api:endpoints": OVERSIGHT,
    "webhooks-api:events": OVERSIGHT,
    "webhooks-api:endpoint": OVERSIGHT,
    "webhooks-api:deliveries": OVERSIGHT,
    "webhooks-api:pause": ADMIN,
    "webhooks-api:resume": ADMIN,
    "webhooks-api:test": ADMIN,
    "webhooks-api:rotate": ADMIN,
    "webhooks-api:replay": ADMIN,
    # lists as files: everybody, those that their roles may see
    "exports:mine": SIGNED_IN,
    "exports:export": SIGNED_IN,
    "exports:file": SIGNED_IN,
    "exports:ask": SIGNED_IN,
    "exports-api:lists": SIGNED_IN,
    "exports-api:exports": SIGNED_IN,
    "exports-api:export": SIGNED_IN,
    "exports-api:export_file": SIGNED_IN,
    # search: everybody, within what they may see
    "search:page": SIGNED_IN,
    "search-api:search": SIGNED_IN,
    "members:welcome": SIGNED_IN,
    "members:profile": SIGNED_IN,
    "members:edit_profile": SIGNED_IN,
    "members:edit_family": SIGNED_IN,
    "members:give_national_number": SIGNED_IN,
    "members:readings": SIGNED_IN,
    "members:portfolio": ADVISERS,
    "members:together": ADVISERS,
    "members:person": SHEET,
    "members:write_note": ADVISERS,
    "members:reveal": SHEET,
    "members:assign_adviser": LEADS,
    "members:policies": OVERSIGHT,
    "members:new_policy": ADMIN,
    "members:people": OVERSIGHT,
    "members:roles": OVERSIGHT,
    "members:end_role": ADMIN,
    "members:audit": OVERSIGHT,
    # activities
    "activities:home": MEMBER,
    "activities:new": MEMBER,
    "activities:activity": READERS,
    "activities:approve": ADVISERS,
    "activities:refuse": ADVISERS,
    "activities:close": MEMBER,
    "activities:new_expense": MEMBER,
    "activities:expense": READERS,
    "activities:receipt": READERS,
    "activities:approve_expense": ADVISERS,
    "activities:refuse_expense": ADVISERS,
    "activities:validation": ADVISERS,
    # dues
    **dict.fromkeys(
        ("dues:dues", "dues:due", "dues:creditors", "dues:statements", "dues:statement", "dues:entities"),
        BANK,
    ),
    **{
        f"dues:{act}": FINANCE
        for act in ("agree", "correct", "new_batch", "explain", "agree_transfer", "refuse_transfer")
    },
    **{f"dues-api:{name}": BANK for name in ("dues", "due", "transfers")},
    **{f"dues-api:{name}": BANK for name in ("terms", "statements", "statement", "lines")},
    **{
        f"dues-api:{act}": FINANCE
        for act in ("new_terms", "new_statement", "explain", "claim", "refuse_transfer")
    },
    **{
        f"dues-api:{act}": FINANCE
        for act in ("agree", "correct", "new_batch", "new_transfer", "agree_transfer")
    },
    # returns of pay, papers of workers
    **{f"returns:{name}": PAYROLL_VIEW for name in ("returns", "return", "worker", "progress", "file")},
    **{f"returns:{act}": PAYROLL for act in ("build", "end_contract", "check", "approve", "send", "retry")},
    **dict.fromkeys(("returns:papers", "returns:ask_end"), MEMBER),
    **dict.fromkeys(("returns:paper", "returns:paper_pdf"), PAY_VIEW),
    **{f"returns-api:{name}": PAYROLL_VIEW for name in ("returns", "return", "workers", "file", "ends")},
    **{f"returns-api:{act}": PAYROLL for act in ("build", "check", "approve", "send", "retry")},
    "returns-api:end": WORK,
    **dict.fromkeys(("returns-api:papers", "returns-api:paper"), PAY_VIEW),
    # work abroad
    **dict.fromkeys(("abroad:queue", "abroad-api:steps"), CONTRACT_VIEW - MEMBER),
    **dict.fromkeys(("abroad:mission", "abroad-api:mission", "abroad-api:missions"), CONTRACT_VIEW),
    **{
        f"abroad{api}:{act}": WORK
        for api in ("", "-api")
        for act in ("declare", "change", "confirm", "cancel")
    },
    **dict.fromkeys(("abroad:certificate", "abroad-api:certificate"), CONTRACT_PAPER),
    "abroad:evidence": CONTRACT_PAPER - MEMBER,
    **{
        f"abroad{api}:{act}": PAYROLL
        for api in ("", "-api")
        for act in ("send", "done", "not_needed", "reopen", "retract")
    },
    # temporary unemployment
    "unemployment:spells": CONTRACT_VIEW,
    "unemployment-api:spells": CONTRACT_VIEW,
    **dict.fromkeys(("unemployment:record", "unemployment-api:record"), ADVISERS | PAYROLL),
    # balances that stay
    **{f"balances{api}:{name}": PAYMENTS for api in ("", "-api") for name in ("balances", "balance")},
    **{f"balances{api}:{name}": PAYROLL for api in ("", "-api") for name in ("ask", "wait", "propose")},
    "balances:find": PAYROLL,
    **{f"balances{api}:{name}": FINANCE for api in ("", "-api") for name in ("write_off", "refuse")},
    # seizures and advances on wages
    "deductions:seizures": PAYROLL_VIEW,
    **dict.fromkeys(("deductions:seizure", "deductions:paper", "deductions-api:seizure"), PAY_VIEW),
    "deductions-api:seizures": PAY_VIEW,
    **{
        f"deductions{api}:{act}": PAYROLL
        for api in ("", "-api")
        for act in ("enter_seizure", "agree_seizure", "suspend", "resume", "lift", "creditor")
    },
    **{
        f"deductions{api}:{name}": PAYMENTS | MEMBER
        for api in ("", "-api")
        for name in ("advances", "advance")
    },
    "deductions:ask": MEMBER,
    "deductions:enter_advance": PAYROLL,
    "deductions-api:ask": MEMBER | PAYROLL,
    **{
        f"deductions{api}:{act}": roles
        for api in ("", "-api")
        for act, roles in (
            ("agree_advance", PAYROLL),
            ("refuse", PAYROLL),
            ("withdraw", MEMBER | PAYROLL),
            ("write_off", FINANCE),
        )
    },
    # worker files
    **dict.fromkeys(("workers:own", "workers:hand_in", "workers:elsewhere", "workers:report"), MEMBER),
    **dict.fromkeys(("workers:person", "workers:attestations"), ADVISERS | PAYROLL_VIEW),
    **{
        f"workers{api}:{name}": ADVISERS | PAYROLL_VIEW | MEMBER
        for api in ("", "-api")
        for name in ("attestation", "paper")
    },
    "workers-api:attestations": ADVISERS | PAYROLL_VIEW | MEMBER,
    **{f"workers{api}:{act}": ADVISERS | PAYROLL for api in ("", "-api") for act in ("check", "refuse")},
    "workers-api:student_hours": MEMBER,
    **dict.fromkeys(("workers:accidents", "workers:covers", "workers-api:covers"), PAYROLL_VIEW),
    "workers-api:rates": PAYROLL_VIEW,
    **{
        f"workers{api}:{act}": PAYROLL
        for api in ("", "-api")
        for act in ("declare", "close", "add_cover", "end_cover")
    },
    "workers:report_for": PAYROLL,
    **dict.fromkeys(("workers:accident", "workers:accident_paper", "workers:certificate_pdf"), PAY_VIEW),
    **{f"workers-api:{name}": PAY_VIEW for name in ("accidents", "accident", "certificates", "certificate")},
    # VAT returns
    **dict.fromkeys(("vatreturns:returns", "vatreturns:paper", "vatreturns:grid", "vatreturns:file"), BANK),
    **{f"vatreturns:{act}": FINANCE for act in ("approve", "submit", "answer", "reopen")},
    **{f"vatreturns-api:{name}": BANK for name in ("returns", "return", "figures", "clients", "file")},
    **{f"vatreturns-api:{act}": FINANCE for act in ("prepare", "approve", "submit", "answer", "reopen")},
    # invoicing
    "invoicing:clients": READERS,
    "invoicing:new_client": MEMBER,
    "invoicing:client": READERS,
    "invoicing:edit_client": CLIENT_KEEPERS,
    "invoicing:new_contact": CLIENT_KEEPERS,
    "invoicing:edit_contact": CLIENT_KEEPERS,
    "invoicing:remove_contact": CLIENT_KEEPERS,
    "invoicing:link_member": CLIENT_MERGERS,
    "invoicing:credits": COLLECTORS,
    "invoicing:cancel_refund": COLLECTORS,
    "invoicing:duplicates": CLIENT_MERGERS,
    "invoicing:merge": CLIENT_MERGERS,
    "invoicing:tell_apart": CLIENT_MERGERS,
    "registers:ask": CLIENT_KEEPERS,
    "invoicing:invoices": READERS,
    "invoicing:new": MEMBER,
    "invoicing:totals": MEMBER,
    "invoicing:invoice": READERS,
    "invoicing:edit": MEMBER,
    "invoicing:preview": MEMBER,
    "invoicing:issue": MEMBER,
    "invoicing:send": MEMBER,
    "invoicing:delete": MEMBER,
    "invoicing:credit": MEMBER,
    "invoicing:duplicate": MEMBER,
    "invoicing:attach": MEMBER,
    "invoicing:attachment": READERS,
    "invoicing:detach": MEMBER,
    "invoicing:document": READERS,
    "einvoicing:desk": CLIENT_KEEPERS,
    "einvoicing:send": CLIENT_KEEPERS,
    "einvoicing:act": CLIENT_KEEPERS,
    # hours
    "timesheets:hours": READERS,
    **{f"timesheets:{name}": MEMBER for name in ("new", "edit", "delete", "invoice", "send", "withdraw")},
    "timesheets:sheet": READERS,
    **{f"timesheets:{name}": PUBLIC for name in ("approval", "approve", "send_back")},
    **{f"timesheets-api:{name}": READERS for name in ("hours", "entry")},
    "timesheets-api:invoice": MEMBER,
    **{f"timesheets-api:{name}": READERS for name in ("sheets", "sheet")},
    "timesheets-api:withdraw": MEMBER,
    **{f"recurring-api:{name}": READERS for name in ("templates", "template", "occurrences")},
    **{
        f"recurring-api:{name}": MEMBER
        for name in ("new_price", "pause", "resume", "end", "retry", "leave_out")
    },
    # recurring invoices
    **{f"recurring:{name}": READERS for name in ("templates", "template")},
    **{
        f"recurring:{name}": MEMBER
        for name in ("new", "edit", "new_price", "pause", "resume", "end", "retry", "leave_out")
    },
    # guarantee
    "guarantee:exposure": COLLECTORS | {"auditor"},
    **dict.fromkeys(("guarantee:limit", "guarantee:agree", "guarantee:refuse"), COLLECTORS),
    "guarantee-api:exposure": COLLECTORS | {"auditor"},
    **dict.fromkeys(("guarantee-api:limits", "guarantee-api:agree", "guarantee-api:refuse"), COLLECTORS),
    # collection
    **{
        f"collection:{name}": COLLECTORS
        for name in (
            *("late", "file", "remind", "pause", "plan", "hand_over", "contact", "posted", "cancel_plan"),
            *("handed", "fee", "take_back", "dossier", "waive", "dispute", "pass_dispute", "resume"),
            *("end_pause", "claim", "costs"),
        )
    },
    **{f"collection:{name}": DECIDERS for name in ("write_down", "agree", "refuse", "undo")},
    **{
        f"collection-api:{name}": COLLECTORS
        for name in (
            *("late", "remind", "pause", "plan", "hand_over", "contact", "one_plan", "cancel_plan"),
            *("take_back", "fee", "claim", "costs", "dispute", "pass_dispute", "resume", "waive"),
        )
    },
    **{f"collection-api:{name}": COLLECTORS for name in ("posted", "end_pause", "handed", "dossier")},
    **{f"collection-api:{name}": DECIDERS for name in ("write_down", "lost", "agree", "refuse", "undo")},
    # quotes and orders
    **{f"quotes:{name}": READERS for name in ("quotes", "quote", "document", "orders", "order")},
    **{
        f"quotes:{name}": MEMBER
        for name in (
            *("new", "edit", "delete", "attach", "detach", "send", "resend", "withdraw", "revise", "revoke"),
            *("note_answer", "order_quote", "edit_order", "invoice_order", "supplement", "close_order"),
        )
    },
    **{f"quotes:{name}": PUBLIC for name in ("offer", "accept", "refuse", "offer_pdf", "offer_file")},
    **{f"quotes-api:{name}": READERS for name in ("quotes", "quote", "orders", "order", "files", "file")},
    # the client area: its own guard asks for a link that was mailed (tests/invoicing/portal)
    **{
        f"portal:{name}": PUBLIC
        for name in (
            *("home", "sign_in", "enter", "leave", "invoices", "invoice", "contest", "document"),
            *("statement", "print_statement", "statement_table", "statement_pdf"),
            *("groups", "switch", "group", "group_pdf", "contracts"),
            *("details", "language", "contact", "forget_contact"),
        )
    },
    **{
        f"portal:{name}": COLLECTORS
        for name in (
            "as_client",
            "send_link",
            "check_addresses",
            "revoke_links",
            "client_statement",
            "switch_grouping",
        )
    },
    **{f"portal-api:{name}": COLLECTORS for name in ("statement", "grouped_invoices", "grouping")},
    **{f"portal-api:{name}": COLLECTORS for name in ("send_link", "revoke_links")},
    **{
        f"quotes-api:{name}": MEMBER
        for name in (
            *("send", "resend", "withdraw", "revise", "revoke", "note_answer", "order_quote"),
            *("invoice_order", "supplement", "close_order"),
        )
    },
    # open-ended contracts
    **{f"cdi:{name}": SALARY_VIEW for name in ("contracts", "contract", "proposal", "calendar", "absence")},
    **{
        f"cdi:{name}": SALARY
        for name in (
            *("propose", "agree", "refuse", "ask_absence", "decide", "certificate", "certificate_file"),
        )
    },
    **{f"cdi:{name}": PAYROLL for name in ("end", "holiday", "lend", "pay_allowance")},
    "cdi:allowance": PAY_VIEW,
    # payroll
    "payroll:simulator": PUBLIC,
    "payroll:quick_job": MEMBER,
    "payroll:quick_job_estimate": MEMBER,
    "payroll:quick_job_done": MEMBER,
    "payroll:contracts": CONTRACT_VIEW,
    "payroll:contract_new": WORK,
    "payroll:contract": CONTRACT_VIEW,
    "payroll:contract_edit": WORK,
    "payroll:contract_submit": WORK,
    "payroll:contract_cancel": WORK,
    "payroll:contract_shorten": WORK,
    "payroll:contract_no_show": WORK,
    "payroll:contract_sign": WORK,
    "payroll:contract_paper": CONTRACT_PAPER,
    "payroll:contract_amend": WORK,
    "payroll:contract_split": WORK,
    "payroll:contract_keep": MEMBER,
    "payroll:contract_templates": MEMBER,
    "payroll:template_drop": MEMBER,
    "payroll:contract_batch": WORK,
    "payroll:contract_batch_done": WORK,
    "payroll:contract_batch_again": WORK,
    "payroll:month_correct": PAYROLL,
    "payroll:correction_withdraw": PAYROLL,
    "payroll:declarations": PAYROLL_VIEW,
    "payroll:declaration_retry": PAYROLL,
    "payroll:declaration_files": PAYROLL_VIEW,
    **{
        f"payroll:{name}": PAYROLL
        for name in (
            *("declaration_settle", "stop_lift", "difference_mend", "difference_close"),
            *("declaration_file", "declaration_files_make", "declaration_answers"),
        )
    },
    "payroll:my_pay": MEMBER,
    "payroll:pay_item": PAY_VIEW,
    "payroll:payslip": PAY_VIEW,
    "payroll:payslip_pdf": PAY_VIEW,
    "payroll:month": PAYROLL_VIEW,
    "payroll:payslips": PAYROLL_VIEW,
    "payroll:month_preview": PAYROLL_VIEW,
    "payroll:month_rates": PAYROLL_VIEW,
    "payroll:month_approve": PAYROLL,
    "payroll:run_pause": PAYROLL,
    "payroll:run_retry": PAYROLL,
    "payroll:exceptions_review": PAYROLL,
    "payroll:run_start": PAYROLL,
    "payroll:run_compute": PAYROLL,
    "payroll:run_approve": PAYROLL,
    "payroll:run_progress": PAYROLL_VIEW,
    "payroll:exception_review": PAYROLL,
    # governance
    "governance:my_shares": MEMBER,
    "governance:cancel": MEMBER,
    "governance:register": REGISTER,
    # the books
    "ledger:books": BANK,
    "ledger:account": BANK,
    "ledger:journal": BANK,
    "ledger:entry": BANK,
    "ledger:funds": BANK,
    "ledger:periods": BANK,
    "ledger:period": BANK,
    "ledger:manual_entries": BANK,
    "ledger:manual_entry": BANK,
    "ledger:manual_receipt": BANK,
    "ledger:checks": BANK,
    "ledger:check_now": BANK,
    "ledger:seal_now": BANK,
    "ledger:exports": BANK,
    "ledger:export_file": BANK,
    "ledger:reverse_entry": FINANCE,
    "ledger:new_manual_entry": FINANCE,
    "ledger:approve_manual_entry": FINANCE,
    "ledger:refuse_manual_entry": FINANCE,
    "ledger:withdraw_manual_entry": FINANCE,
    # treasury
    "treasury:forecast": BANK,
    "treasury:forecast_day": BANK,
    "treasury:statements": BANK,
    "treasury:statement": BANK,
    "treasury:queue": BANK,
    "treasury:line": BANK,
    "treasury:identify": FINANCE,
    "treasury:find": BANK,
    "treasury:undo": FINANCE,
    "treasury:accept": FINANCE,
    "treasury:rules": BANK,
    "treasury:forget_rule": FINANCE,
    "treasury:forget_waiting": FINANCE,
    "treasury:read_refused": FINANCE,
    "treasury:batches": PAYMENTS,
    "treasury:new_batch": FINANCE,
    "treasury:batch": PAYMENTS,
    "treasury:release": FINANCE,
    "treasury:cancel": FINANCE,
    "treasury:batch_file": PAYMENTS,
    "treasury:mend": FINANCE,
    # purchases
    "purchases:purchases": READERS,
    "purchases:upload": BRINGERS,
    "purchases:paper": MEMBER,
    "purchases:purchase": READERS,
    "purchases:original": READERS,
    "purchases:attachment": READERS,
    "purchases:assign": ASSIGNERS,
    "purchases:split": BRINGERS,
    "purchases:give_back": MEMBER,
    "purchases:account": BRINGERS,
    "purchases:accept": MEMBER,
    "purchases:approve": ADVISERS,
    "purchases:send_back": ADVISERS,
    "purchases:refuse": BRINGERS,
    "purchases:override": ASSIGNERS,
    "purchases:suppliers": BANK,
    "purchases:supplier": BANK,
    "purchases:confirm": FINANCE,
    "schema": PUBLIC,
    # members, by REST
    "members-api:me": SIGNED_IN,
    "members-api:my_family": SIGNED_IN,
    "members-api:my_accesses": SIGNED_IN,
    "members-api:persons": SHEET,
    "members-api:person": SHEET,
    "members-api:notes": SHEET,
    "members-api:reveal": SHEET,
    "members-api:roles": OVERSIGHT,
    "members-api:end_role": ADMIN,
    "members-api:policies": OVERSIGHT,
    "members-api:audit": OVERSIGHT,
    # activities, by REST
    "activities-api:functions": SIGNED_IN,
    "activities-api:activities": READERS,
    "activities-api:activity": READERS,
    "activities-api:movements": READERS,
    "activities-api:approve": ADVISERS,
    "activities-api:refuse": ADVISERS,
    "activities-api:close": MEMBER,
    "activities-api:expenses": READERS,
    "activities-api:expense": READERS,
    "activities-api:approve_expense": ADVISERS,
    "activities-api:refuse_expense": ADVISERS,
    # invoicing, by REST
    "invoicing-api:clients": READERS,
    "invoicing-api:client": READERS,
    "invoicing-api:contacts": CLIENT_KEEPERS,
    "invoicing-api:client_check_addresses": COLLECTORS,
    "invoicing-api:contact": CLIENT_KEEPERS,
    "invoicing-api:vat_advice": READERS,
    **dict.fromkeys(
        (f"invoicing-api:{name}" for name in ("credits", "refund", "set_off", "refunds", "cancel_refund")),
        COLLECTORS,
    ),
    "invoicing-api:duplicates": CLIENT_MERGERS,
    "invoicing-api:merge": CLIENT_MERGERS,
    **{f"invoicing-api:{act}": CLIENT_MERGERS for act in ("tell_apart", "link_member")},
    "registers-api:lookups": READERS,
    "registers-api:ask": CLIENT_KEEPERS,
    "invoicing-api:many_clients": MEMBER,
    "invoicing-api:many_invoices": MEMBER,
    "invoicing-api:invoices": READERS,
    "invoicing-api:invoice": READERS,
    "invoicing-api:issue": MEMBER,
    "invoicing-api:credit": MEMBER,
    "invoicing:overpaid": COLLECTORS,
    "invoicing-api:advances": MEMBER,
    "invoicing-api:duplicate": MEMBER,
    "invoicing-api:attachments": MEMBER,
    "invoicing-api:attachment": READERS,
    "invoicing-api:send": MEMBER,
    "einvoicing-api:deliveries": READERS,
    **{f"einvoicing-api:{act}": CLIENT_KEEPERS for act in ("send_many", "handed_over", "lost", "set_aside")},
    # open-ended contracts, by REST
    **{
        f"cdi-api:{name}": SALARY_VIEW
        for name in ("contracts", "contract", "days", "proposals", "proposal", "absences", "absence")
    },
    **{f"cdi-api:{name}": SALARY for name in ("agree", "refuse", "decide", "cancel")},
    **{f"cdi-api:{name}": PAYROLL for name in ("end", "allowance", "lend")},
    # payroll, by REST
    "payroll-api:contracts": CONTRACT_VIEW,
    "payroll-api:many_contracts": WORK,
    "payroll-api:contract": CONTRACT_VIEW,
    "payroll-api:submit_contract": WORK,
    "payroll-api:cancel_contract": WORK,
    "payroll-api:shorten_contract": WORK,
    "payroll-api:sign_contract": WORK,
    "payroll-api:contract_paper": WORK,
    "payroll-api:amend_contract": WORK,
    "payroll-api:no_show_contract": WORK,
    "payroll-api:copy_contract": WORK,
    "payroll-api:split_contract": WORK,
    "payroll-api:correct_month": PAYROLL,
    "payroll-api:withdraw_correction": PAYROLL,
    "payroll-api:contract_templates": MEMBER,
    "payroll-api:contract_template": MEMBER,
    "payroll-api:contract_batches": WORK,
    "payroll-api:preview_batch": WORK,
    "payroll-api:contract_batch": WORK,
    "payroll-api:submit_batch": WORK,
    "payroll-api:declarations": CONTRACT_VIEW,
    "payroll-api:retry_declaration": PAYROLL,
    "payroll-api:declaration_differences": PAYROLL_VIEW,
    "payroll-api:settle_declaration": PAYROLL,
    "payroll-api:make_declaration_files": PAYROLL,
    "payroll-api:read_declaration_answers": PAYROLL,
    "payroll-api:pay_items": PAY_VIEW,
    "payroll-api:pay_item": PAY_VIEW,
    "payroll-api:payslips": PAY_VIEW,
    "payroll-api:payslip": PAY_VIEW,
    "payroll-api:payslip_document": PAY_VIEW,
    "payroll-api:runs": PAYROLL_VIEW,
    "payroll-api:run": PAYROLL_VIEW,
    "payroll-api:compute_run": PAYROLL,
    "payroll-api:approve_run": PAYROLL,
    "payroll-api:pause_run": PAYROLL,
    "payroll-api:resume_run": PAYROLL,
    "payroll-api:retry_run": PAYROLL,
    "payroll-api:month_preview": PAYROLL_VIEW,
    "payroll-api:month_rates": PAYROLL_VIEW,
    "payroll-api:retry_exception": PAYROLL,
    "payroll-api:exceptions": PAYROLL_VIEW,
    "payroll-api:review_exception": PAYROLL,
    "payroll-api:quick_jobs": MEMBER,
    "payroll-api:cancel_quick_job": WORK,
    "payroll-api:simulations": PUBLIC,
    # governance, by REST
    "governance-api:shares": MEMBER,
    "governance-api:subscriptions": MEMBER,
    "governance-api:register": REGISTER,
    # the books, by REST
    "ledger-api:trial_balance": BANK,
    "ledger-api:funds": BANK,
    "ledger-api:account_lines": BANK,
    "ledger-api:entries": BANK,
    "ledger-api:entry": BANK,
    "ledger-api:periods": BANK,
    "ledger-api:checklist": BANK,
    "ledger-api:manual_entries": BANK,
    "ledger-api:manual_entry": BANK,
    "ledger-api:seals": BANK,
    "ledger-api:checks": BANK,
    "ledger-api:exports": BANK,
    "ledger-api:new_export": BANK,
    "ledger-api:export_file": BANK,
    "ledger-api:undo_entry": FINANCE,
    "ledger-api:close_period": FINANCE,
    "ledger-api:new_manual_entry": FINANCE,
    "ledger-api:approve_manual_entry": FINANCE,
    "ledger-api:refuse_manual_entry": FINANCE,
    "ledger-api:withdraw_manual_entry": FINANCE,
    # treasury, by REST
    "treasury-api:forecast": BANK,
    "treasury-api:forecast_flows": BANK,
    "treasury-api:statements": BANK,
    **{f"treasury-api:{name}": BANK for name in ("proposals", "rules", "waiting")},
    **{
        f"treasury-api:{act}": FINANCE
        for act in ("accept", "choose", "new_rule", "forget_rule", "forget_waiting")
    },
    "treasury-api:import_statement": FINANCE,
    "treasury-api:lines": BANK,
    "treasury-api:identify": FINANCE,
    "treasury-api:undo": FINANCE,
    "treasury-api:statement_lines": BANK,
    "treasury-api:payouts": PAYMENTS,
    "treasury-api:mend": FINANCE,
    "treasury-api:batches": PAYMENTS,
    "treasury-api:new_batch": FINANCE,
    "treasury-api:batch": PAYMENTS,
    "treasury-api:release": FINANCE,
    "treasury-api:cancel": FINANCE,
    "treasury-api:batch_file": PAYMENTS,
    "purchases-api:purchases": READERS,
    "purchases-api:receive": BRINGERS,
    "purchases-api:purchase": READERS,
    "purchases-api:original": READERS,
    "purchases-api:assign": ASSIGNERS,
    "purchases-api:split": BRINGERS,
    "purchases-api:accept": MEMBER,
    "purchases-api:approve": ADVISERS,
    "purchases-api:refuse": BRINGERS,
    "purchases-api:paper": MEMBER,
    "purchases-api:give_back": MEMBER,
    "purchases-api:send_back": ADVISERS,
    "purchases-api:account": BRINGERS,
    "purchases-api:override": ASSIGNERS,
    "purchases-api:suppliers": BANK,
    "purchases-api:confirm": FINANCE,
}

ACCOUNTS = ("account_", "mfa_", "usersessions_")
"""Beginnings of the names under /accounts/, which stand outside every tenant and are not ours."""
