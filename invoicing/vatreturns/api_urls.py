"""REST doors of VAT returns."""

from django.urls import path

from invoicing.vatreturns import api

app_name = "vatreturns-api"
urlpatterns = [
    path("vat-returns/", api.VatReturns.as_view(), name="returns"),
    path("vat-returns/prepare/", api.PrepareVatReturn.as_view(), name="prepare"),
    path("vat-returns/<uuid:pk>/", api.OneVatReturn.as_view(), name="return"),
    path("vat-returns/<uuid:pk>/grids/<str:grid>/", api.VatReturnFigures.as_view(), name="figures"),
    path("vat-returns/<uuid:pk>/clients/", api.VatReturnClients.as_view(), name="clients"),
    path("vat-returns/<uuid:pk>/file/", api.VatReturnFile.as_view(), name="file"),
    path("vat-returns/<uuid:pk>/approve/", api.ApproveVatReturn.as_view(), name="approve"),
    path("vat-returns/<uuid:pk>/submit/", api.SubmitVatReturn.as_view(), name="submit"),
    path("vat-returns/<uuid:pk>/answer/", api.AnswerVatReturn.as_view(), name="answer"),
    path("vat-returns/<uuid:pk>/reopen/", api.ReopenVatReturn.as_view(), name="reopen"),
]
