// The first picture of the map: drawn on a plain canvas within milliseconds, where the map library
// draws the same areas when it has come. Colours, signs, lines and place are those of the map itself.
import {CASING, INK, NO_DATA, NO_DATA_FILL, SUPPRESSED, SUPPRESSED_FILL, casingFrom, casingWidth, darkClasses, inkOn, outlineWidth, paler, patterns} from './style.js';

const PADDING = 24, MOST_ZOOM = 16;     // as the map frames its areas
const NUMBER_SIZE = 13, HALO = 2;
const PATIENCE_MS = 1500;

/** Value of a linear `interpolate` expression at a zoom: the map and its sketch share their widths. */
export function valueAt([, , , ...stops], zoom) {
  for (let at = 0; at + 3 < stops.length; at += 2) {
    const [from, low, to, high] = stops.slice(at, at + 4);
    if (zoom <= from) return low;
    if (zoom < to) return low + (high - low) * (zoom - from) / (to - from);
  }
  return stops.at(-1);
}

/** Where the areas lie in a frame, above its credit: pixels of a grid step, its corner, the map's zoom. */
export function framed({bounds: [west, , east], size: [columns, rows]}, width, wholeHeight, credit = 0) {
  const below = Math.max(0, credit - PADDING), height = wholeHeight - (wholeHeight > 3 * below + 2 * PADDING ? below : 0);
  const perStep = 512 / 360 * (east - west) / columns;          // pixels of a step at zoom 0
  const fits = Math.min((width - 2 * PADDING) / columns, (height - 2 * PADDING) / rows);
  const zoom = Math.min(Math.log2(fits / perStep), MOST_ZOOM), step = perStep * 2 ** zoom;
  return {zoom, step, left: (width - columns * step) / 2, top: (height - rows * step) / 2};
}

/** Over a background map areas are see-through, and paler than their palette. */
const asSeen = map => map.background
  ? {...map, palette: map.palette.map(colour => paler(colour, map.background.through))} : map;

class Sketch {
  /** `holder` is where the map will be; `map` has its first props. */
  constructor(holder, map) {
    Object.assign(this, {holder, map: asSeen(map)});
    this.canvas = document.createElement('canvas');
    this.canvas.id = 'sketch';
    this.credit = document.createElement('div');
    this.credit.className = 'placedata-map-attribution placedata-sketch-credit';
    this.credit.textContent = map.attribution || '';
    this.credit.hidden = !map.attribution;
    this.frame = document.createElement('div');
    this.frame.className = 'placedata-sketch';
    this.frame.setAttribute('aria-hidden', 'true');
    this.frame.append(this.canvas, this.credit);
    this.observer = new ResizeObserver(() => { if (this.drawnAt !== this.size()) this.draw(); });
  }

  async begin(url) {
    const answer = await fetch(url, {credentials: 'same-origin'});
    if (!answer.ok) return;
    this.shapes = await answer.json();
    this.paths = this.shapes.paths.map(path => new Path2D(path));
    // inside a frame: what is drawn is then shown before any other script runs
    await new Promise(done => requestAnimationFrame(() => {
      if (!this.gone) { this.holder.after(this.frame); this.draw(); }
      done();
    }));
    if (!this.gone) this.observer.observe(this.holder);
  }

  /** Draw the areas with other classes: another layer was chosen before the map was there. */
  show(map) {
    this.map = asSeen(map);
    if (this.paths && !this.gone) this.draw();
  }

  remove() {
    this.gone = true;
    this.observer.disconnect();
    this.frame.remove();
  }

  size() {
    const {clientWidth, clientHeight, offsetLeft, offsetTop} = this.holder;
    return [clientWidth, clientHeight, offsetLeft, offsetTop, devicePixelRatio].join();
  }

  draw() {
    this.drawnAt = this.size();
    const {clientWidth: width, clientHeight: height, offsetLeft, offsetTop} = this.holder;
    const sharp = devicePixelRatio || 1, {canvas} = this;
    if (this.gone || !width || !height) return;
    Object.assign(canvas, {width: Math.round(width * sharp), height: Math.round(height * sharp)});
    Object.assign(this.frame.style, {width: `${width}px`, height: `${height}px`, left: `${offsetLeft}px`, top: `${offsetTop}px`});
    // thousands of small shapes are drawn quicker by the processor than by way of the graphics card
    const context = this.context = canvas.getContext('2d', {willReadFrequently: true, alpha: false});
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    const {zoom, step, left, top} = framed(this.shapes, width, height, this.credit.offsetHeight);
    this.at = new DOMMatrix([step, 0, 0, step, left, top]);
    this.zoom = zoom;
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    context.lineJoin = 'round';
    this.drawAreas();
    this.drawLines();
    this.drawNumbers();
  }

