"""The places where a process is killed: named, each with its story, and where in the program it stands.

The runbook lists them under "What may be killed"; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.kills.plays import How
from tests.kills.stopping import Place, at

COMMIT = "django.db.backends.base.base.BaseDatabaseWrapper.commit"
RELEASE = "ledger.treasury.services.payouts.release_batch"
RING = "core.doorbell.ring_now"


@dataclass(frozen=True)
class Point:
    """`process` is killed in `story` at `place`. `how`: kill it; cut its connection to the database; or hold
    it there until others have done its work and let it go on (it is late, and must do nothing).

    `daily`: played by each `make test`; the others by `make soak`.
    """

    name: str
    process: str
    story: str
    when: str
    place: Place
    how: How = "kill"
    daily: bool = True


POINTS = (
    Point(
        "web before commit", "web", "issue", "the invoice is written, the transaction not committed",
        at("leave invoicing.services.issuing.issue_invoice", f"enter {COMMIT}"),
    ),
    Point(
        "web before the bell", "web", "issue", "committed; nobody has been rung and nobody answered",
        at("leave invoicing.services.issuing.issue_invoice", f"leave {COMMIT}"),
    ),
    Point(
        "relay before the broker", "relay", "relay", "messages marked as handed over, none handed over",
        at("leave core.outbox.relay_once"),
    ),
    Point(
        "relay behind the broker", "relay", "relay", "one message handed over, the others not",
        at(f"leave {RING}"),
    ),
    Point(
        "worker in a handler", "worker", "deliver", "a handler is at work",
        at("enter core.webhooks.services.tell", "leave core.webhooks.services._delivery"),
    ),
    Point(
        "worker before done", "worker", "deliver", "the handlers have run, the message is not marked",
        at("leave core.webhooks.services.tell"),
    ),
    Point(
        "worker not acknowledged", "worker", "deliver", "committed; the broker hands it over again",
        at("leave core.webhooks.services.tell", f"leave {COMMIT}"),
    ),
    Point(
        "document leased", "documents", "render", "the document is leased, nothing is made",
        at("enter core.documents.render_one", f"leave {COMMIT}"),
    ),
    Point(
        "document half made", "documents", "render", "the renderer is at work",
        at("enter invoicing.rendering.invoice_pdf"),
    ),
    Point(
        "document without row", "documents", "render", "the file is on disk, its row is not committed",
        at("enter core.files.store_file", "leave pathlib.Path.replace", f"enter {COMMIT}"),
    ),
    Point(
        "document not acknowledged", "documents", "render", "file and row are there, not acknowledged",
        at("leave core.files.store_file", f"leave {COMMIT}"),
    ),
    Point(
        "document late", "documents", "render", "the document is made; another maker was faster",
        at("leave invoicing.rendering.invoice_pdf"), how="hold",
    ),
    Point(
        "export without commit", "documents", "export", "the pieces of a file are written, not committed",
        at("enter core.exports.services._make", f"enter {COMMIT}"),
    ),
    Point(
        "declaration prepared", "worker", "declare", "leased; the office was not called",
        at("enter payroll.services.declarations._call"),
    ),
    Point(
        "declaration sent", "worker", "declare", "the office has it; nothing is recorded",
        at("leave payroll.services.declarations._call"),
    ),
    Point(
        "declaration late", "worker", "declare", "the office has it; another carrier was faster",
        at("leave payroll.services.declarations._call"), how="hold",
    ),
    Point(
        "declaration answered", "worker", "answer declared", "the office has answered; nothing is recorded",
        at("leave payroll.services.declarations._call"),
    ),
    Point(
        "declaration answer not committed", "worker", "answer declared", "state and consequences are written",
        at("leave payroll.services.declaration_answers.draw_consequences"),
    ),
    Point(
        "declarations file without row", "web", "files of declarations", "the file lies there, no row",
        at("enter payroll.services.declaration_files._make", "leave core.files.store_file"),
    ),
    Point(
        "declarations file not committed", "web", "files of declarations", "file and rows are written",
        at("leave payroll.services.declaration_files.make_batches"),
    ),
    Point(
        "comparison before the office", "worker", "compare", "declared what was missing; no list was read",
        at("enter payroll.services.declaration_drift._compare_employer"),
    ),
    Point(
        "comparison not committed", "worker", "compare", "a difference is written, nobody is told",
        at("leave payroll.services.declaration_drift._record"),
    ),
    Point(
        "quota half corrected", "worker", "quota", "a student's pay is taken back, not yet paid anew",
        at("leave payroll.services.settlement.acts.settle_or_raise"),
    ),
    Point(
        "sending prepared", "worker", "send", "leased; the network was not called",
        at("enter invoicing.einvoicing.services.carrying._call"),
    ),
    Point(
        "sending handed over", "worker", "send", "the network has the document; nothing is recorded",
        at("leave invoicing.einvoicing.services.carrying._call"),
    ),
    Point(
        "sending late", "worker", "send", "the network has the document; another carrier was faster",
        at("leave invoicing.einvoicing.services.carrying._call"), how="hold",
    ),
    Point(
        "status asked", "worker", "listen", "the network said something new; nothing is recorded",
        at("leave invoicing.einvoicing.services.carrying._call"),
    ),
    Point(
        "status late", "worker", "listen", "the network said something new; another carrier was faster",
        at("leave invoicing.einvoicing.services.carrying._call"), how="hold", daily=False,
    ),
    Point(
        "status half written", "worker", "listen", "what was said is written, not committed",
        at("leave invoicing.einvoicing.services.carrying._hear", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "e-mail not committed", "worker", "turned away", "brought back; the e-mail instead is not committed",
        at("leave invoicing.einvoicing.services.carrying._draw_consequences", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "e-mail committed", "worker", "turned away", "the e-mail instead is written; nobody was told",
        at("leave invoicing.einvoicing.services.carrying._draw_consequences", f"leave {COMMIT}"),
    ),
    Point(
        "settlement posted", "worker", "settle", "the entries are in the books, no pay item is kept",
        at("enter payroll.services.settlement.rows._entry", "leave ledger.services.posting.post_entries"),
        daily=False,
    ),
    Point(
        "settlement unpaid", "worker", "settle", "items and lines are kept, no payout is asked for",
        at("leave payroll.services.taking.post_deductions"), daily=False,
    ),
    Point(
        "settlement half told", "worker", "settle", "payouts are asked for, contracts do not know",
        at("enter payroll.services.settlement.rows._move_states"),
    ),
    Point(
        "settlement not committed", "worker", "settle", "everything is written, nothing committed",
        at("leave payroll.services.settlement.acts.settle_months", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "settlement committed", "worker", "settle", "the batch is settled, the worker does not know",
        at("leave payroll.services.settlement.acts.settle_months", f"leave {COMMIT}"),
    ),
    Point(
        "payroll in a slice", "worker", "slice", "the workers of the slice are computed",
        at("leave payroll.services.run_work.compute_people"),
    ),
    Point(
        "payroll between slices", "worker", "slice", "a slice is done, the next one is not rung for",
        at("leave payroll.services.run_work.compute_people", f"leave {COMMIT}"),
    ),
    Point(
        "payroll behind the last slice", "worker", "last slice", "every slice is done, the run does not know",
        at("leave payroll.services.run_work.compute_people", f"leave {COMMIT}"),
    ),
    Point(
        "payroll closing", "worker", "close", "the wage batches are made, the run is not closed",
        at("leave payroll.services.run_work._make_batches"),
    ),
    Point(
        "payroll before closing", "worker", "close", "every payslip is made, the run is not closed",
        at("leave payroll.services.run_work.close_people", f"leave {COMMIT}"),
    ),
    Point(
        "payroll slice leased", "worker", "slice", "the slice is leased, nothing is computed",
        at("enter payroll.services.shards.take_shard", f"leave {COMMIT}"),
    ),
    Point(
        "payroll half computed", "worker", "slice", "what was due is settled, no line of the run is written",
        at("leave payroll.services.run_work._quarters"), daily=False,
    ),
    Point(
        "payroll before the holidays", "worker", "close", "quarters are settled, no exit holiday is paid",
        at("leave payroll.services.quarters.settle_quarters"), daily=False,
    ),
    Point(
        "payroll behind the holidays", "worker", "close", "exit holidays are paid, there is no payslip",
        at("leave payroll.services.holidays.pay_holidays"),
    ),
    Point(
        "payslips not committed", "worker", "close", "payslips are numbered, nothing is committed",
        at("leave payroll.services.run_work.close_people", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "payroll closed untold", "worker", "close", "the run is closed, nobody is told",
        at("leave payroll.services.run_work._make_batches", f"leave {COMMIT}"),
    ),
    Point(
        "month not begun", "web", "begin month", "the runs have their slices, nothing is committed",
        at("leave payroll.services.run_work.make_shards", f"enter {COMMIT}"),
    ),
    Point(
        "month begun unheard", "web", "begin month", "the runs are begun, no worker is rung for",
        at("leave payroll.services.run_work.make_shards", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "month half approved", "web", "approve month", "approved and cut in slices, nothing is committed",
        at("leave payroll.services.runs.approve_run", f"enter {COMMIT}"),
    ),
    Point(
        "month approved unheard", "web", "approve month", "approved; no worker is rung for",
        at("leave payroll.services.runs.approve_run", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "sealer with numbers", "worker", "seal", "legal numbers are taken, nothing is committed",
        at("leave ledger.services.sealing._take_numbers"),
    ),
    Point(
        "sealer before the anchor", "worker", "seal", "the seals are committed, their head not noted outside",
        at("enter ledger.anchors.write_anchor"),
    ),
    Point(
        "webhook sent", "worker", "carry", "the receiver has heard; nothing is recorded",
        at("leave core.webhooks.client.post"),
    ),
    Point(
        "webhook late", "worker", "carry", "the receiver has heard; another carrier was faster",
        at("leave core.webhooks.client.post"), how="hold",
    ),
    Point(
        "reminders half written", "worker", "remind", "a letter is written, the transaction is not committed",
        at("leave invoicing.collection.services.reminders._write"),
    ),
    Point(
        "reminders not rung for", "worker", "remind", "the letters are written, nobody carries them",
        at("leave invoicing.collection.services.reminders._write", f"leave {COMMIT}"),
    ),
    Point(
        "letter late", "worker", "letters", "the mail server has it; another sender was faster",
        at("leave django.core.mail.message.EmailMessage.send"), how="hold",
    ),
    Point(
        "letter sent", "worker", "letters", "the mail server has it; nothing is recorded",
        at("leave django.core.mail.message.EmailMessage.send"),
    ),
    Point(
        "occurrence half made", "worker", "recur", "the draft is written, the transaction not committed",
        at("leave invoicing.services.drafts.create_draft", f"enter {COMMIT}"),
    ),
    Point(
        "recurring run between two", "worker", "recur", "the draft of one is made, that of the other not",
        at("leave invoicing.services.drafts.create_draft", f"leave {COMMIT}"),
    ),
    Point(
        "charges not committed", "web", "claim", "charges are claimed and posted, not committed",
        at("leave invoicing.collection.services.charges.claim_charges", f"enter {COMMIT}"),
    ),
    Point(
        "charges without answer", "web", "claim", "charges are claimed; nobody was answered",
        at("leave invoicing.collection.services.charges.claim_charges", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "figures without version", "web", "figures", "the return is opened, its figures are not written",
        at("leave invoicing.vatreturns.services.preparing._row_of"), daily=False,
    ),
    Point(
        "figures not committed", "web", "figures", "the figures are frozen, not committed",
        at("leave invoicing.vatreturns.services.preparing._freeze_figures", f"enter {COMMIT}"),
    ),
    Point(
        "return netted", "web", "approve", "the VAT accounts are netted, nothing is approved",
        at("leave invoicing.vatreturns.services.preparing._net"),
    ),
    Point(
        "plan half ended", "worker", "plans", "one plan is broken, the other not looked at",
        at("leave invoicing.collection.services.plans._end"),
    ),
    Point(
        "plans not told", "worker", "plans", "both plans are broken; nobody was told",
        at("leave invoicing.collection.services.plans._end", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "quotes half expired", "worker", "quotes", "one has expired, others are not recalled",
        at("leave invoicing.quotes.services.sending.expire_quotes"), daily=False,
    ),
    Point(
        "quotes recalled", "worker", "quotes", "a letter is written, nothing is committed",
        at("leave invoicing.quotes.services.sending._write"),
    ),
    Point(
        "quotes not told", "worker", "quotes", "expired and recalled; nobody was told",
        at("leave invoicing.quotes.services.sending._write", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "group numbered", "worker", "group", "the number of a month is taken, its document not written",
        at("enter invoicing.portal.services.grouping._make", "leave ledger.services.registers.take_number"),
        daily=False,
    ),
    Point(
        "group not committed", "worker", "group", "document and letter are written, not committed",
        at("leave invoicing.portal.services.grouping._make", f"enter {COMMIT}"),
    ),
    Point(
        "group not told", "worker", "group", "the month is gathered; nobody was told",
        at("leave invoicing.portal.services.grouping._make", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "supplier half read", "worker", "inbox", "the file is on disk, its purchase is not committed",
        at("leave core.files.store_file", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "supplier not acknowledged", "worker", "inbox", "kept; the access point does not know",
        at("enter invoicing.purchases.inbox.FolderInbox.acknowledge"),
    ),
    Point(
        "supplier half rejected", "worker", "inbox", "the access point has the reason, not that it is over",
        at("enter invoicing.purchases.inbox.FolderInbox.reject", "enter pathlib.Path.replace"), daily=False,
    ),
    Point(
        "answer prepared", "worker", "answer", "leased; the network was not called",
        at("enter invoicing.purchases.services.answering._call"), daily=False,
    ),
    Point(
        "answer given", "worker", "answer", "the network knows; nothing is recorded",
        at("leave invoicing.purchases.services.answering._call"),
    ),
    Point(
        "answer late", "worker", "answer", "the network knows; another carrier was faster",
        at("leave invoicing.purchases.services.answering._call"), how="hold", daily=False,
    ),
    Point(
        "return prepared", "worker", "vat return", "leased; the tax office was not called",
        at("enter invoicing.vatreturns.services.filing._call"), daily=False,
    ),
    Point(
        "return handed over", "worker", "vat return", "the tax office has it; nothing is recorded",
        at("leave invoicing.vatreturns.services.filing._call"),
    ),
    Point(
        "return late", "worker", "vat return", "the tax office has it; another carrier was faster",
        at("leave invoicing.vatreturns.services.filing._call"), how="hold", daily=False,
    ),
    Point(
        "return half accepted", "worker", "vat return", "its payment is asked for, nothing is committed",
        at("leave invoicing.vatreturns.services.payments.ask_payment", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "return not told", "worker", "vat return", "accepted, its payment asked for; nobody was told",
        at("leave invoicing.vatreturns.services.payments.ask_payment", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "dues half raised", "worker", "dues", "one due is computed, nothing is written",
        at("leave ledger.treasury.dues.services.raising._due"), daily=False,
    ),
    Point(
        "dues not committed", "worker", "dues", "dues are written, not committed",
        at("leave ledger.treasury.dues.services.raising.raise_dues", f"enter {COMMIT}"),
    ),
    Point(
        "dues not told", "worker", "dues", "dues are raised; nobody was told",
        at("leave ledger.treasury.dues.services.raising.raise_dues", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "folder half read", "worker", "folder", "some lines of a file are posted",
        at("leave ledger.treasury.services.lines.post_lines"), daily=False,
    ),
    Point(
        "folder not emptied", "worker", "folder", "a file is entered and lies where it was",
        at("enter ledger.treasury.watched._move"),
    ),
    Point(
        "folder between two", "worker", "folder", "one file is entered and put away, the other not looked at",
        at("leave ledger.treasury.watched._move"), daily=False,
    ),
    Point(
        "file half refused", "worker", "folder", "its reason is written, the file lies where it was",
        at("leave ledger.treasury.watched._explain"),
    ),
    Point(
        "file refused", "worker", "folder", "the file is put away",
        at("leave ledger.treasury.watched._move", "leave ledger.treasury.watched._move"), daily=False,
    ),
    Point(
        "batch half released", "web", "release", "the entries are posted, the file is not written",
        at(f"enter {RELEASE}", "leave ledger.services.posting.post_entries"),
    ),
    Point(
        "batch without commit", "web", "release", "the payment file is on disk, nothing is committed",
        at(f"enter {RELEASE}", f"enter {COMMIT}"),
    ),
    Point(
        "statement half read", "web", "statement", "some of its lines are posted",
        at("leave ledger.treasury.services.lines.post_lines"),
    ),
    Point(
        "database gone under web", "database connection", "issue", "the invoice is written, not committed",
        at("leave invoicing.services.issuing.issue_invoice"), how="cut",
    ),
    Point(
        "database gone under a worker", "database connection", "deliver", "the handlers have run, not marked",
        at("leave core.webhooks.services.tell"), how="cut",
    ),
    Point(
        "database gone under a document", "database connection", "render", "the document is made, not stored",
        at("enter core.files.store_file"), how="cut",
    ),
    Point(
        "database gone under the relay", "database connection", "relay", "messages are being marked",
        at("enter core.outbox.relay_once"), how="cut",
    ),
)  # fmt: skip
"""In the order of the way of an act through the house."""

BACKUP_POINTS = (
    Point(
        "backup before the dump", "backup", "backup", "the snapshot is taken, nothing is written",
        at("enter core.backup.programs.run"),
    ),
    Point(
        "backup without manifest", "backup", "backup", "dump and files are written",
        at("enter core.backup.manifest.Manifest.write"),
    ),
    Point(
        "backup without name", "backup", "backup", "all is written, under the name of an unfinished one",
        at("leave core.backup.manifest.Manifest.write"),
    ),
    Point(
        "backup not noted", "backup", "backup", "it is whole; nobody was told, no old one is removed",
        at("enter core.backup.take._note"),
    ),
    Point(
        "backup removing an old one", "backup", "backup", "the old one has lost its name, not its files",
        at("enter core.backup.take._note", "enter shutil.rmtree"),
    ),
)  # fmt: skip
"""Of the nightly backup."""

WHOLE = {
    "database server": ("database before commit", "database after commit"),
    "broker": ("broker with messages",),
    "the product": ("web", "worker", "documents", "beat", "relay", "manage.py run"),
}
"""Servers and processes that are killed as a whole, in the long tests."""
