// What the map needs to know about its areas, worked out once when the geometry arrives.
import polylabel from 'polylabel';

const EMPTY = {type: 'FeatureCollection', features: []};
const fetched = new Map();      // the browser caches bytes; this saves parsing them again
const KEEP = 4;

/** Fetch a GeoJSON FeatureCollection; the same address is parsed once. */
export function fetchGeometry(url) {
  if (!url) return Promise.resolve(EMPTY);
  if (!fetched.has(url)) {
    fetched.set(url, request(url).catch(error => { fetched.delete(url); throw error; }));
    if (fetched.size > KEEP) fetched.delete(fetched.keys().next().value);
  }
  return fetched.get(url);
}

async function request(url) {
  const answer = await fetch(url, {credentials: 'same-origin'});
  if (!answer.ok) throw new Error(`${url}: the server answered ${answer.status}`);
  const data = await answer.json();
  if (!data || !Array.isArray(data.features)) throw new Error(`${url}: not a FeatureCollection`);
  return data;
}

const polygonsOf = geometry => !geometry ? []
  : geometry.type === 'Polygon' ? [geometry.coordinates]
  : geometry.type === 'MultiPolygon' ? geometry.coordinates
  : geometry.type === 'GeometryCollection' ? geometry.geometries.flatMap(polygonsOf)
  : [];

const ringArea = ring => Math.abs(ring.reduce((sum, [x, y], i) => {
  const [nextX, nextY] = ring[(i + 1) % ring.length];
  return sum + x * nextY - nextX * y;
}, 0)) / 2;

export const joinBounds = (a, b) => !a ? b : !b ? a
  : [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];

function boundsOf(polygons) {
  let bounds = null;
  for (const [outer] of polygons)
    for (const [x, y] of outer || []) bounds = joinBounds(bounds, [x, y, x, y]);
  return bounds;
}

/**
 * The point of the largest polygon that lies deepest inside it, and the zoom from which a circle
 * of 6 pixels round it fits inside. Longitude is scaled so that degrees are square.
 */
function insidePoint(polygons, bounds) {
  const largest = polygons.reduce((a, b) => ringArea(b[0]) > ringArea(a[0]) ? b : a);
  const squash = Math.cos((bounds[1] + bounds[3]) * Math.PI / 360) || 1;
  const flat = largest.map(ring => ring.map(([x, y]) => [x * squash, y]));
  const [, , east, north] = boundsOf([flat]), [west, south] = boundsOf([flat]);
  const found = polylabel(flat, Math.max(Math.min(east - west, north - south) / 50, 1e-9));
  const from = Math.log2(6 * 360 * squash / (512 * Math.max(found.distance, 1e-9)));
  return {point: [found[0] / squash, found[1]], from};
}

/** One record for each drawable area: code, name, bounds, and (worked out when asked for) its inside point. */
export function describeAreas(collection) {
  const areas = new Map(), order = [];
  let skipped = 0;
  for (const feature of collection.features) {
    const {area_code: code, area_name: name, inside: known} = feature.properties || {};
    const polygons = polygonsOf(feature.geometry);
    const bounds = boundsOf(polygons);
    order.push(code);
    if (code === undefined || code === null || !bounds || areas.has(code)) { skipped += 1; continue; }
    let inside = known ? {point: known.slice(0, 2), from: known[2]} : null;
    areas.set(code, {
      code, name, bounds, geometry: feature.geometry,
      get inside() { return inside ??= insidePoint(polygons, bounds); },
    });
  }
  return {areas, order, skipped};
}

/** Where the areas of vector tiles lie; their outlines come one by one, when one is pointed at. */
export async function fetchTiled(base) {
  const answer = await fetch(`${base}/areas.json`, {credentials: 'same-origin'});
  if (!answer.ok) throw new Error(`${base}: the server answered ${answer.status}`);
  const {layer, minzoom, maxzoom, areas: rows} = await answer.json();
  const areas = new Map(rows.map(([code, name, west, south, east, north, x, y, from]) => [code, {
    code, name, bounds: [west, south, east, north], inside: {point: [x, y], from}, geometry: null,
    outline() {
      return this.asked ??= request(`${base}/areas/${encodeURIComponent(code)}.json`)
        .then(({features: [{geometry}]}) => { this.geometry = geometry; });
    },
  }]));
  const tiles = [new URL(`${base}/`, document.baseURI).href + '{z}/{x}/{y}.mvt'];
  return {areas, order: [...areas.keys()], skipped: 0, layer, source: {type: 'vector', tiles, minzoom, maxzoom, promoteId: {[layer]: 'area_code'}}};
}

/** Zoom at which half of the areas are wider than 24 screen pixels. */
export function typicalZoom(areas) {
  const widths = [...areas.values()]
    .map(({bounds}) => Math.max(bounds[2] - bounds[0], bounds[3] - bounds[1])).sort((a, b) => a - b);
  const median = widths[Math.floor(widths.length / 2)];
  return median > 0 ? Math.min(Math.max(Math.log2(24 * 360 / (512 * median)), 2), 16) : 10;
}
