"""Pages of the books."""

from django.urls import path

from ledger.views import books, by_hand, months, oversight

app_name = "ledger"
urlpatterns = [
    path("livres/", books.books, name="books"),
    path("livres/comptes/<slug:entity>/<slug:code>/", books.account, name="account"),
    path("livres/journaux/", books.journal, name="journal"),
    path("livres/ecritures/<uuid:pk>/", books.entry, name="entry"),
    path("livres/ecritures/<uuid:pk>/extourner/", by_hand.reverse_entry, name="reverse_entry"),
    path("livres/fonds/", books.funds, name="funds"),
    path("livres/mois/", months.periods, name="periods"),
    path("livres/mois/<slug:entity>/<int:year>/<int:month>/", months.period, name="period"),
    path("livres/manuelles/", by_hand.manual_entries, name="manual_entries"),
    path("livres/manuelles/nouvelle/", by_hand.new_manual_entry, name="new_manual_entry"),
    path("livres/manuelles/<uuid:pk>/", by_hand.manual_entry, name="manual_entry"),
    path("livres/manuelles/<uuid:pk>/approuver/", by_hand.approve_manual_entry, name="approve_manual_entry"),
    path("livres/manuelles/<uuid:pk>/refuser/", by_hand.refuse_manual_entry, name="refuse_manual_entry"),
    path("livres/manuelles/<uuid:pk>/retirer/", by_hand.withdraw_manual_entry, name="withdraw_manual_entry"),
    path("livres/manuelles/<uuid:pk>/piece/", by_hand.manual_receipt, name="manual_receipt"),
    path("livres/controles/", oversight.checks, name="checks"),
    path("livres/controles/maintenant/", oversight.check_now, name="check_now"),
    path("livres/controles/sceller/", oversight.seal_now, name="seal_now"),
    path("livres/exports/", oversight.exports, name="exports"),
    path("livres/exports/<uuid:pk>/fichier/", oversight.export_file, name="export_file"),
]
