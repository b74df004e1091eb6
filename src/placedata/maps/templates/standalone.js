'use strict';
// What folium's script calls: layers drawn from the outlines and the tables of this file.
const placedata = (() => {
  const outlines = JSON.parse(document.getElementById('pd-areas').textContent);
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
    drawn[drawing.number] = {made, shapes, drawing};
    return made;
  }

  function show(found) {
    now = found;
    for (const part of document.querySelectorAll('[data-legend]')) {
      part.hidden = Number(part.dataset.legend) !== found.drawing.number;
    }
    for (const {badge, at} of numbers) {
      const place = found.drawing.classes[at];
      badge.textContent = place > 0 ? place : '';
      badge.style.color = place > 0 ? found.drawing.inks[place - 1] : '';
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
    const pane = map.createPane('borders');
    pane.style.zIndex = 450;
    pane.style.pointerEvents = 'none';
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
