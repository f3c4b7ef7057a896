"""Pages of governance."""

from django.urls import path

from governance import views

app_name = "governance"
urlpatterns = [
    path("parts/", views.my_shares, name="my_shares"),
    path("parts/<uuid:pk>/annuler/", views.cancel, name="cancel"),
    path("registre/", views.register, name="register"),
]
