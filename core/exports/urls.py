"""Pages of lists as files."""

from django.urls import path

from core.exports import views

app_name = "exports"
urlpatterns = [
    path("exports-listes/", views.mine, name="mine"),
    path("exports-listes/<uuid:pk>/", views.export, name="export"),
    path("exports-listes/<uuid:pk>/fichier/", views.file, name="file"),
    path("exports-listes/<str:key>/demander/", views.ask, name="ask"),
]
