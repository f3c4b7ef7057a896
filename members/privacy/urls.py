"""Pages about one's own data, and of data protection."""

from django.urls import path

from members.privacy import views

app_name = "privacy"
urlpatterns = [
    path("mes-donnees/", views.my_data, name="my_data"),
    path("mes-donnees/demander/", views.ask, name="ask"),
    path("mes-donnees/<uuid:pk>/copie/", views.copy, name="copy"),
    path("donnees-personnelles/", views.register, name="register"),
    path("donnees-personnelles/<uuid:pk>/repondre/", views.answer, name="answer"),
]
