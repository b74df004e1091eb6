// Layers, colours and patterns. Values travel as feature-state `c` (the class number counted from
// 0), so that a switch of layer repaints without cutting the geometry into tiles again.

export const NO_DATA = -1;
export const SUPPRESSED = -2;
const NO_DATA_COLOUR = '#f3f2f1';
const SUPPRESSED_COLOUR = '#dcdcdc';
const INK = '#1d1d1d';
const FOCUS = '#ffdd00';
const NOTHING = {type: 'FeatureCollection', features: []};

export const SOURCES = {
  // tolerance 0: with the default, small (urban) areas disappear when the map is zoomed out
  areas: {type: 'geojson', data: NOTHING, promoteId: 'area_code', tolerance: 0},
  outline: {type: 'geojson', data: NOTHING, tolerance: 0},
  numbers: {type: 'geojson', data: NOTHING},
};

const classNumber = ['number', ['feature-state', 'c'], NO_DATA];
const when = (flag, then) => ['case', ['boolean', ['feature-state', flag], false], then, 0];
const onlyFor = number => ['case', ['==', classNumber, number], 1, 0];

/** Fill colour by class; whatever is in no class has the colour that lies under the hatching. */
export function fillColour(palette) {
  const steps = (palette || []).flatMap((colour, index) => [index, colour]);
  return ['match', classNumber, SUPPRESSED, SUPPRESSED_COLOUR, ...steps, NO_DATA_COLOUR];
}

/** Outlines get thin where areas are small on the screen, or they would cover the colours. */
export const outlineWidth = zoom =>
  ['interpolate', ['linear'], ['zoom'], zoom - 2, 0.15, zoom, 0.6, zoom + 3, 1.3];

const line = (id, source, colour, width) => ({
  id, source, type: 'line',
  layout: {'line-join': 'round', 'line-cap': 'round'},
  paint: {'line-color': colour, 'line-width': width},
});
const pattern = (id, number) => ({
  id, source: 'areas', type: 'fill',
  paint: {'fill-pattern': id, 'fill-opacity': onlyFor(number)},
});

export const layers = palette => [
  {id: 'fill', source: 'areas', type: 'fill', paint: {'fill-color': fillColour(palette)}},
  pattern('no-data', NO_DATA),
  pattern('suppressed', SUPPRESSED),
  line('borders', 'areas', INK, outlineWidth(10)),
  line('outline', 'outline', INK, 2),
  line('selected-casing', 'areas', '#ffffff', when('selected', 7)),
  line('selected', 'areas', INK, when('selected', 3.5)),
  line('focus-casing', 'areas', '#000000', when('focused', 6)),
  line('focus', 'areas', FOCUS, when('focused', 3)),
  line('hover', 'areas', INK, when('hover', 2.5)),
  {
    id: 'numbers', source: 'numbers', type: 'symbol',
    layout: {'text-field': ['get', 'n'], 'text-size': 13, 'text-font': ['sans-serif'],
             'text-padding': 1},
    paint: {'text-color': '#111111', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6},
  },
];

const SIZE = 16;                // two device pixels to one on the screen

function draw(paint) {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext('2d');
  paint(context);
  return context.getImageData(0, 0, SIZE, SIZE);
}

/** Diagonal hatching for no data, dots for suppressed: colour is never the only sign. */
export const patterns = () => ({
  'no-data': draw(context => {
    context.strokeStyle = '#8a8a8a';
    context.lineWidth = 2;
    for (const shift of [-SIZE, 0, SIZE]) {
      context.moveTo(shift, SIZE);
      context.lineTo(shift + SIZE, 0);
    }
    context.stroke();
  }),
  'suppressed': draw(context => {
    context.fillStyle = '#505a5f';
    for (const [x, y] of [[4, 4], [12, 12]]) {
      context.beginPath();
      context.arc(x, y, 2.2, 0, 2 * Math.PI);
      context.fill();
    }
  }),
});
