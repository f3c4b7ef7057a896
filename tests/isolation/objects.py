"""What kind of thing each route with a key in its address opens: the second half of the permission table.

Together with `routes` it says who may open whose. A thing of a person is open to that person (role member),
to the adviser who accompanies them, and to staff who read all; another member's is as if it did not exist. A
thing of the house (a batch, an entry, a run) belongs to nobody in particular: the role decides.
"""

from __future__ import annotations

HOUSE = frozenset({
    "endpoint", "delivery", "grant", "run", "run_exception", "entry", "manual_entry", "audit_export",
    "statement", "bank_line", "line_rule", "waiting_statement", "batch", "payout", "refund", "erasure",
    "program",
    "supplier", "supplier_account",
    "declaration_stop", "declaration_difference", "declaration_batch",
    "dead_row", "public_return", "return_row",
    "vat_return", "due", "body_statement", "body_line", "entity_transfer",
    "cover", "pay_balance",
    "charge", "payment_plan", "collection_file", "write_down", "client_limit",
})  # fmt: skip
"""Kinds that belong to the cooperative."""

PERSONAL = frozenset({
    "contact",
    "person", "activity", "expense", "client", "draft", "invoice", "attachment", "document",
    "draft_contract", "contract", "contract_template", "contract_batch", "contract_month",
    "month_correction",
    "quick_job", "consent", "privacy_request", "declaration", "pay_item", "payslip",
    "worker_paper", "subscription", "attestation", "accident", "holiday_certificate",
    "seizure", "advance",
    "hours", "hours_of_client", "time_sheet", "recurring", "failed_recurring",
    "draft_quote", "quote_file", "quote", "accepted_quote", "sent_quote", "order",
    "purchase", "supplier_attachment",
    "list_export", "sending",
    "mission", "mission_step",
    "open_ended", "salary_proposal", "salary_month", "absence", "allowance",
})  # fmt: skip
"""Kinds that belong to somebody."""

