"""Pages of recurring invoices."""

from django.urls import path

from invoicing.recurring import views

app_name = "recurring"
urlpatterns = [
    path("factures/recurrentes/", views.templates, name="templates"),
    path("factures/recurrentes/nouvelle/", views.new, name="new"),
    path("factures/recurrentes/<uuid:pk>/", views.template, name="template"),
    path("factures/recurrentes/<uuid:pk>/modifier/", views.edit, name="edit"),
    path("factures/recurrentes/<uuid:pk>/prix/", views.new_price, name="new_price"),
    path("factures/recurrentes/<uuid:pk>/pause/", views.pause, name="pause"),
    path("factures/recurrentes/<uuid:pk>/reprise/", views.resume, name="resume"),
    path("factures/recurrentes/<uuid:pk>/fin/", views.end, name="end"),
    path("factures/recurrentes/<uuid:pk>/<int:index>/reessayer/", views.retry, name="retry"),
    path("factures/recurrentes/<uuid:pk>/<int:index>/omettre/", views.leave_out, name="leave_out"),
]
