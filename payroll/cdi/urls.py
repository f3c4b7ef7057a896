"""Pages of open-ended contracts."""

from django.urls import path

from payroll.cdi.views import absences, contracts, proposals

app_name = "cdi"
urlpatterns = [
    path("cdi/", contracts.contracts, name="contracts"),
    path("cdi/proposition/", proposals.propose, name="propose"),
    path("cdi/propositions/<uuid:pk>/", proposals.proposal, name="proposal"),
    path("cdi/propositions/<uuid:pk>/accepter/", proposals.agree, name="agree"),
    path("cdi/propositions/<uuid:pk>/refuser/", proposals.refuse, name="refuse"),
    path("cdi/absences/", absences.calendar, name="calendar"),
    path("cdi/absences/<uuid:pk>/", absences.absence, name="absence"),
    path("cdi/absences/<uuid:pk>/decision/", absences.decide, name="decide"),
    path("cdi/absences/<uuid:pk>/certificat/", absences.certificate, name="certificate"),
    path("cdi/absences/<uuid:pk>/certificat/fichier/", absences.certificate_file, name="certificate_file"),
    path("cdi/mois/<uuid:pk>/avance/", contracts.lend, name="lend"),
    path("cdi/primes/<uuid:pk>/", contracts.allowance, name="allowance"),
    path("cdi/<uuid:pk>/", contracts.contract, name="contract"),
    path("cdi/<uuid:pk>/absence/", absences.ask, name="ask_absence"),
    path("cdi/<uuid:pk>/conges/", contracts.holiday, name="holiday"),
    path("cdi/<uuid:pk>/prime/", contracts.pay_allowance, name="pay_allowance"),
    path("cdi/<uuid:pk>/fin/", contracts.end, name="end"),
]
