"""Connections, their terms, and the plugins that can be set up."""

from __future__ import annotations

from marshmallow import fields, validate

from jiedao_schemas.api.bills import Both
from jiedao_schemas.api.fields import Body, Shown, anything, choice, day, fen, flag, many, several, whole, words


class NewConnection(Body):
    """A plugin to set up; `settings` by its own schema, secrets among them."""

    id = words(60)
    plugin = words(60)
    title_zh = words(60)
    title_en = words(60)
    settings = anything(default={})


class Settings(Body):
    """Settings to change; what is not named stays, secrets too, and null takes a setting away."""

    settings = anything()


class Trial(Body):
    """Settings of a plugin to try before they are saved."""

    plugin = words(60)
    settings = anything(default={})


class Switch(Body):
    """The state to be in."""

    state = choice("off", "test", "live", "paused")


class OpeningHours(Body):
    """Open on ISO weekdays (Monday is 1), between local times such as 09:00; 00:00 as the end is midnight."""

    days = fields.List(whole(1, 7), required=True, validate=validate.Length(1, 7, error="length:1:7"))
    opens = words(5)
    closes = words(5)


class Agreed(Body):
    """Terms of a connection; what is not named sets no bound. Amounts are fen."""

    least = fen(default=None)
    most = fen(default=None)
    daily = fen(default=None)
    hours = many(OpeningHours, 21, default=())
    on_holidays = flag(default=True)
    groups = several(words(40), 50, default=())
    since = day(default=None)
    credential_until = day(default=None)


class Looking(Body):
    """Which of another street's connections there are of a plugin, and who one is there.

    `code` is that account's second factor, where it has one.
    """

    street = words(32)
    login = words(64)
    password = words(1024)
    code = words(40, least=0, default="")
    plugin = words(60)


class Copy(Body):
    """A connection of another street to set up here; `settings` has the secrets, and what is to differ.

    `proof` came with the look there, at most a quarter of an hour ago.
    """

    proof = words(1000)
    connection = words(60)
    id = words(60)
    title_zh = words(60)
    title_en = words(60)
    settings = anything(default={})


class HoursShown(Shown):
    """Opening hours of some weekdays."""

    days = fields.List(fields.Integer())
    opens = fields.String()
    closes = fields.String()


class TermsShown(Shown):
    """Terms of a connection; null sets no bound. Amounts are fen."""

    least = fields.Integer(allow_none=True)
    most = fields.Integer(allow_none=True)
    daily = fields.Integer(allow_none=True)
    hours = fields.List(fields.Nested(HoursShown))
    on_holidays = fields.Boolean()
    groups = fields.List(fields.String())
    since = fields.Date(format="iso", allow_none=True)
    credential_until = fields.Date(format="iso", allow_none=True)


class QualityShown(Shown):
    """What the conformance kit found: the level, how many cases passed, which were skipped and why, which failed."""

    level = fields.String()
    passed = fields.Integer()
    skipped = fields.Dict(keys=fields.String(), values=fields.String())
    failed = fields.List(fields.String())


class OpenWorkShown(Shown):
    """Things of one kind that are not over, the oldest open since a moment."""

    kind = fields.String()
    count = fields.Integer()
    since = fields.DateTime(format="iso")
    says = fields.Nested(Both)


class OpenShown(Shown):
    """Everything of a connection that is not over."""

    open = fields.List(fields.Nested(OpenWorkShown))


class ConnectionShown(Shown):
    """A street's set-up of a plugin. Of secrets only the names of those that are set.

    `checked` is true when the check was of the present settings; `quality` is null where the plugin is not here.
    """

    id = fields.String()
    plugin = fields.String()
    title = fields.Nested(Both)
    state = fields.String()
    state_at = fields.DateTime(format="iso")
    version = fields.Integer()
    settings = fields.Dict()
    secrets = fields.List(fields.String())
    paused_because = fields.String()
    check = fields.Dict()
    checked = fields.Boolean()
    checked_at = fields.DateTime(format="iso", allow_none=True)
    open_work = fields.Integer()
    terms = fields.Nested(TermsShown)
    quality = fields.Nested(QualityShown, allow_none=True)


class ConnectionsShown(Shown):
    """Every connection of the street."""

    connections = fields.List(fields.Nested(ConnectionShown))


class CopiedShown(ConnectionShown):
    """A connection that was copied, and the groups of its terms that are not known here and were left out."""

    left_out = fields.List(fields.String())


class OfferedShown(Shown):
    """A connection of another street that can be copied."""

    id = fields.String()
    title = fields.Nested(Both)
    state = fields.String()


class OfferedsShown(Shown):
    """Connections of another street that can be copied, and the proof with which one may do so."""

    connections = fields.List(fields.Nested(OfferedShown))
    proof = fields.String()


class CheckShown(Shown):
    """What a check saw."""

    passed = fields.Boolean()
    says = fields.Nested(Both)


class ColumnShown(Shown):
    """A column of a table."""

    name = fields.String()
    kind = fields.String()
    label = fields.Nested(Both)
    required = fields.Boolean()
    choices = fields.List(fields.String())
    default = fields.Raw(allow_none=True)


class TableShown(Shown):
    """How a table is filled in: `rows` are objects, `map` has a key and a value, `list` has values alone."""

    form = fields.String()
    columns = fields.List(fields.Nested(ColumnShown))


class FieldShown(Shown):
    """One setting, for a form; `table` where it is one."""

    name = fields.String()
    kind = fields.String()
    label = fields.Nested(Both)
    help = fields.Nested(Both)
    required = fields.Boolean()
    choices = fields.List(fields.String())
    default = fields.Raw(allow_none=True)
    table = fields.Nested(TableShown, allow_none=True)


class PluginShown(Shown):
    """A plugin that can be set up; `elsewhere` is in how many other streets of the installation it is in use."""

    name = fields.String()
    version = fields.String()
    quality = fields.String()
    examined = fields.Nested(QualityShown)
    title = fields.Nested(Both)
    families = fields.List(fields.String())
    abilities = fields.List(fields.String())
    origin = fields.String()
    elsewhere = fields.Integer()
    settings = fields.List(fields.Nested(FieldShown))


class QuarantinedShown(Shown):
    """A plugin that could not be loaded, and why."""

    name = fields.String()
    why = fields.String()
    details = fields.String()
    origin = fields.String()


class PluginsShown(Shown):
    """All plugins of the installation."""

    plugins = fields.List(fields.Nested(PluginShown))
    quarantined = fields.List(fields.Nested(QuarantinedShown))
