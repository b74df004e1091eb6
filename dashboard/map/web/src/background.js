// A map beneath the areas, in greys so that none of its colours is taken for a class. Its tiles come
// from this server, or from the one host that the page's policy allows. Where they fail it is taken
// away and told: nothing is tried again until a person asks for it.
import {addProtocol, removeProtocol} from 'maplibre-gl';

const WAIT_MS = 8000;           // a proxy may swallow requests and never answer
const MOST_FAILED = 2;          // before the first tile has come
const MOST_IN_A_ROW = 8;        // after it
const MOST_EMPTY = 12;          // a host that has no tile here: the address may be wrong
let count = 0;

const nothing = given => ({data: given?.layers?.length ? new ArrayBuffer(0) : null});
const absolute = address => new URL(address, document.baseURI).href.replaceAll('%7B', '{').replaceAll('%7D', '}');

// ---- vector tiles: plain ground, water, ways; in greys that leave the classes to be seen
const GREYS = {green: '#e2e2e2', built: '#d6d6d6', water: '#bcbcbc', stream: '#bcbcbc', rail: '#858585', road: '#858585'};
// what a main road is called in the tiles of OS Open Zoomstack, OpenMapTiles and Protomaps
const MAIN = ['Motorway', 'Primary', 'A Road', 'motorway', 'trunk', 'primary', 'highway', 'major_road'];
const isMain = ['in', ['coalesce', ['get', 'type'], ['get', 'class'], ['get', 'kind'], ''], ['literal', MAIN]];
const ofRoad = (main, other) => ['case', isMain, main, other];
const WIDTHS = {
  stream: 1, rail: 1,
  road: ['interpolate', ['linear'], ['zoom'], 8, ofRoad(0.8, 0), 11, ofRoad(1.6, 0.3), 14, ofRoad(4, 1.4), 17, ofRoad(12, 6)],
};

function drawn(what, name, at, opacity) {
  const line = what in WIDTHS, kind = line ? 'line' : 'fill';
  return {
    id: `background-${at}`, type: kind, 'source-layer': name,
    filter: ['==', ['geometry-type'], line ? 'LineString' : 'Polygon'],
    paint: {[`${kind}-color`]: GREYS[what], [`${kind}-opacity`]: opacity, ...(line ? {'line-width': WIDTHS[what]} : {'fill-antialias': false})},
  };
}

export class Background {
  /** `lost()` is called once where the tiles of a map cannot be had. */
  constructor(map, lost) {
    Object.assign(this, {map, lost, given: null, layers: [], scheme: `background${count += 1}`});
    addProtocol(this.scheme, ({url}, abort) => this.tile(url.slice(this.scheme.length + 3), abort));
  }

  /** `{tiles, zooms, bounds, opacity, through}`, or null for none. */
  show(given) {
    this.given = given || null;
    Object.assign(this, {came: 0, failed: 0, empty: 0});
    this.seeThrough();
    if (this.begun) this.draw();
  }

  /** The areas are on the screen: only now are tiles asked for, which may take long to come. */
  begin() {
    if (this.begun) return;
    this.begun = true;
    this.draw();
  }

  draw() {
    const {map, given} = this;
    for (const {id} of this.layers) map.removeLayer(id);
    this.layers = [];
    if (map.getSource('background')) map.removeSource('background');
    if (!given) return;
    const [minzoom, maxzoom] = given.zooms, vector = Boolean(given.layers?.length);
    map.addSource('background', {
      ...(vector ? {type: 'vector'} : {type: 'raster', tileSize: 256}), minzoom, maxzoom,
      ...(given.bounds && {bounds: given.bounds}), tiles: [`${this.scheme}://${absolute(given.tiles)}`],
    });
    this.layers = vector ? given.layers.map(([what, name], at) => drawn(what, name, at, given.opacity)) : [{
      id: 'background', type: 'raster', paint: {
        'raster-opacity': given.opacity, 'raster-saturation': -1, 'raster-fade-duration': 0,
      }}];
    for (const layer of this.layers) map.addLayer({...layer, source: 'background'}, 'fill');
  }

  /** The areas let the map beneath be read; without one they have their whole colour. */
  seeThrough() {
    this.map.setPaintProperty('fill', 'fill-opacity', this.given ? this.given.through : 1);
  }

  async tile(url, {signal}) {
    const given = this.given;
    if (!given) return nothing(given);
    const waited = AbortSignal.timeout(WAIT_MS);
    try {
      const answer = await fetch(url, {credentials: 'same-origin', signal: AbortSignal.any([signal, waited])});
      // a host says 404 where it has no tile; this server says it where the file has gone
      if (answer.status === 204 || (answer.status === 404 && !given.bounds)) return this.nothingAt(given);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const data = given.layers?.length ? await answer.arrayBuffer()
        : await createImageBitmap(await answer.blob());    // not the page of a proxy
      if (given === this.given) Object.assign(this, {came: this.came + 1, failed: 0});
      return {data};
    } catch (error) {
      if (signal.aborted) throw error;
      this.failedAt(given);
      return nothing(given);
    }
  }

  /** A tile did not come, or is damaged. */
  failedAt(given = this.given) {
    if (given === this.given) this.failed += 1;
    if (this.failed >= (this.came ? MOST_IN_A_ROW : MOST_FAILED)) this.giveUp(given);
  }

  /** No tile is no mistake at the edge of a map; a host that has none at all is not the right one. */
  nothingAt(given) {
    if (given === this.given && !given.bounds) this.empty += 1;
    if (!this.came && this.empty >= MOST_EMPTY) this.giveUp(given);
    return nothing(given);
  }

  giveUp(given) {
    if (!given || given !== this.given) return;
    this.given = null;
    setTimeout(() => { if (!this.gone && !this.given) { this.show(null); this.lost(); } });
  }

  remove() {
    this.gone = true;
    removeProtocol(this.scheme);
  }
}
