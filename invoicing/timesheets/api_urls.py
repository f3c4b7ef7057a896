"""REST doors of hours."""

from django.urls import path

from invoicing.timesheets import api, sheet_api

app_name = "timesheets-api"
urlpatterns = [
    path("hours/", api.Hours.as_view(), name="hours"),
    path("hours/invoice/", api.InvoiceHours.as_view(), name="invoice"),
    path("time-sheets/", sheet_api.Sheets.as_view(), name="sheets"),
    path("time-sheets/<uuid:pk>/", sheet_api.OneSheet.as_view(), name="sheet"),
    path("time-sheets/<uuid:pk>/withdraw/", sheet_api.WithdrawSheet.as_view(), name="withdraw"),
    path("hours/<uuid:pk>/", api.OneEntry.as_view(), name="entry"),
]