  /** The areas that a test of class and index picks, as one path in pixels. */
  united(wanted) {
    const whole = new Path2D();
    this.paths.forEach((path, index) => { if (wanted(this.classOf(index), index)) whole.addPath(path, this.at); });
    return whole;
  }

  classOf(index) {
    const number = this.map.classes[index];
    return number === SUPPRESSED || this.map.palette[number - 1] ? number : NO_DATA;
  }

  drawAreas() {
    const {context, map: {palette}} = this;
    const signs = patterns(), found = new Set(this.paths.map((_, index) => this.classOf(index)));
    const hatched = new Set(this.map.hatched || []);
    for (const number of found) {
      const area = this.united(given => given === number);
      context.fillStyle = context.strokeStyle = palette[number - 1] || (number === SUPPRESSED ? SUPPRESSED_FILL : NO_DATA_FILL);
      context.lineWidth = 1;
      context.fill(area);
      context.stroke(area);      // or the page shines through between neighbours
    }
    if (hatched.size) this.hatch(signs.unclear, this.united((_, index) => hatched.has(this.shapes.codes[index])));
    if (found.has(NO_DATA)) this.hatch(signs['no-data'], this.united(number => number === NO_DATA));
    if (found.has(SUPPRESSED)) this.hatch(signs.suppressed, this.united(number => number === SUPPRESSED));
  }

  hatch(image, area) {
    const tile = document.createElement('canvas');
    Object.assign(tile, {width: image.width, height: image.height});
    tile.getContext('2d').putImageData(image, 0, 0);
    const pattern = this.context.createPattern(tile, 'repeat');
    pattern.setTransform(new DOMMatrix().scale(0.5));      // two pixels of the image to one of the page
    this.context.fillStyle = pattern;
    this.context.fill(area);
  }

  /** A line; one thinner than a pixel is as wide as that and fainter, as the map draws it. */
  line(area, colour, width) {
    const faint = width < 1 ? 0.3 + 0.7 * width : 1;
    Object.assign(this.context, {strokeStyle: colour, lineWidth: Math.max(width, 1), globalAlpha: faint});
    this.context.stroke(area);
    this.context.globalAlpha = 1;
  }

  drawLines() {
    const {map: {palette, selected, tiles}, shapes: {codes, typical}, zoom} = this;
    const dark = new Set(darkClasses(palette));
    if (dark.size && !(tiles && zoom < casingFrom(typical))) this.line(this.united(number => dark.has(number)), CASING, valueAt(casingWidth(typical), zoom));
    this.line(this.united(() => true), INK, valueAt(outlineWidth(typical), zoom));
    const chosen = selected ? codes.indexOf(selected) : -1;
    if (chosen < 0) return;
    const ring = this.united((_, index) => index === chosen);
    this.line(ring, '#ffffff', 7);
    this.line(ring, INK, 3.5);
  }

  drawNumbers() {
    const {context, map: {palette}, zoom} = this;
    Object.assign(context, {font: `${NUMBER_SIZE}px sans-serif`, textAlign: 'center', textBaseline: 'alphabetic', lineWidth: 2 * HALO});
    for (const [index, column, row, from] of this.shapes.numbers) {
      const number = this.map.classes[index], ground = palette[number - 1];
      if (!ground || from > Math.floor(zoom)) continue;      // the map asks the zoom of its tiles
      const {x, y} = this.at.transformPoint({x: column, y: row});
      context.strokeStyle = ground;
      context.strokeText(number, x, y + NUMBER_SIZE * 0.42);
      context.fillStyle = inkOn(ground);
      context.fillText(number, x, y + NUMBER_SIZE * 0.42);
    }
  }
}

/** The scripts that the page only names, in their order. */
function loadRest() {
  for (const {src} of document.querySelectorAll('script.later')) {
    const script = document.createElement('script');
    Object.assign(script, {src, async: false});
    document.body.append(script);
  }
}

const parsed = document.readyState === 'loading'
  ? new Promise(done => document.addEventListener('DOMContentLoaded', done, {once: true})) : Promise.resolve();

function begin() {
  const holder = document.getElementById('map-live');
  const {map, sketch, beside} = JSON.parse(document.getElementById('first-document').textContent);
  let drawn = Promise.resolve();
  if (sketch && !beside) {
    const picture = new Sketch(holder, map);
    window.placedataSketch = picture;
    holder.addEventListener('placedata:painted', () => picture.remove());
    drawn = Promise.race([
      picture.begin(sketch).catch(() => picture.remove()),
      new Promise(done => setTimeout(done, PATIENCE_MS)),
    ]);
  }
  // one frame later the picture is on the screen
  Promise.all([parsed, drawn]).then(() => setTimeout(loadRest, 0));
}

begin();
