# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of a result: an array with its errors, axes and units."""
import copy

import numpy

from ._library import unknown


class Quantity(numpy.ndarray):
    """A numpy array of means with `se` (standard errors), `samples` ([sample, ...], or None), `axes` (names), `coords`
    (values of the axes by name), `units`, `name`, `group`, `description`. What is computed from it is a plain array.
    """

    def __new__(cls, mean, se, samples, coords, about):
        self = numpy.asarray(mean).view(cls)
        self.se, self.samples, self.coords = se, samples, coords
        self.axes = tuple(about["axes"])
        self.name, self.group, self.units = about["name"], about["group"], about["units"]
        self.description = about["description"]
        return self

    def __array_finalize__(self, other):
        for name in ("se", "samples", "coords", "axes", "name", "group", "units", "description"):
            setattr(self, name, None)

    def __array_wrap__(self, array, context=None):
        return array[()] if array.ndim == 0 else numpy.asarray(array)

    def __reduce__(self):
        if self.axes is None:
            return numpy.array, (numpy.asarray(self),)
        return Quantity, (numpy.array(self), self.se, self.samples, self.coords, self._about(self.axes))

    def __copy__(self):
        make, parts = self.__reduce__()
        return make(*parts)

    def __deepcopy__(self, memo):
        make, parts = self.__reduce__()
        return make(*copy.deepcopy(parts, memo))

    def _about(self, axes):
        about = {name: getattr(self, name) for name in ("name", "group", "units", "description")}
        return {**about, "axes": axes}

    def sel(self, method=None, **values):
        """The part at given values of axes, `correlation.sel(waiting=10)`, or at the nearest with method="nearest"."""
        if self.axes is None:
            raise ValueError("an array that was computed from a quantity has no axes to select on")
        place, axes = [slice(None)] * self.ndim, list(self.axes)
        for axis, value in values.items():
            if axis not in self.axes:
                raise unknown("axis", axis, list(self.axes))
            place[self.axes.index(axis)] = self._index(axis, value, method)
            axes.remove(axis)
        place = tuple(place)
        samples = None if self.samples is None else self.samples[(slice(None),) + place]
        coords = {name: values for name, values in self.coords.items() if name in axes}
        return Quantity(numpy.asarray(self)[place], numpy.asarray(self.se)[place], samples, coords, self._about(axes))

    def _index(self, axis, value, method):
        values = self.coords[axis]
        index = int(numpy.argmin(abs(values - value)))
        if method != "nearest" and values[index] != value:
            raise ValueError(f"{axis}: {value} is not one of the result's ({_few(values)})")
        return index

    def to_xarray(self):
        """An xarray.DataArray with the errors as the coordinate `se`."""
        import xarray

        coords = {name: (name, values) for name, values in self.coords.items()}
        coords["se"] = (self.axes, self.se)
        attributes = {"units": self.units, "description": self.description, "group": self.group}
        return xarray.DataArray(numpy.asarray(self), coords, self.axes, self.name, attributes)


def _few(values):
    texts = [f"{value:g}" for value in values]
    return ", ".join(texts if len(texts) <= 8 else texts[:4] + ["..."] + texts[-2:])
