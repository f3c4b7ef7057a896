"""Pages of people."""

from django.urls import path

from members import readings, views

app_name = "members"
urlpatterns = [
    path("rejoindre/", views.join, name="join"),
    path("bienvenue/", views.welcome, name="welcome"),
    path("moi/", views.profile, name="profile"),
    path("moi/modifier/", views.edit_profile, name="edit_profile"),
    path("moi/famille/", views.edit_family, name="edit_family"),
    path("moi/numero-national/", views.give_national_number, name="give_national_number"),
    path("moi/lectures/", readings.readings, name="readings"),
    path("portefeuille/", views.portfolio, name="portfolio"),
    path("portefeuille/ensemble/", views.together, name="together"),
    path("membres/<uuid:pk>/", views.person, name="person"),
    path("membres/<uuid:pk>/notes/", views.write_note, name="write_note"),
    path("membres/<uuid:pk>/numero-national/", views.reveal, name="reveal"),
    path("membres/<uuid:pk>/conseil/", views.assign_adviser, name="assign_adviser"),
    path("politiques/", views.policies, name="policies"),
    path("politiques/nouvelle/", views.new_policy, name="new_policy"),
    path("personnes/", views.people, name="people"),
    path("personnes/<uuid:pk>/roles/", views.roles, name="roles"),
    path("roles/<uuid:pk>/fin/", views.end_role, name="end_role"),
    path("audit/", views.audit, name="audit"),
]
