"""Who is paid: billers with the size of their bills and the season of each."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from jiedao.language import Text


@dataclass(frozen=True, eq=False)
class Biller:
    """Amounts are yuan. `season` says how much is paid in which month; 1 where it says nothing."""

    code: str
    name: Text
    category: str
    least: float
    usual: float
    most: float
    share: float
    digits: int
    season: dict[int, float] = field(default_factory=dict)

    def weight(self, month: int) -> float:
        """How often it is paid in a month."""
        return self.share * self.season.get(month, 1.0)

    def account(self, dice: random.Random) -> str:
        """An account number; many begin with zeros, and some are too long to be a number anywhere."""
        return f"{dice.randrange(10 ** (self.digits - 2)):0{self.digits}d}"


_HEATING = dict.fromkeys(range(4, 10), 0.0) | {10: 4.0, 11: 3.0}
BILLERS = (
    Biller("ELEC", Text("市供电公司", "City Power"), "electricity", 22, 96, 320, 30, 10),
    Biller("WATER", Text("市供水公司", "City Waterworks"), "water", 9, 38, 130, 18, 9),
    Biller("GAS", Text("城市燃气", "City Gas"), "gas", 18, 55, 210, 12, 12),
    Biller("HEAT", Text("城南热力", "South District Heating"), "heating", 620, 1180, 1980, 2.2, 10, _HEATING),
    Biller("PHONE", Text("本地通信", "Local Telecom"), "phone", 29, 59, 199, 12, 11),
    Biller("HOUSE", Text("安居物业", "Anju Homes"), "property", 96, 188, 460, 16, 8),
    Biller("PENSION", Text("城乡居民养老保险", "Residents' pension"), "pension", 200, 300, 1000, 2.0, 18),
    Biller(
        "MEDICAL",
        Text("城乡居民医疗保险", "Residents' medical"),
        "medical",
        380,
        380.5,
        400,
        1.5,
        18,
        {10: 5.0, 11: 5.0},
    ),
)
RATES = {"electricity": 0.04, "water": 0.05, "gas": 0.04, "property": 0.08, "phone": 0.03, "heating": 0.03}
"""Points for each yuan of money, as a share."""
