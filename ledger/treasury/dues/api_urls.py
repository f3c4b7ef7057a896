"""REST doors of dues."""

from django.urls import path

from ledger.treasury.dues import api

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
]
