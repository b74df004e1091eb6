// The map itself, without React: it is told the wanted props and makes the canvas agree with them.
import * as maplibregl from 'maplibre-gl';
import {AttributionText, HoverLabel, WholePlaceControl} from './controls.js';
import {describeAreas, fetchGeometry, joinBounds, typicalZoom} from './geometry.js';
import {NO_DATA, SOURCES, SUPPRESSED, casingOpacity, casingWidth, fillColour, inkOn, layers, outlineWidth, patterns} from './style.js';

const UNITED_KINGDOM = [-8.7, 49.8, 1.8, 60.9];   // where an empty map looks
const PADDING = 24;
const RECOVERY_MS = 4000;
const NEAR_PX = 4;
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
    Object.assign(this, {report, fail, props: {}, wanted: props, geography: NO_AREAS});
    this.classes = new Map();
    this.flagged = {};
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
    this.map.addControl(new maplibregl.NavigationControl({showCompass: false}), 'top-right');
    this.map.addControl(new WholePlaceControl(() => this.showAll()), 'top-right');
    this.map.addControl(new maplibregl.ScaleControl({unit: 'metric'}), 'bottom-left');
    this.map.addControl(this.attribution, 'bottom-right');
    this.listen();
  }

  listen() {
    const map = this.map;
    map.on('style.load', () => this.styleLoaded());
    map.on('error', ({error}) => this.failed(error));
    map.on('click', event => {
      const code = this.areaAt(event.point);
      if (code !== null) this.report({clicked: {area_code: code, ts: Date.now()}});
    });
    map.on('mousemove', event => this.hover(this.areaAt(event.point), event.point));
    map.on('mouseout', () => this.hover(null));
    map.on('movestart', event => {
      if (event.originalEvent) this.moved = true;
      this.label.hide();
    });
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
    const classes = this.classes;
    this.classes = new Map();
    this.setClasses(classes);
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
    if (changed('geometry')) this.loadAreas(wanted.geometry);
    if (changed('outlineUrl')) this.loadOutline(wanted.outlineUrl);
    // classes in the order of other areas must not be seen on those that are still drawn
    if (changed('classes') && !this.loading) this.applyClasses();
    if (changed('classes', 'classNumbers', 'palette') && !this.loading) this.drawNumbers();
    if (changed('selected')) this.flag('selected', wanted.selected);
    if (changed('focused')) { this.flag('focused', wanted.focused); this.labelFocused(); }
    if (changed('labels') && this.labelled) this.label.rewrite(this.textFor(this.labelled));
    if (changed('view') && wanted.view) this.goTo(wanted.view);
  }

  async loadAreas(url) {
    this.report({status: {state: 'loading'}});
    this.loading = true;
    const collection = await this.fetched(url);
    if (this.gone || this.props.geometry !== url) return;
    this.loading = false;
    if (!collection) return;
    this.geography = describeAreas(collection);
    this.map.removeFeatureState({source: 'areas'});
    this.classes = new Map();
    this.map.getSource('areas').setData(collection);
    const zoom = typicalZoom(this.geography.areas);
    this.map.setPaintProperty('casing', 'line-width', casingWidth(zoom));
    this.map.setPaintProperty('borders', 'line-width', outlineWidth(zoom));
    this.applyClasses();
    this.drawNumbers();
    this.markFlagged();
    this.moved = false;
    if (this.props.view) this.goTo(this.props.view, false);
    else this.showAll(false);
    if (!this.geography.areas.size) this.fail('empty', '');
    else this.fail(null);
  }

  async loadOutline(url) {
    const collection = await this.fetched(url);
    if (collection && !this.gone && this.props.outlineUrl === url)
      this.map.getSource('outline').setData(collection);
  }

  async fetched(url) {
    try {
      return await fetchGeometry(url);
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

  setClasses(found) {
    for (const [id, c] of found)
      if (this.classes.get(id) !== c) this.map.setFeatureState({source: 'areas', id}, {c});
    this.classes = found;
  }

  drawNumbers() {
    const palette = this.props.palette || [];
    const features = !this.props.classNumbers ? [] : [...this.classes]
      .filter(([, number]) => palette[number - 1])
      .map(([code, number]) => {
        const {point, from} = this.geography.areas.get(code).inside;
        const ground = palette[number - 1];
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

  textFor(code) {
    const {labels} = this.props, {areas, order} = this.geography;
    const given = Array.isArray(labels) ? labels[order.indexOf(code)] : labels?.[code];
    return String(given ?? areas.get(code)?.name ?? code);
  }

  hover(code, point) {
    if (!this.ready) return;
    const before = this.flagged.hover ?? null;
    this.flag('hover', code);
    if (code === null) this.labelFocused();
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

  goTo({center, zoom, bounds, area}, smooth = true) {
    const box = bounds || this.geography.areas.get(area)?.bounds;
    const target = box ? this.map.cameraForBounds(box, {padding: PADDING, maxZoom: 16})
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
    this.ready = false;
    clearTimeout(this.recovery);
    this.label.remove();
    this.map.remove();
  }
}