OBJECTS: dict[str, str] = {
    **{
        f"returns:{name}": "public_return"
        for name in ("return", "progress", "file", "check", "approve", "send", "retry")
    },
    **{
        f"returns-api:{name}": "public_return"
        for name in ("return", "workers", "file", "check", "approve", "send", "retry")
    },
    "returns:worker": "return_row",
    **dict.fromkeys(("returns:paper", "returns:paper_pdf", "returns-api:paper"), "worker_paper"),
    **dict.fromkeys(("workers:person", "workers:report_for"), "person"),
    **{
        f"workers{api}:{name}": "attestation"
        for api in ("", "-api")
        for name in ("attestation", "paper", "check", "refuse")
    },
    **{
        f"balances{api}:{name}": "pay_balance"
        for api in ("", "-api")
        for name in ("balance", "ask", "wait", "propose", "write_off", "refuse")
    },
    **dict.fromkeys(("deductions:enter_seizure", "deductions:enter_advance"), "person"),
    **{
        f"deductions{api}:{name}": "seizure"
        for api in ("", "-api")
        for name in ("seizure", "agree_seizure", "suspend", "resume", "lift", "creditor")
    },
    "deductions:paper": "seizure",
    **{
        f"deductions{api}:{name}": "advance"
        for api in ("", "-api")
        for name in ("advance", "agree_advance", "refuse", "withdraw", "write_off")
    },
    **dict.fromkeys(("workers:accident", "workers:accident_paper", "workers-api:accident"), "accident"),
    **{f"workers{api}:{act}": "accident" for api in ("", "-api") for act in ("declare", "close")},
    **dict.fromkeys(("workers:end_cover", "workers-api:end_cover"), "cover"),
    **dict.fromkeys(("workers:certificate_pdf", "workers-api:certificate"), "holiday_certificate"),
    **dict.fromkeys(("returns:end_contract", "returns:ask_end", "returns-api:end"), "contract"),
    **{
        f"cdi:{name}": "open_ended" for name in ("contract", "ask_absence", "holiday", "pay_allowance", "end")
    },
    **{f"cdi-api:{name}": "open_ended" for name in ("contract", "days", "end", "allowance")},
    **{
        f"cdi{api}:{name}": "salary_proposal"
        for api in ("", "-api")
        for name in ("proposal", "agree", "refuse")
    },
    **dict.fromkeys(("cdi:lend", "cdi-api:lend"), "salary_month"),
    **{f"cdi:{name}": "absence" for name in ("absence", "decide", "certificate", "certificate_file")},
    **{f"cdi-api:{name}": "absence" for name in ("absence", "decide", "cancel")},
    "cdi:allowance": "allowance",
    **dict.fromkeys(("dues:due", "dues:agree", "dues:correct"), "due"),
    "dues:statement": "body_statement",
    "dues:explain": "body_line",
    **dict.fromkeys(("dues:agree_transfer", "dues:refuse_transfer"), "entity_transfer"),
    **dict.fromkeys(("dues-api:due", "dues-api:agree", "dues-api:correct"), "due"),
    **dict.fromkeys(("dues-api:agree_transfer", "dues-api:refuse_transfer"), "entity_transfer"),
    **dict.fromkeys(("dues-api:statement", "dues-api:lines"), "body_statement"),
    **dict.fromkeys(("dues-api:explain", "dues-api:claim"), "body_line"),
    **{
        f"vatreturns:{name}": "vat_return"
        for name in ("grid", "file", "approve", "submit", "answer", "reopen")
    },
    **{
        f"vatreturns-api:{name}": "vat_return"
        for name in ("return", "figures", "clients", "file", "approve", "submit", "answer", "reopen")
    },
    **dict.fromkeys(("webhooks:endpoint", "webhooks:edit_endpoint", "webhooks:act"), "endpoint"),
    "webhooks:delivery": "delivery",
    **{
        f"webhooks-api:{name}": "endpoint"
        for name in ("endpoint", "deliveries", "pause", "resume", "test", "rotate", "replay")
    },
    **dict.fromkeys(
        ("programs:client", "programs:act", "programs-api:client", "programs-api:rotate"), "program"
    ),
    **dict.fromkeys(("programs:disallow", "programs-api:consent"), "consent"),
    **{f"members:{name}": "person" for name in ("person", "write_note", "reveal", "assign_adviser", "roles")},
    **{f"members-api:{name}": "person" for name in ("person", "notes", "reveal")},
    **{f"operations{api}:{act}": "dead_row" for api in ("", "-api") for act in ("retry", "drop")},
    "privacy:copy": "privacy_request",
    **dict.fromkeys(("exports:export", "exports:file"), "list_export"),
    **dict.fromkeys(("exports-api:export", "exports-api:export_file"), "list_export"),
    "privacy:answer": "erasure",
    "members:end_role": "grant",
    "members-api:end_role": "grant",
    **{f"activities:{name}": "activity" for name in ("activity", "approve", "refuse", "close")},
    **{
        f"activities-api:{name}": "activity"
        for name in ("activity", "movements", "approve", "refuse", "close")
    },
    **{
        f"activities:{name}": "expense"
        for name in ("expense", "receipt", "approve_expense", "refuse_expense")
    },
    **{f"activities-api:{name}": "expense" for name in ("expense", "approve_expense", "refuse_expense")},
    **{
        f"invoicing:{name}": "client"
        for name in ("client", "edit_client", "new_contact", "link_member", "merge", "tell_apart")
    },
    **{
        f"invoicing-api:{name}": "client"
        for name in (
            "client",
            "contacts",
            "client_check_addresses",
            "vat_advice",
            "merge",
            "link_member",
            "tell_apart",
        )
    },
    **dict.fromkeys(("registers:ask", "registers-api:lookups", "registers-api:ask"), "client"),
    **{
        f"portal:{name}": "client"
        for name in (
            "as_client",
            "send_link",
            "check_addresses",
            "revoke_links",
            "client_statement",
            "switch_grouping",
        )
    },
    **{
        f"portal-api:{name}": "client"
        for name in ("statement", "grouped_invoices", "grouping", "send_link", "revoke_links")
    },
    **dict.fromkeys(
        ("invoicing:edit_contact", "invoicing:remove_contact", "invoicing-api:contact"), "contact"
    ),
    "invoicing:totals": "activity",
    **{f"invoicing:{name}": "draft" for name in ("edit", "preview", "issue", "delete")},
    "invoicing-api:issue": "draft",
    **{f"invoicing:{name}": "invoice" for name in ("invoice", "send", "credit")},
    **{f"invoicing-api:{name}": "invoice" for name in ("invoice", "send", "credit")},
    **dict.fromkeys(("invoicing:duplicate", "invoicing-api:duplicate"), "invoice"),
    **dict.fromkeys(("invoicing:attach", "invoicing-api:attachments"), "draft"),
    **dict.fromkeys(("invoicing:attachment", "invoicing:detach", "invoicing-api:attachment"), "attachment"),
    **dict.fromkeys(("invoicing:overpaid", "invoicing-api:refund", "invoicing-api:set_off"), "invoice"),
    **dict.fromkeys(("invoicing:cancel_refund", "invoicing-api:cancel_refund"), "refund"),
    "invoicing:document": "document",
    **dict.fromkeys(("guarantee:limit", "guarantee-api:limits"), "client"),
    **{f"guarantee{api}:{name}": "client_limit" for api in ("", "-api") for name in ("agree", "refuse")},
    **{
        f"collection:{name}": "client"
        for name in ("file", "remind", "pause", "plan", "hand_over", "contact", "posted")
    },
    **{
        f"collection-api:{name}": "client"
        for name in ("remind", "pause", "plan", "hand_over", "contact", "posted")
    },
    **{
        f"collection:{name}": "invoice"
        for name in ("dispute", "pass_dispute", "resume", "end_pause", "claim", "costs", "write_down")
    },
    **{
        f"collection-api:{name}": "invoice"
        for name in ("dispute", "pass_dispute", "resume", "end_pause", "claim", "costs", "write_down")
    },
    **dict.fromkeys(
        ("collection:cancel_plan", "collection-api:one_plan", "collection-api:cancel_plan"), "payment_plan"
    ),
    **{f"collection:{name}": "collection_file" for name in ("handed", "fee", "take_back", "dossier")},
    **{f"collection-api:{name}": "collection_file" for name in ("handed", "fee", "take_back", "dossier")},
    **dict.fromkeys(("collection:waive", "collection-api:waive"), "charge"),
    **{f"collection:{name}": "write_down" for name in ("agree", "refuse", "undo")},
    **{f"collection-api:{name}": "write_down" for name in ("lost", "agree", "refuse", "undo")},
    "einvoicing:send": "document",
    "einvoicing:act": "sending",
    "einvoicing-api:deliveries": "invoice",
    **{f"einvoicing-api:{name}": "sending" for name in ("handed_over", "lost", "set_aside")},
    **{
        f"recurring:{name}": "recurring"
        for name in ("template", "edit", "new_price", "pause", "resume", "end")
    },
    **{
        f"recurring-api:{name}": "recurring"
        for name in ("template", "new_price", "pause", "resume", "end", "occurrences")
    },
    **dict.fromkeys(("timesheets:edit", "timesheets:delete", "timesheets-api:entry"), "hours"),
    **dict.fromkeys(("timesheets:invoice", "timesheets:send"), "hours_of_client"),
    **dict.fromkeys(("timesheets:sheet", "timesheets:withdraw"), "time_sheet"),
    **dict.fromkeys(("timesheets-api:sheet", "timesheets-api:withdraw"), "time_sheet"),
    **dict.fromkeys(("recurring:retry", "recurring:leave_out"), "failed_recurring"),
    **dict.fromkeys(("recurring-api:retry", "recurring-api:leave_out"), "failed_recurring"),
    **{f"quotes:{name}": "draft_quote" for name in ("edit", "delete", "attach", "detach", "send")},
    **{
        f"quotes:{name}": "quote"
        for name in ("quote", "resend", "withdraw", "revise", "revoke", "note_answer")
    },
    **{
        f"quotes-api:{name}": "quote"
        for name in ("quote", "resend", "withdraw", "revise", "revoke", "note_answer")
    },
    **dict.fromkeys(("quotes-api:send", "quotes-api:files"), "draft_quote"),
    "quotes-api:file": "quote_file",
    **dict.fromkeys(("quotes:order_quote", "quotes-api:order_quote"), "accepted_quote"),
    "quotes:document": "sent_quote",
    **{
        f"quotes:{name}": "order"
        for name in ("order", "edit_order", "invoice_order", "supplement", "close_order")
    },
    **{f"quotes-api:{name}": "order" for name in ("order", "invoice_order", "supplement", "close_order")},
    **dict.fromkeys(("payroll:quick_job_done", "payroll-api:cancel_quick_job"), "quick_job"),
    **{f"payroll:contract_{name}": "draft_contract" for name in ("edit", "submit", "split", "keep")},
    "payroll:template_drop": "contract_template",
    **dict.fromkeys(("payroll:contract_batch_done", "payroll:contract_batch_again"), "contract_batch"),
    "payroll:month_correct": "contract_month",
    **dict.fromkeys(("payroll:correction_withdraw", "payroll-api:withdraw_correction"), "month_correction"),
    "payroll-api:submit_contract": "draft_contract",
    "payroll:contract": "contract",
    **dict.fromkeys(("abroad:declare", "abroad-api:declare"), "contract"),
    **{
        f"abroad{api}:{name}": "mission"
        for api in ("", "-api")
        for name in ("mission", "change", "confirm", "cancel", "retract", "certificate")
    },
    **{
        f"abroad{api}:{name}": "mission_step"
        for api in ("", "-api")
        for name in ("send", "done", "not_needed", "reopen")
    },
    "abroad:evidence": "mission_step",
    **dict.fromkeys(("unemployment:record", "unemployment-api:record"), "contract"),
    **{
        f"payroll:contract_{name}": "contract"
        for name in ("cancel", "shorten", "no_show", "sign", "amend", "paper")
    },
    **{
        f"payroll-api:{name}_contract": "contract"
        for name in ("cancel", "shorten", "sign", "amend", "no_show")
    },
    "payroll-api:contract_paper": "contract",
    **{f"payroll-api:{name}_contract": "draft_contract" for name in ("copy", "split")},
    "payroll-api:correct_month": "contract_month",
    "payroll-api:contract_template": "contract_template",
    **dict.fromkeys(("payroll-api:contract_batch", "payroll-api:submit_batch"), "contract_batch"),
    "payroll-api:contract": "contract",
    **dict.fromkeys(
        (
            *("payroll:declaration_retry", "payroll:declaration_settle"),
            *("payroll-api:retry_declaration", "payroll-api:settle_declaration"),
        ),
        "declaration",
    ),
    "payroll:stop_lift": "declaration_stop",
    "payroll:difference_mend": "declaration_difference",
    "payroll:difference_close": "declaration_difference",
    "payroll:declaration_file": "declaration_batch",
    **dict.fromkeys(("payroll:pay_item", "payroll-api:pay_item"), "pay_item"),
    **dict.fromkeys(
        ("payroll:payslip", "payroll:payslip_pdf", "payroll-api:payslip", "payroll-api:payslip_document"),
        "payslip",
    ),
    **{f"payroll:run_{name}": "run" for name in ("compute", "approve", "progress", "pause", "retry")},
    "payroll-api:run": "run",
    **{f"payroll-api:{name}_run": "run" for name in ("compute", "approve", "pause", "resume", "retry")},
    "payroll:exception_review": "run_exception",
    **{f"payroll-api:{name}_exception": "run_exception" for name in ("review", "retry")},
    "governance:cancel": "subscription",
    **dict.fromkeys(("ledger:entry", "ledger:reverse_entry"), "entry"),
    **dict.fromkeys(("ledger-api:entry", "ledger-api:undo_entry"), "entry"),
    **{
        f"ledger{api}:{name}": "manual_entry"
        for api in ("", "-api")
        for name in ("manual_entry", "approve_manual_entry", "refuse_manual_entry", "withdraw_manual_entry")
    },
    "ledger:manual_receipt": "manual_entry",
    **dict.fromkeys(("ledger:export_file", "ledger-api:export_file"), "audit_export"),
    "treasury:statement": "statement",
    "treasury-api:statement_lines": "statement",
    **{
        f"purchases:{name}": "purchase"
        for name in (
            *("purchase", "original", "assign", "give_back", "account", "accept"),
            *("approve", "send_back", "refuse", "override", "split"),
        )
    },
    **{
        f"purchases-api:{name}": "purchase"
        for name in ("purchase", "original", "assign", "split", "accept", "approve", "refuse", "override")
    },
    **{f"purchases-api:{name}": "purchase" for name in ("give_back", "send_back", "account")},
    "purchases:attachment": "supplier_attachment",
    "purchases:supplier": "supplier",
    **dict.fromkeys(("purchases:confirm", "purchases-api:confirm"), "supplier_account"),
    **dict.fromkeys(
        (
            "treasury:line",
            "treasury:identify",
            "treasury:find",
            "treasury:undo",
            "treasury-api:identify",
            "treasury-api:undo",
            "treasury-api:proposals",
            "treasury-api:choose",
        ),  # fmt: skip
        "bank_line",
    ),
    **dict.fromkeys(("treasury:forget_rule", "treasury-api:forget_rule"), "line_rule"),
    **dict.fromkeys(("treasury:forget_waiting", "treasury-api:forget_waiting"), "waiting_statement"),
    **{
        f"treasury{api}:{name}": "batch"
        for api in ("", "-api")
        for name in ("batch", "release", "cancel", "batch_file")
    },
    **dict.fromkeys(("treasury:mend", "treasury-api:mend"), "payout"),
}
"""Route → kind of the thing that its key names. A new route with a key needs its row."""
