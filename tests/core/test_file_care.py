"""Rows and files say the same, whatever disks, crashes and strangers do."""

from __future__ import annotations

import json
import os
import threading
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from core import file_care, files
from core.clock import ZONE
from core.file_care import FilesReport, check_files, last_report
from core.files import FileGone, path_of, read_file, store_file
from core.gauges import files_check_age, files_lost
from core.models import Cooperative, DocumentJob, StoredFile
from core.tasks import check_files_of
from core.tenancy import tenant_scope
from tests.cluster import FreshDatabase

DAY_AND_MORE = timedelta(hours=25)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Own files, and no backup unless a test says so."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_DIR = ""
    return tmp_path / "media"


def keep(content: bytes, *, kind: str = "") -> StoredFile:
    """A stored file, as the document of a kind when one is named."""
    file = store_file(content, name="a.pdf", content_type="application/pdf")
    if kind:
        DocumentJob.objects.create(kind=kind, source_id=uuid4(), state="done", file=file)
    return file


def place_of(file: StoredFile) -> Path:
    return path_of(file.tenant_id or 0, file.sha256)


def make_old(path: Path, by: timedelta = DAY_AND_MORE) -> None:
    moment = (timezone.now() - by).timestamp()
    os.utime(path, (moment, moment), follow_symlinks=False)


def check(cooperative: Cooperative, **options: Any) -> FilesReport:
    return check_files(cooperative, at=timezone.now(), **options)


def told(status: int = 0, *arguments: str) -> dict[str, Any]:
    """What the command answers, with the exit status that it must have."""
    out, ended = StringIO(), 0
    try:
        call_command("files_check", *arguments, "--json", stdout=out)
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == status, out.getvalue()
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_a_whole_house_is_told_so_and_nothing_is_touched(cooperative_be: Cooperative, media: Path) -> None:
    with tenant_scope(cooperative_be):
        place = place_of(keep(b"receipt"))
        keep(b"receipt")  # the same bytes: another row, the same file
        keep(b"payslip", kind="payslip")
    make_old(place)
    answer = told(0, "--repair")["cooperatives"]["be"]
    assert (answer["files"], answer["bytes"], answer["read"]) == (2, 14, 2)
    assert (answer["missing"], answer["damaged"], answer["foreign"], answer["swept"]) == ({}, {}, [], 0)
    assert place.read_bytes() == b"receipt"


def test_what_is_lost_is_told_by_what_it_belongs_to(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        payslip, invoice, loose = (
            keep(b"payslip", kind="payslip"),
            keep(b"invoice", kind="invoice_pdf"),
            keep(b"x"),
        )
    place_of(payslip).unlink()
    place_of(invoice).write_bytes(b"Invoice")  # the same size, another letter
    place_of(loose).write_bytes(b"")
    answer = told(1)["cooperatives"]["be"]
    assert answer["missing"] == {"core.documentjob.payslip": 1}
    assert answer["damaged"] == {"core.documentjob.invoice_pdf": 1, "nobody": 1}
    assert set(answer["lost"]) == {payslip.sha256, invoice.sha256, loose.sha256}
    assert place_of(invoice).read_bytes() == b"Invoice"
    with tenant_scope(cooperative_be):
        assert files_lost() == 3.0
        assert (files_check_age() or -1) >= 0


def test_other_bytes_are_never_given_out_for_the_file(tenant: Cooperative) -> None:
    file = keep(b"invoice")
    place_of(file).write_bytes(b"Invoice")
    with pytest.raises(FileGone):
        read_file(file)
    again = keep(b"invoice")  # the same bytes come in once more and mend it
    assert read_file(again) == read_file(file) == b"invoice"


def test_a_lost_file_is_fetched_back_from_the_newest_backup_that_has_it_whole(
    cooperative_be: Cooperative, settings: Any, tmp_path: Path
) -> None:
    with tenant_scope(cooperative_be):
        gone, spoiled, nowhere = keep(b"gone"), keep(b"spoiled"), keep(b"nowhere")
    settings.BACKUP_DIR = str(tmp_path / "backups")
    for stamp, contents in (
        ("2026-11-19T010000", {gone: b"gone", spoiled: b"spoiled"}),
        ("2026-11-20T010000", {gone: b"rotten", spoiled: b"spoiled"}),
    ):
        folder = tmp_path / "backups" / stamp / "files" / "1"
        folder.mkdir(parents=True)
        for file, content in contents.items():
            (folder / file.sha256).write_bytes(content)
    place_of(gone).unlink()
    place_of(spoiled).write_bytes(b"?")
    place_of(nowhere).unlink()

    answer = told(1, "--repair")["cooperatives"]["be"]
    assert (answer["restored"], answer["missing"], answer["damaged"]) == (2, {"nobody": 1}, {})
    with tenant_scope(cooperative_be):
        assert (read_file(gone), read_file(spoiled)) == (b"gone", b"spoiled")
        with pytest.raises(FileGone):
            read_file(nowhere)


def test_what_a_crashed_upload_left_goes_after_a_day_and_not_before(
    cooperative_be: Cooperative, media: Path
) -> None:
    with tenant_scope(cooperative_be):
        kept, crashed, young = keep(b"kept"), keep(b"crashed"), keep(b"young")
        place, fresh = place_of(crashed), place_of(young)
    part = place.with_name(f"{crashed.sha256}.{'0' * 32}.part")
    part.write_bytes(b"cra")
    # What a transaction that was rolled back leaves: the file without its row.
    with tenant_scope(cooperative_be):
        without_rows = StoredFile.objects.filter(pk=kept.pk)
    for path in (place, part, place_of(kept)):
        make_old(path)
    before = sorted(path for path in media.rglob("*") if path.is_file())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StoredFile, "objects", _Only(without_rows))
        report = check(cooperative_be)
        assert (report.left_over, report.partial, report.swept) == (1, 1, 0)
        after = sorted(path for path in media.rglob("*") if path.is_file() and path.name != file_care.NOTE)
        assert after == before

        report = check(cooperative_be, repair=True)
        assert (report.left_over, report.partial, report.swept) == (1, 1, 2)
    assert not place.exists()
    assert not part.exists()
    assert fresh.exists()
    with tenant_scope(cooperative_be):
        assert read_file(kept) == b"kept"

    # A row that names it after all (another database was set for a while): it comes back.
    report = check(cooperative_be, repair=True)
    assert (report.restored, report.missing) == (1, {})
    with tenant_scope(cooperative_be):
        assert read_file(crashed) == b"crashed"


