// The map itself, without React: it is told the wanted props and makes the canvas agree with them.
import * as maplibregl from 'maplibre-gl';
import {Background} from './background.js';
import {AttributionText, HoverLabel, WholePlaceControl} from './controls.js';
import {describeAreas, fetchGeometry, fetchTiled, joinBounds, typicalZoom} from './geometry.js';
import {NO_DATA, SOURCES, SUPPRESSED, casingFrom, casingOpacity, casingWidth, fillColour, inkOn, layers, otherWidths, outlineWidth, paler, patterns, pointLayers, pointSource} from './style.js';

const UNITED_KINGDOM = [-8.7, 49.8, 1.8, 60.9];   // where an empty map looks
const PADDING = 24;
const RECOVERY_MS = 4000;
const NEAR_PX = 4;
const MANY_AREAS = 1000;
const MOST_POINTS = 500;        // more than these are drawn as clusters
const groups = new Map();       // name -> maps of a page that move and point together
const NO_AREAS = {areas: new Map(), order: [], skipped: 0};
// Dash hands over new objects with every answer, also where nothing in them is new
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);
const round = (number, places) => Number(number.toFixed(places));

/** True if the browser can draw with WebGL 2; the probe's context is given back at once. */
export function webglWorks() {
  try {
    const gl = document.createElement('canvas').getContext('webgl2');
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
    return Boolean(gl);
  } catch {
    return false;
  }
}

