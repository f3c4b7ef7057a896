"""Pages of quotes and orders, and the page that clients open by their link."""

from django.urls import path

from invoicing.quotes.views import client, editor, lists, orders, quote

app_name = "quotes"
urlpatterns = [
    path("devis/", lists.quotes, name="quotes"),
    path("devis/nouveau/", editor.new, name="new"),
    path("devis/<uuid:pk>/", quote.quote, name="quote"),
    path("devis/<uuid:pk>/modifier/", editor.edit, name="edit"),
    path("devis/<uuid:pk>/supprimer/", editor.delete, name="delete"),
    path("devis/<uuid:pk>/fichiers/", editor.attach, name="attach"),
    path("devis/<uuid:pk>/fichiers/retirer/", editor.detach, name="detach"),
    path("devis/<uuid:pk>/envoyer/", quote.send, name="send"),
    path("devis/<uuid:pk>/renvoyer/", quote.resend, name="resend"),
    path("devis/<uuid:pk>/retirer/", quote.withdraw, name="withdraw"),
    path("devis/<uuid:pk>/nouvelle-version/", quote.revise, name="revise"),
    path("devis/<uuid:pk>/liens/", quote.revoke, name="revoke"),
    path("devis/<uuid:pk>/reponse/", quote.note_answer, name="note_answer"),
    path("devis/<uuid:pk>/commander/", orders.order_quote, name="order_quote"),
    path("devis/versions/<uuid:pk>/pdf/", quote.document, name="document"),
    path("commandes/", lists.orders, name="orders"),
    path("commandes/<uuid:pk>/", orders.order, name="order"),
    path("commandes/<uuid:pk>/modifier/", orders.edit, name="edit_order"),
    path("commandes/<uuid:pk>/facturer/", orders.invoice, name="invoice_order"),
    path("commandes/<uuid:pk>/supplement/", orders.supplement, name="supplement"),
    path("commandes/<uuid:pk>/cloturer/", orders.close, name="close_order"),
    path("offre/<str:token>/", client.offer, name="offer"),
    path("offre/<str:token>/accepter/", client.accept, name="accept"),
    path("offre/<str:token>/refuser/", client.refuse, name="refuse"),
    path("offre/<str:token>/pdf/", client.pdf, name="offer_pdf"),
    path("offre/<str:token>/fichiers/<int:place>/", client.file, name="offer_file"),
]
