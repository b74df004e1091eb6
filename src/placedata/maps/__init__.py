"""Class breaks, palettes and server-made SVG maps: values in, picture out; no files, no browser."""
