"""REST doors of balances that stay."""

from django.urls import path

from payroll.balances import api

app_name = "balances-api"
urlpatterns = [
    path("pay-balances/", api.Balances.as_view(), name="balances"),
    path("pay-balances/<uuid:pk>/", api.OneBalance.as_view(), name="balance"),
    path("pay-balances/<uuid:pk>/ask/", api.AskBack.as_view(), name="ask"),
    path("pay-balances/<uuid:pk>/wait/", api.WaitFor.as_view(), name="wait"),
    path("pay-balances/<uuid:pk>/propose/", api.ProposeWriteOff.as_view(), name="propose"),
    path("pay-balances/<uuid:pk>/write-off/", api.WriteOff.as_view(), name="write_off"),
    path("pay-balances/<uuid:pk>/refuse/", api.RefuseWriteOff.as_view(), name="refuse"),
]
