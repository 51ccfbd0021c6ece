"""The Polish post through its counter interface, Elektroniczny Nadawca (SOAP).

Items are drafts until a hall's list is handed over as an envelope. Registered letters and parcels within Poland, with
paper receipt or under rules of procedure with electronic proof of delivery. Amounts are grosze (PLN).
"""

from jiedao_enadawca import hooks as plugin

__all__ = ["plugin"]
