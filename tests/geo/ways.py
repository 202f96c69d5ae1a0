"""Ways along a network by a plain search, written apart from the program."""

from __future__ import annotations

import heapq
import math
from functools import cache

import numpy as np
import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")


def metres(a, b):
    return GEOD.inv(a[1], a[0], b[1], b[0])[2]


def node_at(lon, lat):
    """Return the point of the network that a point of a line becomes; Python rounds halves another way."""
    return tuple(np.round((lat, lon), 6).tolist())


class Ways:
    """What a network should say, place by place."""

    def __init__(self, lines):
        self.edges = {}
        for line in lines:
            nodes = [node_at(*point) for point in shapely.segmentize(line, 0.0005).coords]
            for a, b in zip(nodes, nodes[1:], strict=False):
                self.edges.setdefault(a, {})[b] = self.edges.setdefault(b, {})[a] = metres(a, b)
        self._nodes = np.array(list(self.edges))
        self.access, self.from_node = cache(self.access), cache(self.from_node)

    def access(self, place):
        """Return the points of the network by their distance from a place, the nearest first."""
        lat, lon = self._nodes.T
        far = GEOD.inv(lon, lat, np.full(len(lon), place[1]), np.full(len(lat), place[0]))[2]
        order = np.argsort(far, kind="stable")[:2]
        return [(float(far[row]), tuple(self._nodes[row].tolist())) for row in order]

    def has_two_ways_in(self, place):
        """Say whether two points of the network are equally near to a place, so that either may be taken."""
        (first, _), (second, _) = self.access(place)
        return second - first < 0.01

    def from_node(self, start):
        """Return the way from a point of the network to every other."""
        found, heap = {}, [(0.0, start)]
        while heap:
            far, node = heapq.heappop(heap)
            if node not in found:
                found[node] = far
                for other, length in self.edges[node].items():
                    heapq.heappush(heap, (far + length, other))
        return found

    def length(self, start, end):
        """Return the length of the way between two places in metres, infinite where there is none."""
        (first, one), (last, other) = self.access(start)[0], self.access(end)[0]
        straight = metres(start, end)
        along = first + self.from_node(one).get(other, math.inf) + last
        return straight if straight <= first + last else along
