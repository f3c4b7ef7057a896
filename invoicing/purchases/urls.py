"""Pages of purchases."""

from django.urls import path

from invoicing.purchases import part_views, supplier_views, views

app_name = "purchases"
urlpatterns = [
    path("achats/", views.purchases, name="purchases"),
    path("achats/deposer/", views.upload, name="upload"),
    path("achats/papier/", views.paper, name="paper"),
    path("achats/<uuid:pk>/", views.purchase, name="purchase"),
    path("achats/<uuid:pk>/original/", views.original, name="original"),
    path("achats/<uuid:pk>/attribuer/", views.assign, name="assign"),
    path("achats/<uuid:pk>/repartir/", part_views.split, name="split"),
    path("achats/<uuid:pk>/rendre/", views.give_back, name="give_back"),
    path("achats/<uuid:pk>/compte/", views.account, name="account"),
    path("achats/<uuid:pk>/accepter/", views.accept, name="accept"),
    path("achats/<uuid:pk>/accord/", views.approve, name="approve"),
    path("achats/<uuid:pk>/renvoyer/", views.send_back, name="send_back"),
    path("achats/<uuid:pk>/refuser/", views.refuse, name="refuse"),
    path("achats/<uuid:pk>/admettre/", views.override, name="override"),
    path("achats/pieces/<uuid:pk>/", views.attachment, name="attachment"),
    path("fournisseurs/", supplier_views.suppliers, name="suppliers"),
    path("fournisseurs/<uuid:pk>/", supplier_views.supplier, name="supplier"),
    path("fournisseurs/comptes/<uuid:pk>/confirmer/", supplier_views.confirm, name="confirm"),
]
