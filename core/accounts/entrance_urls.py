"""Pages of one's own account, outside every cooperative; they stand before those of allauth."""

from django.urls import path

from core.accounts import views

urlpatterns = [
    path("second-facteur/", views.second_factor_page, name="accounts_second_factor"),
    path("second-facteur/suite/", views.go_on, name="accounts_go_on"),
    path("connexions/", views.sessions, name="accounts_sessions"),
    path("connexions/<int:number>/fin/", views.end_session, name="accounts_end_session"),
    path("connexions/autres/fin/", views.end_others, name="accounts_end_others"),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("2fa/webauthn/keys/<int:pk>/remove/", views.remove_key, name="mfa_remove_webauthn"),
]
