"""``placedata ledger``: the account of each layer, which must add up, with its official total."""

from __future__ import annotations

import typer

from placedata.cli.console import put, reported
from placedata.cli.opening import open_place
from placedata.cli.options import DataRoots, Json, LayerIds, PlaceDir, Store


@reported
def ledger(
    layer: LayerIds = None,
    place: PlaceDir = ".",
    data_root: DataRoots = None,
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Tell what became of every row and figure, by reason, with the official totals."""
    from placedata.snapshot.account import account_lines, account_of

    snapshot = open_place(place, data_root, store).snapshot
    accounts = [account_of(snapshot, name) for name in layer or snapshot.layers]
    if as_json:
        put({"snapshot": snapshot.id, "accounts": [account.document for account in accounts]})
        return
    for account in accounts:
        for line in account_lines(account):
            typer.echo(line)
    wrong = [account.layer for account in accounts if not account.balances]
    typer.echo(
        f"Not balanced: {', '.join(wrong)}" if wrong else f"All {len(accounts)} accounts balance."
    )
