"""Every place in a month of pay where a process is killed: those of the month itself, in the order of its
acts, and those of single acts of payroll that `points` has.

Where an act has several, they are played one after the other: whoever dies before the commit leaves nothing,
so the next one does the same again; the last may die behind it.
"""

from __future__ import annotations

from tests.kills.points import COMMIT, POINTS, RELEASE, Point
from tests.kills.stopping import at

SUBMIT = "payroll.services.contracts.submitting.submit_contract"
SUBMITTED = f"leave {SUBMIT}"
SIGNED = "leave payroll.services.contracts.signing.sign_contract"
PLANNED = "leave payroll.cdi.services.salaries.plan_salary_month"
LOST = "leave payroll.unemployment.services.recording.record_unemployment"
CORRECTED = "leave payroll.services.contracts.correcting.correct_month"
BUILDING = "payroll.returns.services.building"
CARRYING = "payroll.returns.services.sending"
CERTIFIED = "leave payroll.workers.services.certificates.write_certificates"
BATCHED = "leave ledger.treasury.services.payouts.create_batch"
PAPERS = "leave payroll.returns.services.papers.issue_papers"
ENDED = "leave payroll.returns.services.ending.end_due_contracts"

MONTH_POINTS = (
    Point(
        "contract reserved", "web", "submit", "its cost is reserved, the office is to be told nothing yet",
        at(f"enter {SUBMIT}", "leave ledger.services.budgets.reserve"),
        daily=False,
    ),
    Point(
        "contract not committed", "web", "submit", "contract and declaration are written, not committed",
        at(SUBMITTED, f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "contract unheard", "web", "submit", "submitted; nobody is rung for to declare it",
        at(SUBMITTED, f"leave {COMMIT}"),
    ),
    Point(
        "signature not committed", "web", "sign", "the worker has signed, nothing is committed",
        at(SIGNED, f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "signature unheard", "web", "sign", "the worker has signed and saw no answer",
        at(SIGNED, f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "salary half planned", "worker", "salary", "a month is set aside, the next one is not",
        at(PLANNED), daily=False,
    ),
    Point(
        "salary not committed", "worker", "salary", "both months are set aside, nothing is committed",
        at(PLANNED, PLANNED, f"enter {COMMIT}"),
    ),
    Point(
        "salary not acknowledged", "worker", "salary", "committed; the house looks at the contract once more",
        at(PLANNED, PLANNED, f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "top-up posted", "web", "day lost", "the top-up is in the books, its days are nowhere",
        at("leave payroll.unemployment.services.recording._post"), daily=False,
    ),
    Point(
        "day lost not committed", "web", "day lost", "days, top-up and its payout are written, not committed",
        at(LOST, f"enter {COMMIT}"),
    ),
    Point(
        "day lost unheard", "web", "day lost", "the day is lost; nobody was answered",
        at(LOST, f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "correction not committed", "web", "count again", "more hours of a month are written, not committed",
        at(CORRECTED, f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "correction unheard", "web", "count again", "more hours wait for settlement; nobody was answered",
        at(CORRECTED, f"leave {COMMIT}"),
    ),
    Point(
        "correction not settled", "worker", "settle again", "the difference is posted, not committed",
        at("leave payroll.services.settlement.acts.settle_months", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "quarter posted", "worker", "close", "the quarter's difference is in the books, no row explains it",
        at("enter payroll.services.quarters.settle_quarters", "leave ledger.services.posting.post_entries"),
    ),
    Point(
        "exit holiday posted", "worker", "close", "an exit holiday is in the books, no payout is asked for",
        at("enter payroll.services.holidays.pay_holidays", "leave ledger.services.posting.post_entries"),
        daily=False,
    ),
    Point(
        "payslips without place", "worker", "close", "payslips are numbered, their parts lie on none",
        at("leave payroll.services.payslips._number"), daily=False,
    ),
    Point(
        "payslip rendered", "documents", "print", "the PDF is made, it is nowhere on disk",
        at("leave payroll.documents.render_payslip"), daily=False,
    ),
    Point(
        "payslip stored", "documents", "print", "the PDF is on disk, its row is not committed",
        at("leave payroll.documents.render_payslip", "leave pathlib.Path.replace", f"enter {COMMIT}"),
        daily=False,
    ),
    Point(
        "payslip not acknowledged", "documents", "print", "PDF and row are there, not acknowledged",
        at("leave payroll.documents.render_payslip", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "year half packed", "documents", "year", "a payslip is read for the zip, no piece is written",
        at("enter core.exports.services._make", "leave core.documents.made_document"), daily=False,
    ),
    Point(
        "year packed", "documents", "year", "the zip is written, nothing is committed",
        at("leave core.exports.services._make", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "year not acknowledged", "documents", "year", "the zip is there, not acknowledged",
        at("leave core.exports.services._make", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "certificates not committed", "worker", "certificates", "certificates are written, not committed",
        at(CERTIFIED, f"enter {COMMIT}"),
    ),
    Point(
        "certificates not acknowledged", "worker", "certificates", "they are there; nobody is rung for",
        at(CERTIFIED, f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "end half told", "worker", "ends", "a worker's paper is written, no form is on its way",
        at(PAPERS), daily=False,
    ),
    Point(
        "ends not committed", "worker", "ends", "papers and forms of all are written, not committed",
        at(ENDED, f"enter {COMMIT}"),
    ),
    Point(
        "ends not rung for", "worker", "ends", "papers and forms are written; nobody carries them",
        at(ENDED, f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "wages not gathered", "web", "batch", "a batch is numbered and filled, not committed",
        at(BATCHED, f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "wages gathered unheard", "web", "batch", "the batch stands; nobody was answered",
        at(BATCHED, f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "wages half released", "web", "release", "debts are settled in the books, there is no payment file",
        at(f"enter {RELEASE}", "leave ledger.services.posting.post_entries"), daily=False,
    ),
    Point(
        "wages not committed", "web", "release", "the payment file is on disk, nothing is committed",
        at(f"enter {RELEASE}", "leave pathlib.Path.replace", f"enter {COMMIT}"),
    ),
    Point(
        "wages released unheard", "web", "release", "released; nobody was answered",
        at(f"leave {RELEASE}", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "declaration of the quarter unheard", "web", "begin return", "begun; no worker is rung for",
        at(f"leave {BUILDING}.build_return", f"leave {COMMIT}"),
    ),
    Point(
        "slice not committed", "worker", "make return", "a slice of workers is read, not committed",
        at(f"leave {BUILDING}.build_slice", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "slices without file", "worker", "make return", "every worker is read, there is no file",
        at(f"enter {BUILDING}.finish_building"), daily=False,
    ),
    Point(
        "file of the quarter", "worker", "make return", "the file is on disk, nothing says so",
        at(f"leave {BUILDING}._write", f"enter {COMMIT}"),
    ),
    Point(
        "made not acknowledged", "worker", "make return", "it is made; the broker does not know",
        at(f"leave {BUILDING}.finish_building", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "quarter not approved", "web", "approve return", "checked and approved, not committed",
        at("leave payroll.returns.services.deciding.approve_return", f"enter {COMMIT}"), daily=False,
    ),
    Point(
        "quarter approved unheard", "web", "approve return", "approved; nobody was answered",
        at("leave payroll.returns.services.deciding.approve_return", f"leave {COMMIT}"), daily=False,
    ),
    Point(
        "quarter not handed over", "worker", "carry return", "leased; the office was not called",
        at(f"enter {CARRYING}._call"), daily=False,
    ),
    Point(
        "quarter handed over", "worker", "carry return", "the office has it; nothing is recorded",
        at(f"leave {CARRYING}._call"),
    ),
    Point(
        "quarter late", "worker", "carry return", "the office has it; another carrier was faster",
        at(f"leave {CARRYING}._call"), how="hold", daily=False,
    ),
    Point(
        "slips not committed", "worker", "slips", "the slips of a year are written, not committed",
        at(PAPERS, f"enter {COMMIT}"),
    ),
    Point(
        "slips not acknowledged", "worker", "slips", "they are written; the broker does not know",
        at(PAPERS, f"leave {COMMIT}"), daily=False,
    ),
)  # fmt: skip
"""In the order of the month, and within an act in the order in which they are played."""

PAY_STORIES = (
    "declare", "settle", "slice", "last slice", "begin month", "approve month", "close", "release",
)  # fmt: skip
"""Acts of payroll that have a story of their own."""

PAY_POINTS = (*(point for point in POINTS if point.story in PAY_STORIES), *MONTH_POINTS)
"""All of payroll."""
