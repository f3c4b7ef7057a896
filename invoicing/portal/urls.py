"""Pages that clients see, and what staff see of them."""

from django.urls import path

from invoicing.portal.views import account, details, entrance, groups, papers, staff

app_name = "portal"
urlpatterns = [
    path("espace-client/", papers.home, name="home"),
    path("espace-client/connexion/", entrance.sign_in, name="sign_in"),
    path("espace-client/entrer/<str:token>/", entrance.enter, name="enter"),
    path("espace-client/quitter/", entrance.leave, name="leave"),
    path("espace-client/factures/", papers.invoices, name="invoices"),
    path("espace-client/factures/<uuid:pk>/", papers.invoice, name="invoice"),
    path("espace-client/factures/<uuid:pk>/contester/", papers.contest, name="contest"),
    path("espace-client/documents/<uuid:pk>/<str:kind>/", papers.document, name="document"),
    path("espace-client/releve/", account.statement, name="statement"),
    path("espace-client/releve/imprimer/", account.print_statement, name="print_statement"),
    path("espace-client/releve/tableau/", account.statement_table, name="statement_table"),
    path("espace-client/releve/<uuid:pk>/", account.statement_pdf, name="statement_pdf"),
    path("espace-client/par-mois/", groups.groups, name="groups"),
    path("espace-client/par-mois/changer/", groups.switch, name="switch"),
    path("espace-client/par-mois/<uuid:pk>/", groups.group, name="group"),
    path("espace-client/par-mois/<uuid:pk>/pdf/", groups.group_pdf, name="group_pdf"),
    path("espace-client/contrats/", papers.contracts, name="contracts"),
    path("espace-client/coordonnees/", details.details, name="details"),
    path("espace-client/coordonnees/langue/", details.language, name="language"),
    path("espace-client/coordonnees/contact/", details.contact, name="contact"),
    path("espace-client/coordonnees/contact/retirer/", details.forget_contact, name="forget_contact"),
    path("clients/<uuid:pk>/espace-client/", staff.as_client, name="as_client"),
    path("clients/<uuid:pk>/espace-client/lien/", staff.send_link, name="send_link"),
    path("clients/<uuid:pk>/espace-client/fermer/", staff.revoke_links, name="revoke_links"),
    path("clients/<uuid:pk>/espace-client/verifier/", staff.check_addresses, name="check_addresses"),
    path("clients/<uuid:pk>/releve/", staff.statement, name="client_statement"),
    path("clients/<uuid:pk>/par-mois/", staff.switch_grouping, name="switch_grouping"),
]
