"""States between migrations: little work, the same models."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations import operations
from django.db.migrations.state import ProjectState

from core.schema import light_states

HOUSE = operations.CreateModel("House", [("id", models.AutoField(primary_key=True))])
ROOM = operations.CreateModel(
    "Room",
    [
        ("id", models.AutoField(primary_key=True)),
        ("house", models.ForeignKey("core.House", models.CASCADE, related_name="rooms")),
        ("size", models.IntegerField()),
    ],
    options={"indexes": [], "constraints": []},
)
AFTER = (
    operations.AddIndex("room", models.Index(fields=["size"], name="room_size")),
    operations.AddConstraint(
        "room", models.CheckConstraint(condition=models.Q(size__gt=0), name="room_some")
    ),
    operations.AddField("house", "name", models.CharField(max_length=9, default="")),
    operations.AddField(
        "room", "beside", models.ForeignKey("core.Room", models.CASCADE, null=True, related_name="next_ones")
    ),
    operations.AddField("house", "hall", models.ForeignKey("core.Room", models.CASCADE, null=True)),
    operations.AlterField("house", "id", models.BigAutoField(primary_key=True)),
    operations.RemoveField("house", "name"),
    operations.AddField("room", "number", models.IntegerField(default=1), preserve_default=False),
)


def walked() -> Any:
    """The registry of models after all operations, each applied to a state that is rendered already."""
    state = ProjectState()
    for operation in (HOUSE, ROOM, *AFTER):
        assert state.apps is not None
        operation.state_forwards("core", state)
    return state


def test_light_states_hold_the_same_models_as_usual_ones() -> None:
    usual = walked()
    with light_states():
        light = walked()

    assert light == usual
    for name in ("House", "Room"):
        one, other = (state.apps.get_model("core", name)._meta for state in (light, usual))
        assert {field.name for field in one.get_fields()} == {field.name for field in other.get_fields()}
        assert [index.name for index in one.indexes] == [index.name for index in other.indexes]
        assert [rule.name for rule in one.constraints] == [rule.name for rule in other.constraints]


def test_python_in_a_migration_sees_every_reference_and_states_are_usual_again() -> None:
    with light_states():
        state = walked()
        state.clear_delayed_apps_cache()
        rooms = state.apps.get_model("core", "House").objects.filter(rooms__size=1)
        assert "core_room" in str(rooms.query)
    assert ProjectState.add_model.__name__ == "add_model"
