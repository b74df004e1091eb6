"""Invented names. No ward, street, school or practice here is meant to be a real one."""

from __future__ import annotations

PLACE = "Aldermarsh"
PLACE_CODE = "E09990001"

#: Ward name -> where it grows from, in metres from the south-west corner of the box. The order is
#: that of the codes (E05990001 ...). Saltern Liberty is the strip, and has no seed.
WARDS: dict[str, tuple[float, float] | None] = {
    "Abbey Fields": (1850, 2250),
    "Alder Carr": (900, 2900),
    "Bishop's Reach": (1150, 1750),
    "Causeway": (3500, 2600),
    "Cockle Row & Harbour": (2150, 1350),
    "Dunmere": (4950, 3400),
    "Gasworks & Lower Marsh": (4250, 1650),
    "Heronsfleet": (5150, 2350),
    "Kiln Hill": (2300, 3250),
    "Larkwood": (1250, 4350),
    "Market": (2850, 2050),
    "North Fen": (3500, 6150),
    "Osier Holt": (4850, 4650),
    "Priory Park": (3650, 3500),
    "Saltern Liberty": None,
    "St Osyth's Priory & Upper Fenwick Waterside": (2100, 5450),
    "Tollgate": (3250, 4550),
    "Windmill Rise": (2250, 4250),
}

#: The ward that the data are made to show as the neediest.
NEEDIEST = "Gasworks & Lower Marsh"

#: Boroughs around, invented too: what the place is set beside.
NEIGHBOURS = (
    "Brackenmere", "Coldharrow", "Estuary Hundred", "Fenwick Vale", "Harrowick", "Mallowfield",
    "Ostrey & Wick", "Reedholme", "Thorley Marsh",
)  # fmt: skip

STREET_WORDS = (
    "Alder", "Anchor", "Barley", "Beacon", "Bittern", "Bramble", "Bulrush", "Chandler", "Cooper",
    "Coronation", "Curlew", "Dyer", "Eel", "Ferryman", "Fletcher", "Foundry", "Fuller", "Gantry",
    "Goose", "Harrier", "Hawser", "Heron", "Hurdle", "Jubilee", "Kestrel", "Lantern", "Lapwing",
    "Lime", "Mallard", "Malting", "Mercer", "Osier", "Otter", "Plover", "Quay", "Reed", "Rope",
    "Rush", "Sailmaker", "Sedge", "Shipwright", "Sluice", "Tanner", "Teal", "Thatcher", "Tide",
    "Warbler", "Weaver", "Wharf", "Willow",
)  # fmt: skip
STREET_KINDS = ("Street", "Road", "Lane", "Avenue", "Way", "Close", "Gardens", "Walk", "Row")

SCHOOL_WORDS = (
    "Alder Carr", "Bishop's Reach", "Bittern", "Causeway", "Cockle Row", "Coronation", "Curlew",
    "Dunmere", "Fenwick", "Foundry Lane", "Gasworks Road", "Harbour", "Heronsfleet", "Kiln Hill",
    "Lapwing", "Larkwood", "Mallard", "Market", "North Fen", "Osier Holt", "Otter", "Plover",
    "Priory Park", "Reedbank", "Rope Walk", "Sedge", "Sluice House", "St Osyth's", "Tollgate",
    "Upper Fenwick", "Willow", "Windmill Rise", "Abbey Fields", "Lower Marsh", "Teal", "Wharf",
)  # fmt: skip

SURGERY_WORDS = (
    "Abbey", "Alder Carr", "Bishop's Reach", "Causeway", "Cockle Row", "Dunmere", "Fenwick",
    "Foundry", "Gasworks Road", "Heronsfleet", "Kiln Hill", "Larkwood", "Market Place", "Osier",
    "Priory", "Sluice", "St Osyth's", "Tollgate", "Waterside", "Windmill", "Wharf", "North Fen",
)  # fmt: skip


def ward_code(number: int) -> str:
    """Return the code of the ward with this number, counted from 0."""
    return f"E0599{number + 1:04d}"


def street(number: int) -> str:
    """Return the name of a street; the first 450 are all different."""
    words, kinds = len(STREET_WORDS), len(STREET_KINDS)
    word, kind = STREET_WORDS[number * 7 % words], STREET_KINDS[(number // words + number) % kinds]
    return f"{word} {kind}"