export class AreaMap {
  /** `report(props)` passes props to Dash; `fail(kind, detail)` says why nothing can be seen. */
  constructor(container, props, {report, fail}) {
    Object.assign(this, {container, report, fail, props: {}, wanted: props, geography: NO_AREAS});
    this.classes = new Map();
    this.hatched = [];
    this.flagged = {};
    this.clustered = false;
    this.join(props.group);
    this.ready = false;
    this.moved = false;
    this.map = new maplibregl.Map({
      container, style: {version: 8, sources: {}, layers: []}, bounds: UNITED_KINGDOM,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      maxPitch: 0, renderWorldCopies: false, fadeDuration: 0, maxZoom: 20,
      // on a phone one finger scrolls the page, two move the map
      cooperativeGestures: matchMedia('(pointer: coarse)').matches,
      canvasContextAttributes: {antialias: true},
      locale: {'Map.Title': props.ariaLabel || 'Map'},
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.label = new HoverLabel(container);
    this.attribution = new AttributionText();
    this.background = new Background(this.map, () => this.report({backgroundLost: Date.now()}));
    this.map.addControl(new maplibregl.NavigationControl({showCompass: false}), 'top-right');
    this.map.addControl(new WholePlaceControl(() => this.showAll()), 'top-right');
    this.map.addControl(new maplibregl.ScaleControl({unit: 'metric'}), 'bottom-left');
    this.map.addControl(this.attribution, 'bottom-right');
    this.listen();
  }

  listen() {
    const map = this.map;
    map.on('style.load', () => this.styleLoaded());
    map.on('error', ({error, sourceId}) => sourceId === 'background' ? this.background.failedAt() : this.failed(error));
    map.on('click', event => {
      if (this.openCluster(event.point)) return;
      const code = this.areaAt(event.point);
      if (code !== null) this.report({clicked: {area_code: code, ts: Date.now()}});
    });
    map.on('mousemove', event => this.hover(this.areaAt(event.point), event.point, this.thingAt(event.point)));
    map.on('mouseout', () => this.hover(null));
    map.on('move', () => this.lead());
    map.on('movestart', event => {
      if (event.originalEvent) { this.moved = true; this.painted(); }
      this.label.hide();
    });
    map.on('zoomend', () => { if (this.ready && map.getZoom() > this.numberedTo) this.drawNumbers(); });
    map.on('moveend', () => { this.reportViewport(); if (!this.flagged.hover) this.labelFocused(); });
    map.on('resize', () => { if (!this.moved && !this.props.view) this.showAll(false); });
    map.on('webglcontextlost', () => this.contextLost());
    map.on('webglcontextrestored', () => clearTimeout(this.recovery));
  }

  /** Runs at the start, and again after a lost graphics context has come back. */
  styleLoaded() {
    const {map} = this;
    for (const [name, image] of Object.entries(patterns()))
      if (!map.hasImage(name)) map.addImage(name, image, {pixelRatio: 2});
    for (const [name, source] of Object.entries(SOURCES))
      if (!map.getSource(name)) map.addSource(name, source);
    for (const layer of layers(this.wanted.palette))
      if (!map.getLayer(layer.id)) map.addLayer(layer);
    const recovered = this.ready === null;
    this.ready = true;
    if (recovered) this.restore();
    else this.update(this.wanted);
    this.report({webgl: true});
  }

  contextLost() {
    this.ready = null;
    this.label.hide();
    this.recovery = setTimeout(() => this.fail('no_webgl', 'The graphics context was lost'),
                               RECOVERY_MS);
  }

  restore() {
    const {classes, hatched} = this;
    this.classes = new Map();
    this.hatched = [];
    if (this.geography.layer) this.drawFrom(this.geography);
    this.setClasses(classes);
    this.setHatched(hatched);
    this.update(this.wanted);
  }

  failed(error) {
    if (error?.name === 'GPUInitializationError') this.fail('no_webgl', error.message);
    else this.fail('failed', error?.message || 'The map could not be drawn');
  }

  /** Make the map agree with the props; only what differs from the last call is touched. */
  update(wanted) {
    this.wanted = wanted;
    if (!this.ready) return;
    const before = this.props;
    this.props = wanted;
    const changed = (...names) => names.some(name => !same(before[name], wanted[name]));
    if (changed('ariaLabel')) this.map.getCanvas().setAttribute('aria-label', wanted.ariaLabel || 'Map');
    if (changed('attribution')) this.attribution.show(wanted.attribution);
    if (changed('palette')) {
      this.map.setPaintProperty('fill', 'fill-color', fillColour(wanted.palette));
      this.map.setPaintProperty('casing', 'line-opacity', casingOpacity(wanted.palette));
    }
    if (changed('geometry', 'tiles')) this.loadAreas(wanted.geometry, wanted.tiles);
    if (changed('background')) this.background.show(wanted.background);
    if (changed('outlineUrl')) this.loadOutline(wanted.outlineUrl);
    // classes in the order of other areas must not be seen on those that are still drawn
    if (changed('classes') && !this.loading) this.applyClasses();
    if (changed('classes', 'classNumbers', 'palette', 'background') && !this.loading) this.drawNumbers();
    if (changed('hatched') && !this.loading) this.setHatched(wanted.hatched);
    if (changed('points')) this.loadPoints(wanted.points);
    if (changed('raster')) this.showRaster(wanted.raster);
    if (changed('selected')) this.flag('selected', wanted.selected);
    if (changed('focused')) { this.flag('focused', wanted.focused); this.labelFocused(); }
    if (changed('labels') && this.labelled) this.label.rewrite(this.textFor(this.labelled));
    if (changed('view') && wanted.view) this.goTo(wanted.view);
  }

  /** Areas of one GeoJSON file, or where there are thousands, of vector tiles at an address. */
  async loadAreas(url, tiles) {
    this.report({status: {state: 'loading'}});
    this.loading = true;
    const found = await (tiles ? this.fetched(tiles, fetchTiled) : this.fetched(url));
    if (this.gone || this.props.geometry !== url || this.props.tiles !== tiles) return;
    this.loading = false;
    if (!found) return;
    this.map.removeFeatureState(this.ofAreas());
    this.geography = tiles ? found : describeAreas(found);
    this.classes = new Map();
    this.hatched = [];
    this.drawFrom(tiles ? found : null);
    if (!tiles) this.map.getSource('areas').setData(found);
    const zoom = typicalZoom(this.geography.areas);
    this.map.setPaintProperty('casing', 'line-width', casingWidth(zoom));
    this.map.setPaintProperty('borders', 'line-width', outlineWidth(zoom));
    this.applyClasses();
    this.setHatched(this.props.hatched);
    this.markFlagged();
    this.moved = false;
    if (this.props.view) this.goTo(this.props.view, false);
    else this.showAll(false);
    this.drawNumbers();
    if (!this.geography.areas.size) this.fail('empty', '');
    else this.fail(null);
    this.map.once('idle', () => { this.painted(); this.background.begin(); });
  }

  /** All areas are on the screen, or a person moves the map: what stood in its place may go. */
  painted() {
    this.container.dispatchEvent(new CustomEvent('placedata:painted', {bubbles: true}));
  }

  /** What feature-state is kept of: the source, its layer in tiles, an area. */
  ofAreas(id) {
    const {layer} = this.geography;
    return {source: 'areas', ...(layer && {sourceLayer: layer}), ...(id !== undefined && {id})};
  }

  /** Draw the areas from tiles, or again from GeoJSON; their layers are made anew, in their order. */
  drawFrom(tiled) {
    const {map} = this, shape = tiled?.source || SOURCES.areas;
    if (!tiled && map.getSource('areas').type === 'geojson') return;
    const all = layers(this.wanted.palette), drawn = all.filter(({source}) => source === 'areas');
    map.setMinZoom(shape.minzoom ?? 0);   // below it there are no tiles, and nothing would be drawn
    for (const {id} of drawn) map.removeLayer(id);
    map.removeSource('areas');
    map.addSource('areas', shape);
    for (const layer of drawn) {
      const above = all.slice(all.indexOf(layer) + 1).find(({id}) => map.getLayer(id));
      const from = tiled && layer.id === 'casing' && {minzoom: Math.max(casingFrom(typicalZoom(tiled.areas)), 0)};
      map.addLayer({...layer, ...from, ...(tiled && {'source-layer': tiled.layer})}, above?.id);
    }
    this.background.seeThrough();
  }

  async loadOutline(url) {
    const collection = await this.fetched(url);
    if (!collection || this.gone || this.props.outlineUrl !== url) return;
    const [casing, width] = otherWidths(collection);
    this.map.setPaintProperty('outline-casing', 'line-width', casing);
    this.map.setPaintProperty('outline', 'line-width', width);
    this.map.getSource('outline').setData(collection);
  }

  /** Points of things: signs up to 500, then clusters that say how many they stand for. */
  async loadPoints(url) {
    const collection = await this.fetched(url);
    if (!collection || this.gone || this.props.points !== url) return;
    const clustered = collection.features.length > MOST_POINTS;
    if (clustered !== this.clustered) {
      for (const {id} of pointLayers()) this.map.removeLayer(id);
      this.map.removeSource('points');
      this.map.addSource('points', pointSource(clustered));
      for (const layer of pointLayers()) this.map.addLayer(layer);
      this.clustered = clustered;
    }
    this.map.getSource('points').setData(collection);
  }

  /** A picture between the colours and the outlines: `{url, corners, opacity}`. */
  showRaster(raster) {
    if (this.map.getLayer('raster')) this.map.removeLayer('raster');
    if (this.map.getSource('raster')) this.map.removeSource('raster');
    this.map.setLayoutProperty('number-discs', 'visibility', raster ? 'visible' : 'none');
    this.map.setLayoutProperty('numbers', 'text-allow-overlap', Boolean(raster));
    if (!raster) return;
    this.map.addSource('raster', {type: 'image', url: raster.url, coordinates: raster.corners});
    this.map.addLayer({id: 'raster', source: 'raster', type: 'raster', paint: {
      'raster-opacity': raster.opacity ?? 1, 'raster-resampling': 'nearest', 'raster-fade-duration': 0,
    }}, 'casing');
  }

  async fetched(url, how = fetchGeometry) {
    try {
      return await how(url);
    } catch (error) {
      if (!this.gone) this.fail('failed', error.message);
      return null;
    }
  }

  /** Class by area code, from a list in the geometry's order or from a plain object. */
  wantedClasses() {
    const {classes} = this.props, {areas, order} = this.geography;
    const found = new Map();
    const entries = Array.isArray(classes)
      ? order.map((code, i) => [code, classes[i]]) : Object.entries(classes || {});
    let unmatched = Array.isArray(classes) ? Math.max(classes.length - order.length, 0) : 0;
    for (const [code, number] of entries)
      if (areas.has(code)) found.set(code, Number.isInteger(number) ? number : NO_DATA);
      else unmatched += 1;
    for (const code of areas.keys()) if (!found.has(code)) found.set(code, NO_DATA);
    return {found, unmatched};
  }

  applyClasses() {
    const {areas, skipped} = this.geography;
    if (!areas.size) return;
    const {found, unmatched} = this.wantedClasses();
    this.setClasses(found);
    const colours = (this.props.palette || []).length;
    const withoutColour = [...found.values()]
      .filter(number => number === 0 || number > colours || number < SUPPRESSED).length;
    this.report({status: {state: 'ready', areas: areas.size, skipped, unmatched,
                          without_colour: withoutColour}});
  }

  /** Show a layer of signs from now on, if an area needs it. */
  show(sign, needed) {
    if (needed && this.map.getLayoutProperty(sign, 'visibility') === 'none')
      this.map.setLayoutProperty(sign, 'visibility', 'visible');
  }

  setClasses(found) {
    const numbers = new Set(found.values());
    this.show('no-data', numbers.has(NO_DATA));
    this.show('suppressed', numbers.has(SUPPRESSED));
    for (const [id, c] of found)
      if (this.classes.get(id) !== c) this.map.setFeatureState(this.ofAreas(id), {c});
    this.classes = found;
  }

  setHatched(codes) {
    const {areas} = this.geography;
    const wanted = (codes || []).filter(code => areas.has(code));
    this.show('unclear', Boolean(wanted[0]));
    for (const id of this.hatched) this.map.setFeatureState(this.ofAreas(id), {h: false});
    for (const id of wanted) this.map.setFeatureState(this.ofAreas(id), {h: true});
    this.hatched = wanted;
  }

  /** Of thousands of areas only those that have room for a number, or nearly: each costs a frame. */
  drawNumbers() {
    const palette = this.props.palette || [], {areas} = this.geography;
    this.numberedTo = areas.size > MANY_AREAS ? Math.ceil(this.map.getZoom()) : Infinity;
    const features = !this.props.classNumbers ? [] : [...this.classes]
      .filter(([code, number]) => palette[number - 1] && (areas.size <= MANY_AREAS || areas.get(code).inside.from <= this.numberedTo))
      .map(([code, number]) => {
        const {point, from} = areas.get(code).inside;
        const ground = paler(palette[number - 1], this.props.background?.through);
        return {
          type: 'Feature', properties: {n: String(number), from, ground, ink: inkOn(ground)},
          geometry: {type: 'Point', coordinates: point},
        };
      });
    if (features.length || this.numbered)
      this.map.getSource('numbers').setData({type: 'FeatureCollection', features});
    this.numbered = features.length > 0;
  }

  /** Move a flag (selected, focused, hover) to one area; null takes it away. */
  flag(name, code) {
    if ((this.flagged[name] ?? null) === (code ?? null)) return;
    this.flagged[name] = code ?? null;
    this.markFlagged();
  }

  markFlagged() {
    for (const code of Object.values(this.flagged)) {
      const area = this.geography.areas.get(code);
      if (area && !area.geometry) area.outline().then(() => this.gone || this.markFlagged(), () => {});
    }
    const features = Object.entries(this.flagged)
      .map(([flag, code]) => ({flag, geometry: this.geography.areas.get(code)?.geometry}))
      .filter(({geometry}) => geometry)
      .map(({flag, geometry}) => ({type: 'Feature', properties: {flag}, geometry}));
    this.map.getSource('marked').setData({type: 'FeatureCollection', features});
  }

  /** Code of the area at a point of the canvas, or of one close by if the point is outside all. */
  areaAt({x, y}) {
    if (!this.ready) return null;
    const near = [[x - NEAR_PX, y - NEAR_PX], [x + NEAR_PX, y + NEAR_PX]];
    for (const place of [[x, y], near]) {
      const [feature] = this.map.queryRenderedFeatures(place, {layers: ['fill']});
      if (feature) return feature.properties.area_code;
    }
    return null;
  }

  /** The thing at a point of the canvas, or the cluster that stands for several. */
  thingAt({x, y}) {
    if (!this.ready || !this.props.points) return null;
    return this.map.queryRenderedFeatures([x, y], {layers: ['points']})[0] || null;
  }

  openCluster(point) {
    const thing = this.thingAt(point);
    if (!thing?.properties.cluster) return false;
    const center = thing.geometry.coordinates;
    this.map.getSource('points').getClusterExpansionZoom(thing.properties.cluster_id)
      .then(zoom => { this.moved = true; this.goTo({center, zoom: zoom + 0.2}); }, () => {});
    return true;
  }

  // ---- maps of one group look at the same place, and point at the same area
  join(name) {
    if (!name) return;
    if (!groups.has(name)) groups.set(name, new Set());
    this.group = groups.get(name).add(this);
  }

  get others() { return [...(this.group || [])].filter(map => map !== this && map.ready); }

  lead() {
    if (this.following) return;
    for (const other of this.others) other.follow(this);
  }

  follow({map, moved}) {
    this.following = true;
    this.moved = moved;
    this.map.jumpTo({center: map.getCenter(), zoom: map.getZoom()});
    this.following = false;
  }

  /** The pointer is on an area of another map of the group. */
  pointedAt(code) {
    this.flag('hover', code);
    const area = this.geography.areas.get(code);
    if (area) this.showLabel(code, this.map.project(area.inside.point));
    else this.label.hide();
  }

  textFor(code) {
    const {labels} = this.props, {areas, order} = this.geography;
    const given = Array.isArray(labels) ? labels[order.indexOf(code)] : labels?.[code];
    return String(given ?? areas.get(code)?.name ?? code);
  }

  hover(code, point, thing) {
    if (!this.ready) return;
    const before = this.flagged.hover ?? null;
    this.flag('hover', code);
    if (before !== code) for (const other of this.others) other.pointedAt(code);
    if (thing) {
      const {name, point_count: count} = thing.properties;
      this.labelled = null;
      this.label.show(count ? `${count} together: zoom in to see them` : name, point);
    } else if (code === null) this.labelFocused();
    else this.showLabel(code, point);
    if (before === code) return;
    this.map.getCanvas().style.cursor = code === null ? '' : 'pointer';
    this.report({hoveredArea: code});
  }

  labelFocused() {
    const area = this.geography.areas.get(this.props.focused);
    if (area) this.showLabel(area.code, this.map.project(area.inside.point));
    else if (!this.flagged.hover) this.label.hide();
  }

  showLabel(code, point) {
    this.labelled = code;
    this.label.show(this.textFor(code), point);
  }

  showAll(smooth = true) {
    this.moved = false;
    const all = [...this.geography.areas.values()].reduce((sum, {bounds}) => joinBounds(sum, bounds), null);
    this.goTo({bounds: all || UNITED_KINGDOM}, smooth);
  }

  /** Room around the areas, so that neither caption nor credit hides one of them. */
  padding() {
    const around = this.map.getContainer(), sides = {left: PADDING, right: PADDING};
    const caption = around.parentElement?.querySelector('.placedata-map-caption')?.offsetHeight || 0;
    const credit = Math.max(0, this.attribution.element.offsetHeight - PADDING);
    const fits = around.clientHeight > 3 * (caption + credit) + 2 * PADDING;
    return {...sides, top: PADDING + (fits ? caption : 0), bottom: PADDING + (fits ? credit : 0)};
  }

  goTo({center, zoom, bounds, area}, smooth = true) {
    const box = bounds || this.geography.areas.get(area)?.bounds;
    const padding = this.padding();
    const target = box ? this.map.cameraForBounds(box, {padding, maxZoom: 16})
      : {...(center && {center}), ...(Number.isFinite(zoom) && {zoom})};
    if (!target) return;
    if (smooth && !matchMedia('(prefers-reduced-motion: reduce)').matches)
      this.map.easeTo({...target, duration: 400});
    else this.map.jumpTo(target);
  }

  reportViewport() {
    const {lng, lat} = this.map.getCenter();
    this.report({viewport: {
      center: [round(lng, 5), round(lat, 5)], zoom: round(this.map.getZoom(), 3), user: this.moved,
      bounds: this.map.getBounds().toArray().flat().map(degrees => round(degrees, 5)),
    }});
  }

  remove() {
    this.gone = true;
    this.group?.delete(this);
    this.ready = false;
    clearTimeout(this.recovery);
    this.label.remove();
    this.background.remove();
    this.map.remove();
  }
}
