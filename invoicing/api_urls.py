"""REST doors of invoicing."""

from django.urls import path

from invoicing.api import clients, credits, invoices

app_name = "invoicing-api"
urlpatterns = [
    path("clients/", clients.Clients.as_view(), name="clients"),
    path("clients/bulk/", clients.ManyClients.as_view(), name="many_clients"),
    path("client-credits/", credits.Credits.as_view(), name="credits"),
    path("client-credits/<uuid:pk>/refund/", credits.Refund.as_view(), name="refund"),
    path("client-credits/<uuid:pk>/set-off/", credits.SetOff.as_view(), name="set_off"),
    path("client-refunds/", credits.Refunds.as_view(), name="refunds"),
    path("client-refunds/<uuid:pk>/cancel/", credits.Cancel.as_view(), name="cancel_refund"),
    path("clients/duplicates/", clients.Duplicates.as_view(), name="duplicates"),
    path("clients/<uuid:pk>/", clients.OneClient.as_view(), name="client"),
    path(
        "clients/<uuid:pk>/check-addresses/", clients.CheckAddresses.as_view(), name="client_check_addresses"
    ),
    path("clients/<uuid:pk>/contacts/", clients.Contacts.as_view(), name="contacts"),
    path("clients/<uuid:pk>/vat-advice/", clients.Advice.as_view(), name="vat_advice"),
    path("clients/<uuid:pk>/merge/", clients.MergeClients.as_view(), name="merge"),
    path("clients/<uuid:pk>/tell-apart/", clients.TellApart.as_view(), name="tell_apart"),
    path("clients/<uuid:pk>/member/", clients.LinkMember.as_view(), name="link_member"),
    path("contacts/<uuid:pk>/", clients.OneContact.as_view(), name="contact"),
    path("invoices/", invoices.Invoices.as_view(), name="invoices"),
    path("invoices/bulk/", invoices.ManyInvoices.as_view(), name="many_invoices"),
    path("invoices/<uuid:pk>/", invoices.OneInvoice.as_view(), name="invoice"),
    path("invoices/advances/", invoices.Advances.as_view(), name="advances"),
    path("invoices/<uuid:pk>/duplicate/", invoices.Duplicate.as_view(), name="duplicate"),
    path("invoices/<uuid:pk>/attachments/", invoices.Attachments.as_view(), name="attachments"),
    path("attachments/<uuid:pk>/", invoices.OneAttachment.as_view(), name="attachment"),
    path("invoices/<uuid:pk>/issue/", invoices.Issue.as_view(), name="issue"),
    path("invoices/<uuid:pk>/credit/", invoices.Credit.as_view(), name="credit"),
    path("invoices/<uuid:pk>/send/", invoices.Send.as_view(), name="send"),
]
