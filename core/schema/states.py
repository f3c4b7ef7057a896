"""States of the models between migrations, kept up with little work.

Django renders a model and everything that refers to it anew at each operation, which in a house of 250 tables
that all refer to one another took minutes, and seconds while people waited behind the lock of the operation
before. Most operations change too little for that: an index or a constraint is a line in the options of one
model, nothing refers to a new model yet, and a new field changes the one model that it is in. What a
migration written in Python reads is always rendered whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED


@contextmanager
def light_states() -> Iterator[None]:
    """Render no more than changed while migrations run."""
    usual = {name: getattr(ProjectState, name) for name in _LIGHT}
    for name, light in _LIGHT.items():
        setattr(ProjectState, name, light)
    try:
        yield
    finally:
        for name, method in usual.items():
            setattr(ProjectState, name, method)


def _append_option(state: Any, app_label: str, model_name: str, option_name: str, added: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], added]
    if "apps" in state.__dict__:
        meta = state.apps.get_model(app_label, model_name)._meta
        setattr(meta, option_name, [*getattr(meta, option_name), added])


def _add_model(state: Any, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model])


def _add_field(
    state: Any, app_label: str, model_name: str, name: str, field: Any, preserve_default: bool
) -> None:
    key = app_label, model_name
    if not preserve_default:
        field = field.clone()
        field.default = NOT_PROVIDED
    state.models[key].fields[name] = field
    if state._relations is not None:
        state.resolve_model_field_relations(key, name, field)
    _reload_model(state, *key, delay=True)


def _reload_model(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
    """delay: nothing changed that those who refer to the model look at; else everything is rendered when it
    is next asked for.
    """
    if "apps" not in state.__dict__:
        return
    if delay:
        state.apps.unregister_model(app_label, model_name)
        state.apps.render_multiple([state.models[app_label, model_name]])
    else:
        _render_anew(state)


def _render_anew(state: Any) -> None:
    """Asked for before Python code runs on a state: it sees every model and every reference, none stale."""
    state.__dict__.pop("apps", None)


_LIGHT = {
    "_append_option": _append_option,
    "add_model": _add_model,
    "add_field": _add_field,
    "reload_model": _reload_model,
    "clear_delayed_apps_cache": _render_anew,
}