class _Only:
    """`StoredFile.objects` as if the other rows had never been committed."""

    def __init__(self, rows: Any) -> None:
        self.filter = rows.filter


def test_what_was_put_aside_is_forgotten_after_a_month(cooperative_be: Cooperative, media: Path) -> None:
    aside = media / "1" / file_care.SWEPT
    aside.mkdir(parents=True)
    for name, age in (("a" * 64, timedelta(days=29)), ("b" * 64, timedelta(days=31))):
        (aside / name).write_bytes(b"?")
        make_old(aside / name, age)
    check(cooperative_be)
    assert len(list(aside.iterdir())) == 2
    check(cooperative_be, repair=True)
    assert [path.name for path in aside.iterdir()] == ["a" * 64]


def test_strangers_are_named_and_left_alone(
    cooperative_be: Cooperative, cooperative_fr: Cooperative, media: Path, tmp_path: Path
) -> None:
    with tenant_scope(cooperative_be):
        place = place_of(keep(b"ours"))
    (tmp_path / "elsewhere").write_text("not ours")
    strangers = [
        place.parent / "notes.txt",
        place.parent / ("0" * 64 if place.parent.name != "00" else "1" * 64),
        media / "1" / "old",
        media / "1" / "zz",
    ]
    for path in strangers:
        path.write_text("?")
    link = place.parent / (place.parent.name + "f" * 62)
    link.symlink_to(tmp_path / "elsewhere")
    (media / "9").mkdir()
    for path in (*strangers, link):
        make_old(path)
    answer = told(1, "--repair")
    be = answer["cooperatives"]["be"]
    named = {str(path.relative_to(media / "1")) for path in (*strangers, link)}
    assert set(be["foreign"]) == named
    assert answer["strangers"] == ["9"]
    assert (be["missing"], be["damaged"], be["swept"]) == ({}, {}, 0)
    assert all(path.exists() for path in (*strangers, link))
    assert answer["cooperatives"]["fr"]["foreign"] == []


def test_a_file_of_another_cooperative_does_not_stand_in(
    cooperative_be: Cooperative, cooperative_fr: Cooperative
) -> None:
    with tenant_scope(cooperative_be):
        ours = keep(b"same")
    with tenant_scope(cooperative_fr):
        theirs = keep(b"same")
    place_of(ours).unlink()
    answer = told(1)["cooperatives"]
    assert (answer["be"]["missing"], answer["fr"]["missing"]) == ({"nobody": 1}, {})
    with tenant_scope(cooperative_fr):
        assert read_file(theirs) == b"same"


