"""Loader ``dft_counts``: invented traffic flows, in the form of the published table."""

from __future__ import annotations

import pytest

HEADER = (
    "id,count_point_id,year,region_id,local_authority_id,road_name,road_category,road_type,"
    "easting,northing,estimation_method,estimation_method_detailed,pedal_cycles,cars_and_taxis,"
    "all_hgvs,all_motor_vehicles\n"
)
ROWS = """1,6000,2023,6,57,A13,PA,Major,547000,183000,Counted,Manual count,12,40000,900,45000
2,6000,2024,6,57,A13,PA,Major,547000,183000,Estimated,From previous year,13,41000,910,46000
3,6001,2024,6,57,U,MCU,Minor,548000,184000,Counted,Manual count,150,800,5,900
4,6002,2024,6,57,A12,PA,Major,,,Counted,Automatic counter,0,1,1,2
"""
POINTS = """id,count_point_id,aadf_year,easting,northing
6000,6000,2025,547300,183400
6001,6001,2025,548010,184000
"""


@pytest.fixture
def ask(desk):
    def run(source=None, rows=ROWS, header=HEADER, **request):
        file = desk.write("aadf.csv", header + rows)
        return desk.ask("dft_counts", {"file": file} | (source or {}), **request)

    return run


def flows(seen):
    table = seen.table
    return {
        (thing, period): value
        for thing, period, value in zip(
            table["thing"], table["period"], table["value"], strict=True
        )
    }


def test_every_year_of_a_count_point_is_an_observation_at_its_place(ask, balanced):
    seen = ask()
    assert flows(seen) == {
        ("6000", "2023"): 45000.0, ("6000", "2024"): 46000.0, ("6001", "2024"): 900.0,
    }  # fmt: skip
    first = seen.table.iloc[0]
    assert (first["x"], first["y"], first["name"], first["row"]) == (547000, 183000, "A13", 2)
    assert balanced(seen) == {"no position in the UK": 1}
    assert seen.ledger.notes == {"flows estimated, not counted": 1}


def test_estimated_flows_can_be_left_out(ask, balanced):
    seen = ask({"estimated": "reject"}, periods=("2024",))
    assert flows(seen) == {("6001", "2024"): 900.0}
    assert balanced(seen) == {
        "another period": 1, "estimated, not counted": 1, "no position in the UK": 1,
    }  # fmt: skip


def test_a_class_of_vehicle_is_chosen_by_the_source_or_the_layer_in_any_case(ask):
    assert flows(ask({"vehicle": "pedal_cycles"}))[("6001", "2024")] == 150.0
    assert flows(ask(value="cars_and_taxis"))[("6001", "2024")] == 800.0
    national = ask({"vehicle": "all_hgvs"}, header=HEADER.replace("all_hgvs", "all_HGVs"))
    assert flows(national)[("6000", "2023")] == 900.0


def test_positions_of_the_points_table_are_used_and_moves_are_told(ask, desk, balanced):
    seen = ask({"points": desk.write("points.csv", POINTS)})
    assert seen.table["x"].tolist() == [547300, 547300, 548010]
    assert balanced(seen) == {"count point not in its table": 1}
    assert seen.ledger.notes["count points over 100 m from where the flows say"] == 1  # 500 m


def test_rows_are_chosen_by_column(ask, balanced):
    seen = ask({"where": {"road_type": "Minor"}})
    assert flows(seen) == {("6001", "2024"): 900.0}
    assert balanced(seen) == {"filtered out: road_type": 3}


def test_a_missing_flow_is_not_zero(ask, balanced):
    seen = ask(rows=ROWS.replace(",5,900", ",5,"))
    assert ("6001", "2024") not in flows(seen)
    assert balanced(seen)["blank"] == 1


def test_mistakes_are_told(ask, desk):
    with pytest.raises(Exception, match="did you mean 'pedal_cycles'"):
        ask({"vehicle": "pedal_cycle"})
    with pytest.raises(Exception, match=r"aadf\.csv:4: all_motor_vehicles: found 'many'"):
        ask(rows=ROWS.replace(",5,900", ",5,many"))
    with pytest.raises(Exception, match=r"6001 in 2024 at data/aadf\.csv:4, data/aadf\.csv:6"):
        ask(rows=ROWS + ROWS.splitlines()[2] + "\n")
    with pytest.raises(Exception, match="flows by direction"):
        ask(header=HEADER.replace("road_type", "direction_of_travel"))
    with pytest.raises(Exception, match="no column 'easting'"):
        ask(header=HEADER.replace("easting", "where"))
    with pytest.raises(Exception, match="6000 twice"):
        ask({"points": desk.write("points.csv", POINTS + POINTS.splitlines()[1] + "\n")})
    with pytest.raises(Exception, match="no column 'northing'"):
        ask({"points": desk.write("points.csv", "count_point_id,easting\n1,2\n")})
