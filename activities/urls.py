"""Pages of Activities."""

from django.urls import path

from activities import views

app_name = "activities"
urlpatterns = [
    path("activites/", views.home, name="home"),
    path("activites/nouvelle/", views.new, name="new"),
    path("activites/<uuid:pk>/", views.activity, name="activity"),
    path("activites/<uuid:pk>/accord/", views.approve, name="approve"),
    path("activites/<uuid:pk>/refus/", views.refuse, name="refuse"),
    path("activites/<uuid:pk>/fermer/", views.close, name="close"),
    path("frais/nouveau/", views.new_expense, name="new_expense"),
    path("frais/<uuid:pk>/", views.expense, name="expense"),
    path("frais/<uuid:pk>/recu/", views.receipt, name="receipt"),
    path("frais/<uuid:pk>/accord/", views.approve_expense, name="approve_expense"),
    path("frais/<uuid:pk>/refus/", views.refuse_expense, name="refuse_expense"),
    path("validation/", views.validation, name="validation"),
]