def test_the_night_reads_in_portions_goes_on_where_it_stopped_and_forgets_no_loss(
    cooperative_be: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenant_scope(cooperative_be):
        stored = [keep(bytes([number])) for number in range(40)]
    spoiled = min(stored, key=lambda file: file.sha256)
    place_of(spoiled).write_bytes(b"?")
    clock = [0.0]

    def tick() -> float:
        clock[0] += 1.0
        return clock[0]

    monkeypatch.setattr(time, "monotonic", tick)
    first = check(cooperative_be, seconds=100.0)
    assert 0 < first.read < 40
    assert first.damaged == {"nobody": 1}
    second = check(cooperative_be, seconds=100.0)
    assert second.next_folder > first.next_folder
    assert second.damaged == {"nobody": 1}, "found in a folder that this night does not read"
    third = check(cooperative_be, seconds=100.0)
    assert first.read + second.read + third.read >= 40


def test_the_nightly_task_keeps_what_it_found(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        place_of(keep(b"lost")).unlink()
    evening = timezone.now().replace(hour=20)
    assert file_care.care_is_due(cooperative_be, at=evening)
    check_files_of(cooperative_be.pk)
    report = last_report(cooperative_be)
    assert report is not None
    assert report.missing == {"nobody": 1}
    ran = report.moment
    noon = (ran + timedelta(hours=20)).replace(hour=12)
    due = {
        hours: file_care.care_is_due(cooperative_be, at=ran + timedelta(hours=hours)) for hours in (1, 11, 27)
    }
    assert due == {1: False, 11: False, 27: True}
    if timedelta(hours=12) < noon - ran < timedelta(hours=26):
        assert not file_care.care_is_due(cooperative_be, at=noon)
        assert file_care.care_is_due(cooperative_be, at=ran + timedelta(hours=25, minutes=59)) is (
            (ran + timedelta(hours=25, minutes=59)).astimezone(ZONE).hour in file_care.NIGHT
        )


# --- while a file is being written -------------------------------------------------------------------------


def test_a_write_that_breaks_off_leaves_nothing_that_looks_like_the_file(
    tenant: Cooperative, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        keep(b"receipt")
    assert not StoredFile.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_writers_of_the_same_bytes_never_show_half_a_file(media: Path) -> None:
    content = os.urandom(2_000_000)
    path = media / "1" / "aa" / ("a" * 64)
    wrong: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            if path.exists():
                size = len(path.read_bytes())
                if size != len(content):
                    wrong.append(size)

    reader = threading.Thread(target=look)
    writers = [threading.Thread(target=files.write_whole, args=(path, content)) for _ in range(6)]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert wrong == []
    assert path.read_bytes() == content
    assert [left.name for left in path.parent.iterdir()] == [path.name]


def test_the_sweep_waits_for_whoever_is_naming_the_file(fresh_database: FreshDatabase, media: Path) -> None:
    """The bytes lie there from a crashed upload of yesterday; now they come in again while the sweep runs."""
    be = Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    content = b"the same receipt"
    with tenant_scope(be):
        kept = keep(content)
        place = place_of(kept)
    left = place.read_bytes()
    digest = kept.sha256
    with fresh_database_owner(fresh_database) as run:
        run("ALTER TABLE core_storedfile DISABLE TRIGGER USER")
        run("DELETE FROM core_storedfile")
        run("ALTER TABLE core_storedfile ENABLE TRIGGER USER")
    make_old(place)

    def work(what: str) -> Any:
        if what == "upload":
            with tenant_scope(be):
                pk = keep(content).pk
                time.sleep(1.5)  # named, not committed
            return pk
        time.sleep(0.5)
        # As if it had been looked at before the upload began: old, and without a row.
        with tenant_scope(be):
            return file_care._sweep(media / "1", digest[:2], {digest}, timezone.now() + DAY_AND_MORE)

    uploaded, swept = fresh_database.in_threads(work, ("upload",), ("sweep",))
    assert uploaded.ok, uploaded.detail
    assert (swept.error, swept.value) == ("", 0)
    with tenant_scope(be):
        assert read_file(StoredFile.objects.get(pk=uploaded.value)) == left


def fresh_database_owner(database: FreshDatabase) -> Any:
    """Statements of `smart_owner`, who alone may take rows away."""
    from contextlib import contextmanager

    from tests.cluster import owner_connect

    @contextmanager
    def opened() -> Any:
        connection = owner_connect(database.cluster, database.name)
        try:
            yield connection.cursor().execute
        finally:
            connection.close()

    return opened()
