"""MapView: the one place that knows the map library (maplibre-gl, bundled, no outside address)."""

from __future__ import annotations

from types import MappingProxyType

from dash.development.base_component import ComponentRegistry

from dashboard.map.component import MapView, MapViewProps, View

__all__ = ["CSP", "MapView", "MapViewProps", "View"]

__version__ = "1.0.0"

CSP = MappingProxyType(
    {
        "script-src": ("'self'",),
        "worker-src": ("'self'",),
        "connect-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:"),
    }
)
"""What the map needs of the Content-Security-Policy: no ``blob:``, no eval, no inline style sheet.
``data:`` is for the icons of its buttons, which are in its style sheet."""

# Dash looks these two names up, and serves a file only if one of them lists it.
_js_dist = [
    {"namespace": __name__, "relative_package_path": "bundle/map_view.min.js"},
    {"namespace": __name__, "relative_package_path": "bundle/maplibre-worker.js", "dynamic": True},
]
_css_dist = [
    {"namespace": __name__, "relative_package_path": "bundle/maplibre-gl.css"},
    {"namespace": __name__, "relative_package_path": "bundle/map_view.css"},
]
# Dash registers the top package of a component, which here is the whole dashboard.
ComponentRegistry.registry.add(__name__)
