"""REST doors of the books."""

from django.urls import path

from ledger import api

app_name = "ledger-api"
urlpatterns = [
    path("trial-balance/", api.TrialBalance.as_view(), name="trial_balance"),
    path("funds/", api.Funds.as_view(), name="funds"),
    path("accounts/<slug:entity>/<slug:code>/lines/", api.AccountLines.as_view(), name="account_lines"),
    path("journal-entries/", api.JournalEntries.as_view(), name="entries"),
    path("journal-entries/<uuid:pk>/", api.OneEntry.as_view(), name="entry"),
    path("journal-entries/<uuid:pk>/undo/", api.UndoEntry.as_view(), name="undo_entry"),
    path("periods/", api.Periods.as_view(), name="periods"),
    path("periods/checklist/", api.ClosingList.as_view(), name="checklist"),
    path("periods/close/", api.ClosePeriod.as_view(), name="close_period"),
    path("manual-entries/", api.ManualEntries.as_view(), name="manual_entries"),
    path("manual-entries/new/", api.NewManualEntry.as_view(), name="new_manual_entry"),
    path("manual-entries/<uuid:pk>/", api.OneManualEntry.as_view(), name="manual_entry"),
    path("manual-entries/<uuid:pk>/approve/", api.ApproveManualEntry.as_view(), name="approve_manual_entry"),
    path("manual-entries/<uuid:pk>/refuse/", api.RefuseManualEntry.as_view(), name="refuse_manual_entry"),
    path(
        "manual-entries/<uuid:pk>/withdraw/", api.WithdrawManualEntry.as_view(), name="withdraw_manual_entry"
    ),
    path("seals/", api.Seals.as_view(), name="seals"),
    path("books-checks/", api.Checks.as_view(), name="checks"),
    path("audit-exports/", api.Exports.as_view(), name="exports"),
    path("audit-exports/new/", api.NewExport.as_view(), name="new_export"),
    path("audit-exports/<uuid:pk>/file/", api.ExportFile.as_view(), name="export_file"),
]
