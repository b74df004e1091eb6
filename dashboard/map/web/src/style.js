// Layers, colours and patterns. Values travel as feature-state `c` (the class number, from 1), so
// that a switch of layer repaints without cutting the geometry into tiles again. Signs for no data
// and suppressed, inks and lines are those of the SVG maps of placedata.maps; a test compares them.

export const NO_DATA = -1;
export const SUPPRESSED = -2;
export const NO_DATA_FILL = '#ffffff';
const NO_DATA_LINE = '#6f777b';
export const SUPPRESSED_FILL = '#e6e6e6';
const SUPPRESSED_LINE = '#505a5f';
export const INK = '#1d1d1d';
export const CASING = '#ffffff';
const OUTLINE = '#b0006d';      // other boundaries: on none of the palettes
const LOST = 2.5;               // an outline with less contrast to an area cannot be seen
const FOCUS = '#ffdd00';
const NOTHING = {type: 'FeatureCollection', features: []};

export const SOURCES = {
  // tolerance 0: with the default, small (urban) areas disappear when the map is zoomed out
  areas: {type: 'geojson', data: NOTHING, promoteId: 'area_code', tolerance: 0},
  // the few areas with a thick line have a source of their own: drawn for all, they cost every frame
  marked: {type: 'geojson', data: NOTHING, tolerance: 0},
  outline: {type: 'geojson', data: NOTHING, tolerance: 0},
  numbers: {type: 'geojson', data: NOTHING},
  points: {type: 'geojson', data: NOTHING},
};

const classNumber = ['number', ['feature-state', 'c'], NO_DATA];
const onlyFor = number => ['case', ['==', classNumber, number], 1, 0];

/** Fill colour by class; whatever is in no class has the colour that lies under the hatching. */
export function fillColour(palette) {
  const steps = (palette || []).flatMap((colour, index) => [index + 1, colour]);
  return ['match', classNumber, SUPPRESSED, SUPPRESSED_FILL, ...steps, NO_DATA_FILL];
}

