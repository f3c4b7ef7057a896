"""REST doors of quotes and orders."""

from django.urls import path

from invoicing.quotes import api, file_api

app_name = "quotes-api"
urlpatterns = [
    path("quotes/", api.Quotes.as_view(), name="quotes"),
    path("quotes/<uuid:pk>/", api.OneQuote.as_view(), name="quote"),
    path("quotes/<uuid:pk>/files/", file_api.Files.as_view(), name="files"),
    path("quote-files/<uuid:pk>/", file_api.OneFile.as_view(), name="file"),
    path("quotes/<uuid:pk>/send/", api.SendQuote.as_view(), name="send"),
    path("quotes/<uuid:pk>/resend/", api.ResendQuote.as_view(), name="resend"),
    path("quotes/<uuid:pk>/withdraw/", api.WithdrawQuote.as_view(), name="withdraw"),
    path("quotes/<uuid:pk>/revise/", api.ReviseQuote.as_view(), name="revise"),
    path("quotes/<uuid:pk>/revoke-links/", api.RevokeLinks.as_view(), name="revoke"),
    path("quotes/<uuid:pk>/answer/", api.NoteAnswer.as_view(), name="note_answer"),
    path("quotes/<uuid:pk>/order/", api.OrderQuote.as_view(), name="order_quote"),
    path("orders/", api.Orders.as_view(), name="orders"),
    path("orders/<uuid:pk>/", api.OneOrder.as_view(), name="order"),
    path("orders/<uuid:pk>/invoice/", api.InvoiceOrder.as_view(), name="invoice_order"),
    path("orders/<uuid:pk>/supplement/", api.SupplementOrder.as_view(), name="supplement"),
    path("orders/<uuid:pk>/close/", api.CloseOrder.as_view(), name="close_order"),
]
