"""Pages of a cooperative."""

from django.urls import path

from core.accounts import views

app_name = "accounts"
urlpatterns = [path("acces-refuses/", views.denied, name="denied")]
