'use strict';
// What folium's script calls: layers drawn from the outlines and the tables of this file.
const placedata = (() => {
  const outlines = JSON.parse(document.getElementById('pd-areas').textContent);
  const over = JSON.parse(document.getElementById('pd-over').textContent);
  const inks = ['#ffffff', '#0b0c0c'];
  const drawn = [];
  let map, now, numbers = [];

  if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
    L.Map.mergeOptions({zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
      inertia: false});
  }

  // Names and values come from the table as text, so markup in them stays text.
  function told(number, at) {
    const row = document.getElementById(`m${number}-${at}`);
    const box = document.createElement('div');
    box.appendChild(document.createElement('strong')).textContent = row.cells[0].textContent;
    box.append(document.createElement('br'), row.dataset.said);
    return box;
  }

  function paint(drawing, at) {
    const found = drawing.classes[at];
    if (found > 0) return drawing.colours[found - 1];
    return found === -2 ? 'url(#pd-hidden)' : 'url(#pd-none)';
  }

  function layer(drawing) {
    const shapes = [];
    const made = L.geoJSON(outlines, {
      smoothFactor: 0,
      style: feature => ({fillColor: paint(drawing, feature.id), fillOpacity: 1, opacity: 1,
        color: inks[0], weight: 3}),
      onEachFeature: (feature, shape) => {
        shapes[feature.id] = shape;
        shape.bindTooltip(() => told(drawing.number, feature.id), {sticky: true});
        shape.bindPopup(() => told(drawing.number, feature.id));
      },
    });
    // over the colours, under the borders: which areas are not clearly different
    const signed = {type: 'FeatureCollection',
      features: outlines.features.filter(feature => drawing.hatched.includes(feature.id))};
    const hatch = L.geoJSON(signed, {pane: 'hatch', interactive: false, smoothFactor: 0,
      style: {stroke: false, fillColor: 'url(#pd-unclear)', fillOpacity: 1}});
    drawn[drawing.number] = {made, shapes, drawing, hatch};
    return made;
  }

  function show(found) {
    if (now) map.removeLayer(now.hatch);
    map.addLayer(found.hatch);
    now = found;
    for (const part of document.querySelectorAll('[data-legend]')) {
      part.hidden = Number(part.dataset.legend) !== found.drawing.number;
    }
    for (const {badge, at} of numbers) {
      const place = found.drawing.classes[at];
      badge.textContent = place > 0 ? place : '';
      badge.style.color = place > 0 ? found.drawing.inks[place - 1] : '';
      // where a raster hides the colours, the number stands on its own
      if (over.raster) badge.style.backgroundColor = place > 0 ? found.drawing.colours[place - 1] : '';
    }
  }

  // A number is shown where the circle that fits in the area is large enough to hold it.
  function fit() {
    const equator = 156543.034 / 2 ** map.getZoom();
    for (const {badge, metres, north} of numbers) {
      badge.hidden = metres / (equator * Math.cos(north * Math.PI / 180)) < 7;
    }
  }

  function number(feature) {
    const {east, north, metres} = feature.properties;
    const badge = document.createElement('span');
    const icon = L.divIcon({html: badge, className: 'number', iconSize: [24, 24]});
    L.marker([north, east], {icon, interactive: false, keyboard: false}).addTo(map);
    return {badge, metres, north, at: feature.id};
  }

  function paneAt(name, height) {
    const pane = map.createPane(name);
    pane.style.zIndex = height;
    pane.style.pointerEvents = 'none';
    return pane;
  }

  // A raster is north up on the National Grid, which leans against north on this map: three of its
  // corners say how it is to be turned.
  function raster({url, size, corners}) {
    const image = L.DomUtil.create('img', 'raster leaflet-zoom-hide', paneAt('raster', 410));
    const [wide, high] = size;
    Object.assign(image, {alt: '', width: wide, height: high, src: url});
    const place = () => {
      const [nw, ne, sw] = corners.map(corner => map.latLngToLayerPoint(corner));
      image.style.transform = `matrix(${(ne.x - nw.x) / wide},${(ne.y - nw.y) / wide},${
        (sw.x - nw.x) / high},${(sw.y - nw.y) / high},${nw.x},${nw.y})`;
    };
    map.on('zoomend viewreset', place);
    place();
    map.getContainer().classList.add('badged');
  }

  function lines({geometry, fine}) {
    paneAt('lines', 460);
    for (const [color, weight] of [[inks[0], 4.5], ['#b0006d', 2]]) {
      L.geoJSON(geometry, {pane: 'lines', interactive: false, smoothFactor: 0,
        style: {color, weight: weight * fine, opacity: 1}}).addTo(map);
    }
  }

  function points(found, signed) {
    paneAt('things', 610).setAttribute('aria-hidden', 'true');
    for (const [north, east, name, sign] of found) {
      const badge = document.createElement('span');
      badge.className = 'sign';
      badge.textContent = sign;
      const icon = L.divIcon({html: badge, className: 'thing', iconSize: [18, 18]});
      const mark = signed ? L.marker([north, east], {icon, pane: 'things', keyboard: false})
        : L.circleMarker([north, east], {pane: 'things', radius: 3, color: inks[1], weight: 1.5,
          fillColor: inks[0], fillOpacity: 1});
      const box = document.createElement('span');
      box.textContent = name;
      mark.bindTooltip(box).addTo(map);
    }
  }

  // Every name in a table becomes a button that points the area out on the map.
  function link(found) {
    found.shapes.forEach((shape, at) => {
      const cell = document.getElementById(`m${found.drawing.number}-${at}`).cells[0];
      const button = document.createElement('button');
      button.type = 'button';
      button.title = 'Show on the map';
      button.append(...cell.childNodes);
      button.addEventListener('click', () => {
        if (now !== found) map.removeLayer(now.made).addLayer(found.made);
        show(found);
        map.getContainer().scrollIntoView({block: 'nearest'});
        shape.openPopup();
        document.getElementById('said').textContent = `${cell.textContent}: ${
          cell.parentElement.dataset.said}`;
      });
      cell.append(button);
    });
  }

  function start(made) {
    map = made;
    // The map takes the wheel only while it is in use, so that the page can be scrolled past it.
    map.scrollWheelZoom.disable();
    map.getContainer().addEventListener('focusin', () => map.scrollWheelZoom.enable());
    map.getContainer().addEventListener('focusout', () => map.scrollWheelZoom.disable());
    paneAt('hatch', 430);
    paneAt('borders', 450);
    if (over.raster) raster(over.raster);
    if (over.lines) lines(over.lines);
    if (over.points) points(over.points, over.signed);
    L.geoJSON(outlines, {pane: 'borders', interactive: false, smoothFactor: 0,
      style: {fill: false, color: inks[1], weight: 1, opacity: 1}}).addTo(map);
    map.getPane('markerPane').setAttribute('aria-hidden', 'true');
    numbers = outlines.features.map(number);
    map.on('zoomend', fit);
    map.on('baselayerchange', event => show(drawn.find(one => one.made === event.layer)));
    // Beside the map, so that it hides no area; folium puts it on top.
    const control = document.querySelector('.leaflet-control-layers');
    if (control) document.getElementById('choice').append(control);
    fit();
    show(drawn[0]);
    drawn.forEach(link);
    document.documentElement.dataset.ready = 'yes';
  }

  return {layer, start};
})();
