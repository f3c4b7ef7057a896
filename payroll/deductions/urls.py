"""Pages of deductions."""

from django.urls import path

from payroll.deductions.views import advances, seizures

app_name = "deductions"
urlpatterns = [
    path("saisies/", seizures.seizures, name="seizures"),
    path("travailleurs/<uuid:pk>/saisie/", seizures.enter, name="enter_seizure"),
    path("saisies/<uuid:pk>/", seizures.seizure, name="seizure"),
    path("saisies/<uuid:pk>/document/", seizures.paper, name="paper"),
    path("saisies/<uuid:pk>/accord/", seizures.agree, name="agree_seizure"),
    path("saisies/<uuid:pk>/suspension/", seizures.suspend, name="suspend"),
    path("saisies/<uuid:pk>/reprise/", seizures.resume, name="resume"),
    path("saisies/<uuid:pk>/mainlevee/", seizures.lift, name="lift"),
    path("saisies/<uuid:pk>/compte/", seizures.creditor, name="creditor"),
    path("avances/", advances.advances, name="advances"),
    path("avances/nouvelle/", advances.ask, name="ask"),
    path("travailleurs/<uuid:pk>/avance/", advances.enter, name="enter_advance"),
    path("avances/<uuid:pk>/", advances.advance, name="advance"),
    path("avances/<uuid:pk>/accord/", advances.agree, name="agree_advance"),
    path("avances/<uuid:pk>/refus/", advances.refuse, name="refuse"),
    path("avances/<uuid:pk>/retrait/", advances.withdraw, name="withdraw"),
    path("avances/<uuid:pk>/abandon/", advances.write_off, name="write_off"),
]
