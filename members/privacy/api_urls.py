"""REST doors about one's own data."""

from django.urls import path

from members.privacy import api

app_name = "privacy-api"
urlpatterns = [path("privacy-requests/", api.Requests.as_view(), name="requests")]
