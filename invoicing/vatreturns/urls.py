"""Pages of VAT returns."""

from django.urls import path

from invoicing.vatreturns import views

app_name = "vatreturns"
urlpatterns = [
    path("vat/", views.returns, name="returns"),
    path("vat/<uuid:pk>/grid/<str:grid>/", views.grid, name="grid"),
    path("vat/<uuid:pk>/file/", views.file, name="file"),
    path("vat/<uuid:pk>/approve/", views.approve, name="approve"),
    path("vat/<uuid:pk>/submit/", views.submit, name="submit"),
    path("vat/<uuid:pk>/answer/", views.answer, name="answer"),
    path("vat/<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("vat/<slug:entity>/<str:period>/<slug:paper>/", views.paper, name="paper"),
]
