# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects whose public attributes cannot be assigned."""
from ._library import unknown


class Fixed:
    """Refuses assignment and deletion of attributes without an underscore. A subclass says in `_instead` how the change
    is made otherwise, {name} being the attribute, and in `_kind` what its attributes are called."""

    _instead, _kind = "", "attribute"

    def __setattr__(self, name, value):
        self._change(name, "assigned", lambda: object.__setattr__(self, name, value))

    def __delattr__(self, name):
        self._change(name, "deleted", lambda: object.__delattr__(self, name))

    def _change(self, name, verb, change):
        if name.startswith("_"):
            return change()
        kind = type(self).__name__.lower()
        names = [known for known in dir(self) if not known.startswith("_")]
        if name in names:
            raise AttributeError(f"{name} cannot be {verb}: a {kind} is fixed; {self._instead.format(name=name)}")
        raise unknown(self._kind, name, names, f"; a {kind} is fixed; {self._instead.format(name='NAME')}")
