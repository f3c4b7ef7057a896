"""Pages of the guarantee."""

from django.urls import path

from invoicing.guarantee import views

app_name = "guarantee"
urlpatterns = [
    path("exposition/", views.exposure, name="exposure"),
    path("exposition/clients/<uuid:pk>/plafond/", views.limit, name="limit"),
    path("exposition/plafonds/<uuid:pk>/accepter/", views.agree, name="agree"),
    path("exposition/plafonds/<uuid:pk>/refuser/", views.refuse, name="refuse"),
]
