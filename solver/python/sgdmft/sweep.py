# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a sweep."""
import json
import pathlib

from .result import open_result


class Point:
    """A point of a sweep: `values` (by varied parameter), `status`, `reason`, `results` (read when asked for)."""

    def __init__(self, folder, row):
        self.values, self.status, self.reason = row["values"], row["status"], row.get("reason", "")
        names = row.get("file") or []
        self.files = [folder / name for name in ([names] if isinstance(names, str) else names)]

    @property
    def results(self):
        """The results of the point, with the numbers derived from them."""
        return [open_result(path).derive() for path in self.files if path.exists()]


class Sweep:
    """A sweep: `what` (its analysis), `vary` (names of the varied parameters), `points`."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        paths = [folder / "manifest.json"] if (folder / "manifest.json").exists() else []
        paths += sorted(folder.glob("manifest-*-of-*.json"))
        if not paths:
            raise FileNotFoundError(f"{folder} is not the folder of a sweep: it has no manifest.json")
        manifests = [json.loads(path.read_text()) for path in paths]
        self.folder, self.what, self.vary = folder, manifests[0]["what"], manifests[0]["vary"]
        rows = {row["hash"]: row for manifest in manifests for row in manifest["points"]}
        self.points = [Point(folder, row) for row in rows.values()]

    def __len__(self):
        return len(self.points)

    def __iter__(self):
        return iter(self.points)

    def __repr__(self):
        return f"<sgdmft.Sweep of {self.what} over {', '.join(self.vary)}: {len(self)} points>"

    def to_pandas(self):
        """A pandas.DataFrame, one row a result: the varied parameters, source, status, and each number of the result
        at its last step, with its error."""
        import pandas

        rows = []
        for point in self.points:
            for result in point.results or [None]:
                row = {**point.values, "source": result.source if result else None, "status": point.status}
                for name in result.quantities if result else []:
                    quantity = result[name]
                    if quantity.axes in (("step",), ("value",), ("margin_step",)) and quantity.size:
                        row[quantity.name], row[quantity.name + "_se"] = float(quantity[-1]), float(quantity.se[-1])
                rows.append(row)
        return pandas.DataFrame(rows)

    def to_xarray(self):
        """An xarray.Dataset over the varied parameters (and source, where there are two), each number of the results
        at the last step; nan where there is none."""
        import xarray

        frame = self.to_pandas()
        several = frame["source"].nunique() > 1
        names = [*self.vary, "source"] if several else self.vary
        data = frame.set_index(names) if several else frame.drop(columns="source").set_index(names)
        data = data[~data.index.duplicated()]
        dataset = xarray.Dataset.from_dataframe(data)
        dataset.attrs["what"] = self.what
        return dataset


def open_sweep(folder):
    """Reads the folder of `sgdmft sweep`."""
    return Sweep(folder)
