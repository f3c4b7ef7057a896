"""The UI kit, a module per kind of thing; `{% load ui %}` brings all of it to templates."""
