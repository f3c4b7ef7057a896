"""REST doors of invoicing."""

from django.urls import path

from invoicing import api

app_name = "invoicing-api"
urlpatterns = [
    path("clients/", api.Clients.as_view(), name="clients"),
    path("clients/bulk/", api.ManyClients.as_view(), name="many_clients"),
    path("clients/<uuid:pk>/", api.OneClient.as_view(), name="client"),
    path("invoices/", api.Invoices.as_view(), name="invoices"),
    path("invoices/bulk/", api.ManyInvoices.as_view(), name="many_invoices"),
    path("invoices/<uuid:pk>/", api.OneInvoice.as_view(), name="invoice"),
    path("invoices/<uuid:pk>/issue/", api.Issue.as_view(), name="issue"),
    path("invoices/<uuid:pk>/credit/", api.Credit.as_view(), name="credit"),
    path("invoices/<uuid:pk>/send/", api.Send.as_view(), name="send"),
    path("invoices/<uuid:pk>/dispute/", api.Dispute.as_view(), name="dispute"),
    path("invoices/<uuid:pk>/resume/", api.Resume.as_view(), name="resume"),
]
