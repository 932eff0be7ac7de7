"""audit."""

from web.doors import Doors

doors = Doors()
