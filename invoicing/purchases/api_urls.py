"""REST doors of purchases."""

from django.urls import path

from invoicing.purchases import answer_api, api, part_api

app_name = "purchases-api"
urlpatterns = [
    path("purchases/", api.Purchases.as_view(), name="purchases"),
    path("purchases/receive/", api.Receive.as_view(), name="receive"),
    path("purchases/paper/", answer_api.Paper.as_view(), name="paper"),
    path("purchases/<uuid:pk>/give-back/", answer_api.GiveBack.as_view(), name="give_back"),
    path("purchases/<uuid:pk>/send-back/", answer_api.SendBack.as_view(), name="send_back"),
    path("purchases/<uuid:pk>/account/", answer_api.NameAccount.as_view(), name="account"),
    path("purchases/<uuid:pk>/", api.OnePurchase.as_view(), name="purchase"),
    path("purchases/<uuid:pk>/original/", api.Original.as_view(), name="original"),
    path("purchases/<uuid:pk>/assign/", api.Assign.as_view(), name="assign"),
    path("purchases/<uuid:pk>/split/", part_api.Split.as_view(), name="split"),
    path("purchases/<uuid:pk>/accept/", api.Accept.as_view(), name="accept"),
    path("purchases/<uuid:pk>/approve/", api.Approve.as_view(), name="approve"),
    path("purchases/<uuid:pk>/refuse/", api.Refuse.as_view(), name="refuse"),
    path("purchases/<uuid:pk>/override/", api.Override.as_view(), name="override"),
    path("suppliers/", api.Suppliers.as_view(), name="suppliers"),
    path("supplier-accounts/<uuid:pk>/confirm/", api.ConfirmAccount.as_view(), name="confirm"),
]
