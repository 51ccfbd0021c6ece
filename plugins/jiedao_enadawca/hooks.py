"""All hooks of the plugin in one place: this module is what is registered."""

from jiedao_enadawca.complaining import postal_complain
from jiedao_enadawca.delivery import postal_proof, postal_track
from jiedao_enadawca.dispatching import postal_dispatch, postal_dispatch_query
from jiedao_enadawca.manifest import check_connection, describe
from jiedao_enadawca.papers import postal_label, postal_outbox
from jiedao_enadawca.places import postal_offices
from jiedao_enadawca.posting import postal_cancel, postal_create, postal_query, postal_quote

__all__ = [
    "check_connection",
    "describe",
    "postal_cancel",
    "postal_complain",
    "postal_create",
    "postal_dispatch",
    "postal_dispatch_query",
    "postal_label",
    "postal_offices",
    "postal_outbox",
    "postal_proof",
    "postal_query",
    "postal_quote",
    "postal_track",
]