/** Relative luminance of a `#rrggbb` colour (WCAG). */
function luminanceOf(colour) {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** Numbers of the classes so dark that an outline would be lost on them. */
export const darkClasses = palette => (palette || [])
  .map((colour, index) => [luminanceOf(colour), index + 1])
  .filter(([luminance]) => contrast(luminance, luminanceOf(INK)) < LOST).map(([, number]) => number);

/** The casing is drawn on dark areas alone; light ones keep their colour. */
export function casingOpacity(palette) {
  const dark = darkClasses(palette);
  return dark.length ? ['match', classNumber, dark, 1, 0] : 0;
}

/** A `#rrggbb` colour as it is seen through: `through` of it, on white paper. */
export const paler = (colour, through = 1) => '#' + [1, 3, 5]
  .map(at => Math.round(through * parseInt(colour.slice(at, at + 2), 16) + (1 - through) * 255))
  .map(part => part.toString(16).padStart(2, '0')).join('');

/** Black or white, whichever reads better on a `#rrggbb` colour (WCAG contrast). */
export function inkOn(colour) {
  const luminance = luminanceOf(colour);
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

/** Outlines get thin where areas are small on the screen, or they would cover the colours. */
export const outlineWidth = zoom =>
  ['interpolate', ['linear'], ['zoom'], zoom - 2, 0.15, zoom, 0.6, zoom + 3, 1.3];

/** White under the outlines, or the border between two dark areas could not be seen. */
export const casingWidth = zoom =>
  ['interpolate', ['linear'], ['zoom'], zoom - 2, 0.4, zoom, 1.7, zoom + 3, 3];

/** Of thousands of areas, the zoom from which the casing is drawn: before, it is no wider than a hair. */
export const casingFrom = zoom => zoom - 1;

/** The same of outlines of other areas, by how far apart they stand: casing and line. */
export function otherWidths({features: [first]}) {
  if (!first) return [5, 2.2];
  const {geometry: {type, coordinates}, properties: {areas}} = first;
  let west = 180, south = 90, east = -180, north = -90;
  for (const part of type === 'MultiLineString' ? coordinates : [coordinates])
    for (const [x, y] of part) {
      west = Math.min(west, x); east = Math.max(east, x);
      south = Math.min(south, y); north = Math.max(north, y);
    }
  // a place fills about three fifths of its box; a degree is 512 / 360 pixels at zoom 0
  const each = 0.6 * (east - west) * (north - south) / Math.cos(south * Math.PI / 180) / (areas || 1);
  const close = Math.log2(12 / (512 / 360 * Math.sqrt(each)));   // 12 pixels from line to line
  if (!Number.isFinite(close)) return [5, 2.2];
  return [[1.4, 5], [0.6, 2.2]].map(([thin, full]) =>
    ['interpolate', ['exponential', 2], ['zoom'], close, thin, close + 2, full]);
}

const line = (id, source, colour, width, more) => ({
  id, source, type: 'line', ...more,
  layout: {'line-join': 'round', 'line-cap': 'round'},
  paint: {'line-color': colour, 'line-width': width},
});
const mark = (id, flag, colour, width) =>
  line(id, 'marked', colour, width, {filter: ['==', ['get', 'flag'], flag]});
// shown from the first area on that needs it: each layer costs every change of classes its time
const UNSEEN = {visibility: 'none'};
const pattern = (id, number) => ({
  id, source: 'areas', type: 'fill', layout: UNSEEN,
  paint: {'fill-pattern': id, 'fill-opacity': onlyFor(number), 'fill-antialias': false},
});

/** Points of things and services; `cluster` makes one sign of many, with their number. */
export const pointSource = cluster =>
  ({type: 'geojson', data: NOTHING, cluster, clusterRadius: 36, clusterMaxZoom: 15});

const isCluster = ['has', 'point_count'];

export const pointLayers = () => [
  {
    id: 'points', source: 'points', type: 'circle',
    paint: {'circle-color': ['case', isCluster, '#0b0c0c', '#ffffff'],
            'circle-radius': ['case', isCluster, 14, 8],
            'circle-stroke-color': ['case', isCluster, '#ffffff', '#0b0c0c'], 'circle-stroke-width': 2},
  },
  {
    id: 'point-signs', source: 'points', type: 'symbol',
    layout: {'text-field': ['case', isCluster, ['get', 'point_count_abbreviated'], ['get', 'sign']],
             'text-size': 11, 'text-font': ['sans-serif'], 'text-allow-overlap': true},
    paint: {'text-color': ['case', isCluster, '#ffffff', '#0b0c0c']},
  },
];

export const layers = palette => [
  {id: 'fill', source: 'areas', type: 'fill', paint: {'fill-color': fillColour(palette)}},
  {
    id: 'unclear', source: 'areas', type: 'fill', layout: UNSEEN,
    paint: {'fill-pattern': 'unclear', 'fill-antialias': false,
            'fill-opacity': ['case', ['boolean', ['feature-state', 'h'], false], 1, 0]},
  },
  pattern('no-data', NO_DATA),
  pattern('suppressed', SUPPRESSED),
  {
    id: 'casing', source: 'areas', type: 'line', layout: {'line-join': 'round'},
    paint: {'line-color': CASING, 'line-width': casingWidth(10), 'line-opacity': casingOpacity(palette)},
  },
  line('borders', 'areas', INK, outlineWidth(10)),
  line('outline-casing', 'outline', CASING, 5),
  {...line('outline', 'outline', OUTLINE, 2.2), layout: {'line-join': 'round'}},
  mark('selected-casing', 'selected', '#ffffff', 7),
  mark('selected', 'selected', INK, 3.5),
  mark('focus-casing', 'focused', '#000000', 6),
  mark('focus', 'focused', FOCUS, 3),
  mark('hover', 'hover', INK, 2.5),
  {
    // where a raster hides the colours of the areas, each number stands on its own
    id: 'number-discs', source: 'numbers', type: 'circle', filter: ['>=', ['zoom'], ['get', 'from']],
    layout: {visibility: 'none'},
    paint: {'circle-radius': 10, 'circle-color': ['get', 'ground'],
            'circle-stroke-color': INK, 'circle-stroke-width': 1},
  },
  {
    id: 'numbers', source: 'numbers', type: 'symbol',
    filter: ['>=', ['zoom'], ['get', 'from']],      // not on areas too small to carry it
    layout: {'text-field': ['get', 'n'], 'text-size': 13, 'text-font': ['sans-serif'],
             'text-padding': 1},
    paint: {'text-color': ['get', 'ink'], 'text-halo-color': ['get', 'ground'],
            'text-halo-width': 2},
  },
  ...pointLayers(),
];

const SIZE = 8;                 // screen pixels
const SHARP = 2;

function hatch(...lines) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * SHARP;
  const context = canvas.getContext('2d');
  context.scale(SHARP, SHARP);
  for (const [path, ink] of lines) {
    context.strokeStyle = ink;
    context.stroke(new Path2D(path));
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

const UNCLEAR_DARK = 'M-1 -1l10 10M-1 7l2 2M7 -1l2 2';
const UNCLEAR_LIGHT = 'M0.5 -1l8.5 8.5M-1 5.5l3.5 3.5';

/**
 * A hatch for no data, a cross-hatch for suppressed, and over a colour dark and white lines the other
 * way for what is not clearly different: colour is never the only sign.
 */
export const patterns = () => ({
  'no-data': hatch(['M-2 2l4-4M0 8l8-8M6 10l4-4', NO_DATA_LINE]),
  'suppressed': hatch(['M0 0l8 8M0 8l8-8', SUPPRESSED_LINE]),
  'unclear': hatch([UNCLEAR_DARK, INK], [UNCLEAR_LIGHT, CASING]),
});
