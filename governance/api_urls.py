"""REST doors of governance."""

from django.urls import path

from governance import api

app_name = "governance-api"
urlpatterns = [
    path("shares/", api.MyShares.as_view(), name="shares"),
    path("share-subscriptions/", api.Subscriptions.as_view(), name="subscriptions"),
    path("register/", api.Register.as_view(), name="register"),
]
