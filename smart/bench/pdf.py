"""How many payslips a second become PDF: by one process, and by one per core."""

from __future__ import annotations

import io
import os
import statistics
import time
from typing import Any

import pikepdf

from core.bench import CONTEXT, in_parallel, register_subject
from payroll.documents import payslip_pdf
from payroll.engine.types import WorkerType
from smart.bench.payslips import sample_payslip

ROWS = 15
"""Contracts of the payslip that is measured."""

SIZES = (1, 10, ROWS, 40)
KINDS = (WorkerType.EMPLOYEE, WorkerType.ARTISTIC)


def bench_pdf(seconds: float, count: int = 200) -> dict[str, Any]:
    """Payslips of 15 contracts per second, made by one worker and by one per core; pages, bytes, and the
    milliseconds of other sizes. `count` are made by all workers, half of a worker's share by one alone;
    `seconds` is not used.
    """
    del seconds
    cores = os.cpu_count() or 1
    made = [payslip_pdf(sample_payslip(ROWS, language, KINDS), language) for language in ("fr", "nl")]
    one, every = max(1, count // (2 * cores)), max(1, count // cores)
    return {
        "cores": cores,
        "load": f"{os.getloadavg()[0]:.1f}",
        "rows": ROWS,
        "count": every * cores,
        "per_second_one_worker": f"{_rate(1, one):.2f}",
        "workers": cores,
        "per_second_all_workers": f"{_rate(cores, every):.2f}",
        "pages": max(len(pikepdf.open(io.BytesIO(content)).pages) for content in made),
        "bytes": round(statistics.mean(len(content) for content in made)),
        "milliseconds_by_rows": {str(size): round(_milliseconds(size)) for size in SIZES},
    }


def _rate(workers: int, each: int) -> float:
    """Payslips per second of so many processes, each of which has its fonts and its stylesheet by then."""
    barrier, answers = CONTEXT.Barrier(workers), CONTEXT.Queue()
    slip = sample_payslip(ROWS, "fr", KINDS)

    def body(_worker: int) -> None:
        payslip_pdf(slip, "fr")
        barrier.wait()
        start = time.perf_counter()
        for _ in range(each):
            payslip_pdf(slip, "fr")
        answers.put(time.perf_counter() - start)

    in_parallel(body, workers)
    slowest: float = max(answers.get(timeout=60) for _ in range(workers))
    return workers * each / slowest


def _milliseconds(rows: int) -> float:
    slip = sample_payslip(rows, "fr", KINDS)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        payslip_pdf(slip, "fr")
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


register_subject("pdf", bench_pdf)
