"""REST doors of the treasury."""

from django.urls import path

from ledger.treasury import api, desk_api
from ledger.treasury.forecast import api as forecast

app_name = "treasury-api"
urlpatterns = [
    path("forecast/", forecast.ForecastDays.as_view(), name="forecast"),
    path("forecast/flows/", forecast.ForecastFlows.as_view(), name="forecast_flows"),
    path("bank-statements/", api.Statements.as_view(), name="statements"),
    path("bank-statements/import/", api.ImportStatement.as_view(), name="import_statement"),
    path("bank-statements/<uuid:pk>/lines/", api.StatementLines.as_view(), name="statement_lines"),
    path("bank-lines/", api.Lines.as_view(), name="lines"),
    path("bank-lines/accept/", desk_api.Accept.as_view(), name="accept"),
    path("bank-lines/<uuid:pk>/proposals/", desk_api.Proposals.as_view(), name="proposals"),
    path("bank-lines/<uuid:pk>/choose/", desk_api.Choose.as_view(), name="choose"),
    path("line-rules/", desk_api.LineRules.as_view(), name="rules"),
    path("line-rules/new/", desk_api.NewLineRule.as_view(), name="new_rule"),
    path("line-rules/<uuid:pk>/forget/", desk_api.ForgetLineRule.as_view(), name="forget_rule"),
    path("waiting-statements/", desk_api.WaitingStatements.as_view(), name="waiting"),
    path("waiting-statements/<uuid:pk>/forget/", desk_api.ForgetWaiting.as_view(), name="forget_waiting"),
    path("bank-lines/<uuid:pk>/identify/", api.Identify.as_view(), name="identify"),
    path("bank-lines/<uuid:pk>/undo/", api.Undo.as_view(), name="undo"),
    path("payouts/", api.Payouts.as_view(), name="payouts"),
    path("payouts/<uuid:pk>/mend/", api.Mend.as_view(), name="mend"),
    path("payout-batches/", api.Batches.as_view(), name="batches"),
    path("payout-batches/new/", api.NewBatch.as_view(), name="new_batch"),
    path("payout-batches/<uuid:pk>/", api.OneBatch.as_view(), name="batch"),
    path("payout-batches/<uuid:pk>/release/", api.Release.as_view(), name="release"),
    path("payout-batches/<uuid:pk>/cancel/", api.Cancel.as_view(), name="cancel"),
    path("payout-batches/<uuid:pk>/file/", api.BatchFile.as_view(), name="batch_file"),
]
