"""Pages of webhooks."""

from django.urls import path

from core.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("webhooks/", views.endpoints, name="endpoints"),
    path("webhooks/nouveau/", views.new_endpoint, name="new_endpoint"),
    path("webhooks/<uuid:pk>/", views.endpoint, name="endpoint"),
    path("webhooks/livraisons/<uuid:pk>/", views.delivery, name="delivery"),
    path("webhooks/<uuid:pk>/modifier/", views.edit_endpoint, name="edit_endpoint"),
    path("webhooks/<uuid:pk>/acte/", views.act, name="act"),
]
