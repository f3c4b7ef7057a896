"""REST doors of dues."""

from django.urls import path

from ledger.treasury.dues import api, body_api

app_name = "dues-api"
urlpatterns = [
    path("dues/", api.Dues.as_view(), name="dues"),
    path("dues/batch/", api.NewDueBatch.as_view(), name="new_batch"),
    path("dues/<uuid:pk>/", api.OneDue.as_view(), name="due"),
    path("dues/<uuid:pk>/agree/", api.AgreeDue.as_view(), name="agree"),
    path("dues/<uuid:pk>/correct/", api.CorrectDue.as_view(), name="correct"),
    path("entity-transfers/", api.Transfers.as_view(), name="transfers"),
    path("entity-transfers/new/", api.NewTransfer.as_view(), name="new_transfer"),
    path("entity-transfers/<uuid:pk>/agree/", api.AgreeTransfer.as_view(), name="agree_transfer"),
    path("entity-transfers/<uuid:pk>/refuse/", api.RefuseTransfer.as_view(), name="refuse_transfer"),
    path("creditor-terms/", body_api.Terms.as_view(), name="terms"),
    path("creditor-terms/new/", body_api.NewTerms.as_view(), name="new_terms"),
    path("body-statements/", body_api.BodyStatements.as_view(), name="statements"),
    path("body-statements/new/", body_api.NewBodyStatement.as_view(), name="new_statement"),
    path("body-statements/<uuid:pk>/", body_api.OneBodyStatement.as_view(), name="statement"),
    path("body-statements/<uuid:pk>/lines/", body_api.BodyLines.as_view(), name="lines"),
    path("body-lines/<uuid:pk>/explain/", body_api.ExplainLine.as_view(), name="explain"),
    path("body-lines/<uuid:pk>/claim/", body_api.ClaimLine.as_view(), name="claim"),
]
