// The map page: native controls -> address -> the map's props and the parts around it.
(function () {
  'use strict';

  const root = document.currentScript.dataset.root;
  const byId = id => document.getElementById(id);
  const PARTS = ['heading', 'legend', 'areas', 'things', 'table', 'source', 'credit', 'notices', 'area'];
  let shown = JSON.parse(byId('first-document').textContent);
  let state = shown.state;
  let mapReady = false, webgl = true, asked = null;

  const say = text => { byId('said').textContent = text; };
  const setMap = props => { if (mapReady && webgl) window.dash_clientside.set_props('map', props); };
  const setBeside = props => { if (mapReady && webgl) window.dash_clientside.set_props('beside', props); };
  const setBoth = props => { setMap(props); if (shown.beside) setBeside(props); };
  const setPart = (name, html) => { byId(`part-${name}`).innerHTML = html; };

  // ---- the address
  const USUAL = {way: 'quantiles', k: 5, unclear: false};
  function queryOf({layer, period, level, area, sort, find, page, classing: {way, k, unclear}, beside, beside_period, over, background}) {
    const wanted = {
      layer, period, level, area, sort: sort === 'name' ? '' : sort, find, page: page > 1 ? page : '',
      classes: way === USUAL.way ? '' : way, k: k === USUAL.k || way === 'bands' ? '' : k, unclear: unclear ? 'yes' : '',
      beside, beside_period: beside ? beside_period : '',
      lines: over.lines, over: over.things.join(','), cells: over.cells, background,
    };
    return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString().replaceAll('%2C', ',');
  }

  // a link to one snapshot stays a link to it, and the foot of the page always holds such a link
  const pinned = new URLSearchParams(location.search).get('snapshot');
  function remember(how, query) {
    const full = [query, pinned && `snapshot=${encodeURIComponent(pinned)}`].filter(Boolean).join('&');
    history[how]({}, '', full ? `${root}/?${full}` : `${root}/`);
    const link = byId('permalink');
    if (link) link.href = `${root}/?${[query, `snapshot=${shown.snapshot}`].filter(Boolean).join('&')}`;
  }

  async function ask(query, only) {
    asked?.abort();
    asked = new AbortController();
    const address = `${root}/snapshots/${shown.snapshot}/map.json?${query}${only ? `&only=${only}` : ''}`;
    const answer = await fetch(address, {signal: asked.signal});
    if (answer.status === 404) { location.assign(`${root}/?${query}`); throw new DOMException('', 'AbortError'); }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function failed(error) {
    if (error.name === 'AbortError') return;
    setPart('notices', '<div class="notice" role="alert"><p class="notice-title">The figures could not be loaded</p><p>Check the connection, then choose again.</p></div>');
  }

  // ---- showing
  function showDocument(found) {
    const layerChanged = found.state.layer !== state.layer;
    shown = found;
    state = found.state;
    for (const name of PARTS) setPart(name, found.parts[name]);
    document.title = found.title;
    if (layerChanged || byId('period').options.length !== found.periods.length) showPeriods(found);
    byId('period').value = state.period || '';
    if (byId('layer').value !== state.layer) byId('layer').value = state.layer;
    for (const input of document.querySelectorAll('#find [name=layer]')) input.value = state.layer;
    for (const input of document.querySelectorAll('[name=level]')) {
      if (input.type === 'radio') input.checked = input.value === state.level || (!state.level && input === ownLevel);
      else input.value = state.level || ownLevel.value;
    }
    showClassing(found);
    byId('find-rows-field').hidden = !found.paged;
    if (document.activeElement !== byId('find-rows')) byId('find-rows').value = state.find;
    setMap(found.map);
    if (found.beside) window.placedataSketch?.remove();
    else window.placedataSketch?.show(found.map);
    byId('map-live').classList.toggle('split', Boolean(found.beside));
    setBeside(found.beside ? {...found.beside, hidden: false} : {hidden: true});
    showBeside(found);
    showOver(found);
    showTime(found);
    showStill();
  }

  function showPeriods({periods, state: {period}}) {
    byId('period-field').hidden = periods.length === 0;
    byId('period').disabled = periods.length === 0;
    byId('period').replaceChildren(...[...periods].reverse().map(text => new Option(text, text, false, text === period)));
  }

  function showClassing({bands, state: {classing: {way, k, unclear}}}) {
    byId('classes').querySelector('[value=bands]').disabled = !bands;
    byId('classes').value = way;
    byId('k').value = k;
    byId('k').disabled = way === 'bands';
    byId('unclear').checked = unclear;
  }

  // ---- a second map: another layer, or another period of the same
  function showBeside({state: {beside, beside_period: period}, beside_periods: periods}) {
    byId('beside').value = beside;
    byId('beside-period-field').hidden = periods.length === 0;
    byId('beside-period').disabled = periods.length === 0;
    byId('beside-period').replaceChildren(...[...periods].reverse().map(text => new Option(text, text, false, text === period)));
  }

  /** Of the same layer the first period that is not the one shown; else the newest. */
  function secondPeriod(layer) {
    if (layer !== state.layer) return null;
    return shown.periods.find(period => period !== state.period) || null;
  }

  // ---- a map beneath the areas; where its tiles fail, the page goes on without it and says so
  async function loseBackground() {
    if (!shown.background || state.background === 'no') return;
    await go({background: 'no'}, 'replaceState');
    if (shown.background) return;
    setPart('notices', '<div class="notice" role="alert"><p class="notice-title">The background map could not be loaded</p><p>The map goes on without it. Tick “Background map” to try again.</p></div>');
    byId('background').closest('details').open = true;
  }

  // ---- outlines and things over the map
  function showOver({background, state: {over: {lines, things, cells}}}) {
    if (byId('background')) byId('background').checked = Boolean(background);
    if (byId('cells')) byId('cells').value = cells;
    if (byId('lines')) byId('lines').value = lines;
    for (const box of document.querySelectorAll('[name=over]')) box.checked = things.includes(box.value);
  }

  // ---- the slider over the periods
  const STEP_MS = 1400;
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let playing = null, sliding = null, slid = false;
  function showTime({periods, state: {period}}) {
    byId('time').hidden = periods.length < 2;
    byId('play').hidden = calm.matches;
    if (periods.length < 2) { pause(); return; }
    byId('when').max = periods.length - 1;
    if (!slid) byId('when').value = periods.indexOf(period);
    tellTime();
  }
  function tellTime() {
    const text = shown.periods[Number(byId('when').value)] || '';
    byId('when-text').textContent = text;
    byId('when').setAttribute('aria-valuetext', text);
  }
  function pause() {
    clearTimeout(playing);
    playing = null;
    byId('play').textContent = 'Play';
  }
  async function step(how) {
    const next = shown.periods.indexOf(state.period) + 1;
    if (!playing || next >= shown.periods.length) { pause(); return; }
    await go({period: shown.periods[next]}, how);
    if (playing && next < shown.periods.length - 1) playing = setTimeout(step, STEP_MS, 'replaceState');
    else pause();
  }
  byId('play').addEventListener('click', async () => {
    if (playing) { pause(); return; }
    byId('play').textContent = 'Pause';
    const atEnd = state.period === shown.periods.at(-1);
    playing = -1;
    if (atEnd) {
      await go({period: shown.periods[0]});
      if (playing) playing = setTimeout(step, STEP_MS, 'replaceState');
    } else step('pushState');
  });
  byId('when').addEventListener('input', () => {
    pause();
    tellTime();
    clearTimeout(sliding);
    const how = slid ? 'replaceState' : 'pushState';
    slid = true;
    sliding = setTimeout(() => go({period: shown.periods[Number(byId('when').value)]}, how), slid && how === 'replaceState' ? 80 : 0);
  });
  byId('when').addEventListener('change', () => { slid = false; });
  document.addEventListener('visibilitychange', () => { if (document.hidden) pause(); });
  calm.addEventListener('change', () => showTime(shown));

  // what was chosen and is not there yet: the next choice must not forget it
  let pending = null;
  const chosen = () => pending || state;
  async function go(changes, how = 'pushState') {
    const wanted = pending = {...chosen(), page: 1, ...changes};
    try {
      const found = await ask(queryOf(wanted));
      pending = null;
      showDocument(found);
      if (how) remember(how, found.query);
      say(found.said);
    } catch (error) {
      if (pending === wanted) pending = null;
      failed(error);
    }
  }

  async function choose(area, {how = 'pushState', move = false} = {}) {
    if (pending) { go({area}, how); return; }
    const wanted = {...state, area};
    list.select(area);
    markRow(area);
    setBoth({selected: area});
    setMap({...(move && area && shown.many ? {view: {area, ts: Date.now()}} : {})});
    try {
      const found = await ask(queryOf(wanted), 'area');
      state = found.state;
      shown.query = found.query;
      setPart('area', found.parts.area);
      setPart('notices', '');
      if (how) remember(how, found.query);
      say(found.said);
      showStill();
    } catch (error) { failed(error); }
  }

  function markRow(area) {
    for (const row of document.querySelectorAll('#values-table tbody tr'))
      row.classList.toggle('chosen', row.dataset.area === area);
  }

  // ---- the same map as SVG: in print always, on the screen where the browser cannot draw
  let waiting = null;
  function showStill() {
    clearTimeout(waiting);
    const address = `${root}/snapshots/${shown.snapshot}/map.svg?${queryOf({...state, sort: null, find: null, page: null})}`;
    if (!webgl) drawInline(address);
    waiting = setTimeout(() => {
      // of thousands of areas the picture is large: what is on the screen is printed instead
      if (shown.labels && webgl) byId('map-print').removeAttribute('src');
      else byId('map-print').src = address;
      byId('map-print').alt = shown.map.ariaLabel;
    }, webgl ? 600 : 0);
  }

  async function drawInline(address) {
    const answer = await fetch(`${address}&buttons=yes`);
    if (!answer.ok) return;
    const holder = byId('map-svg'), had = document.activeElement?.dataset?.area, inside = holder.contains(document.activeElement);
    holder.innerHTML = await answer.text();
    byId('map-live').hidden = true;
    window.placedataSketch?.remove();
    holder.hidden = false;
    if (inside && had) areasDrawn().find(area => area.dataset.area === had)?.focus();
  }

  const areasDrawn = () => [...byId('map-svg').querySelectorAll('.pd-area')];

  byId('map-svg').addEventListener('click', event => {
    const area = event.target.closest('.pd-area');
    if (area) choose(area.dataset.area);
  });
  byId('map-svg').addEventListener('keydown', event => {
    const all = areasDrawn(), at = all.indexOf(event.target), end = all.length - 1;
    if (at < 0) return;
    const steps = {ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: end};
    if (event.key in steps) {
      const next = all[Math.min(Math.max(steps[event.key], 0), end)];
      for (const area of all) area.setAttribute('tabindex', area === next ? '0' : '-1');
      next.focus();
    } else if (event.key === 'Enter' || event.key === ' ') choose(event.target.dataset.area);
    else return;
    event.preventDefault();
  });

  // ---- what the map says of thousands of areas comes when somebody points at the first of them
  let labelled = null;
  async function wantLabels() {
    const wanted = shown;
    if (!wanted.labels || labelled === wanted) return;
    labelled = wanted;
    try {
      const answer = await fetch(wanted.labels);
      if (!answer.ok) throw new Error(String(answer.status));
      const {labels, beside} = await answer.json();
      wanted.map.labels = labels;
      if (wanted.beside) wanted.beside.labels = beside;
      if (shown !== wanted) return;
      setMap({labels});
      if (wanted.beside) setBeside({labels: beside});
    } catch { labelled = null; }    // names alone are shown; the next to be pointed at asks again
  }

  // ---- controls
  const list = window.placedataAreaList(byId('part-areas'), {
    onFocus: code => { setBoth({focused: code}); if (code) wantLabels(); },
    onChoose: code => choose(code === state.area ? null : code),
  });

  // official bands belong to one layer: the next one begins with quantiles
  const toLayer = layer => pause() || go({layer, period: null, classing: {...state.classing, way: state.classing.way === 'bands' ? USUAL.way : state.classing.way}});
  byId('layer').addEventListener('change', event => toLayer(event.target.value));
  byId('period').addEventListener('change', event => go({period: event.target.value}));
  byId('beside').addEventListener('change', event => go({beside: event.target.value, beside_period: secondPeriod(event.target.value)}));
  byId('beside-period').addEventListener('change', event => go({beside_period: event.target.value}));
  byId('cells')?.addEventListener('change', event => go({over: {...chosen().over, cells: event.target.value}}));
  byId('background')?.addEventListener('change', event => go({background: event.target.checked ? 'yes' : 'no'}));
  byId('lines')?.addEventListener('change', event => go({over: {...chosen().over, lines: event.target.value}}));
  byId('choose').addEventListener('change', event => {
    if (event.target.name !== 'over') return;
    go({over: {...chosen().over, things: [...document.querySelectorAll('[name=over]:checked')].map(box => box.value)}});
  });
  const reclass = changes => go({classing: {...chosen().classing, ...changes}});
  byId('classes').addEventListener('change', event => reclass({way: event.target.value}));
  byId('k').addEventListener('change', event => reclass({k: Number(event.target.value)}));
  byId('unclear').addEventListener('change', event => reclass({unclear: event.target.checked}));
  const ownLevel = document.querySelector('#choose [name=level]');
  byId('choose').addEventListener('change', event => {
    if (event.target.name === 'level') go({level: event.target.value, find: ''});
  });
  byId('choose').addEventListener('submit', event => event.preventDefault());
  for (const field of document.querySelectorAll('[data-without-script]')) field.remove();

  document.addEventListener('sorted', event => {
    state = {...state, sort: event.detail.sort};
    remember('replaceState', queryOf(state));
    const [, falling, column] = /^(-?)(.*)$/.exec(state.sort);
    say(`Table sorted by ${column}, ${falling ? 'descending' : 'ascending'}.`);
  });

  // ---- the table in pages: the server sorts, finds and cuts
  async function turn(changes, how = 'replaceState') {
    try {
      const found = await ask(queryOf({...state, page: 1, ...changes}), 'table');
      state = found.state;
      shown.query = found.query;
      setPart('table', found.parts.table);
      if (found.parts.areas) { setPart('areas', found.parts.areas); list.select(state.area); }
      remember(how, found.query);
      say(found.said);
    } catch (error) { failed(error); }
  }
  byId('part-table').addEventListener('click', async event => {
    const button = event.target.closest('[data-page], table.paged [data-sort]');
    if (!button) return;
    event.preventDefault();
    const {page, sort} = button.dataset;
    await turn(page ? {page: Number(button.value)} : {sort: button.value});
    const again = document.querySelector(page ? `[data-page=${page}]` : `#values-table [data-sort=${sort}]`);
    (again && !again.disabled ? again : byId('values-scroll')).focus({preventScroll: !page});
    if (page) byId('values').scrollIntoView({block: 'start'});
  });
  let typing = null;
  byId('find-rows').addEventListener('input', event => {
    clearTimeout(typing);
    typing = setTimeout(() => turn({find: event.target.value.trim()}), 250);
  });

  document.addEventListener('click', event => {
    if (!event.target.closest('[data-clear]')) return;
    choose(null);
    document.querySelector('#areas [tabindex="0"]')?.focus();
  });
  addEventListener('popstate', async () => {
    try {
      const found = await ask(location.search.slice(1));
      showDocument(found);
      say(found.said);
    } catch (error) { failed(error); }
  });

  // ---- filter of the picker
  const select = byId('layer'), filter = byId('filter');
  const groups = [...select.children].map(group => ({group, options: [...group.children]}));
  filter.hidden = false;
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    const kept = groups.map(({group, options}) => {
      const fits = options.filter(option => words.every(word => `${option.text} ${group.label}`.toLowerCase().includes(word)));
      count += fits.length;
      group.replaceChildren(...fits);
      return fits.length ? group : null;
    });
    select.replaceChildren(...kept.filter(Boolean));
    select.value = state.layer;
    byId('filter-count').textContent = words.length ? (count === 1 ? '1 match' : `${count || 'No'} matches`) : '';
  });
  filter.addEventListener('keydown', event => {
    if (event.key === 'Escape') { filter.value = ''; filter.dispatchEvent(new Event('input')); }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (filter.value.trim() && select.options.length) toLayer(select.options[0].value);
  });

  // ---- find an area or a postcode
  const place = byId('place');
  function told(text) {
    byId('find-error').textContent = text;
    place.toggleAttribute('aria-invalid', Boolean(text));
    if (text) place.setAttribute('aria-invalid', 'true');
  }
  byId('find').addEventListener('submit', async event => {
    event.preventDefault();
    const answer = await fetch(`${root}/snapshots/${shown.snapshot}/find.json?${new URLSearchParams({q: place.value, level: state.level})}`).catch(() => null);
    const found = answer?.ok ? await answer.json() : {error: 'The search could not be made. Try again.'};
    told(found.error || '');
    if (found.area && found.level !== state.level) await go({level: found.level || ownLevel.value, area: found.area, find: ''});
    else if (found.area) choose(found.area, {move: true});
  });
  place.addEventListener('input', () => told(''));

  // ---- what Dash calls: the map's first props, then its events
  const FIRST = ['geometry', 'classes', 'palette', 'labels', 'selected', 'ariaLabel', 'attribution', 'hatched', 'tiles', 'caption', 'outlineUrl', 'points', 'raster', 'background'];
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.placedata = {
    first() {
      mapReady = true;
      const {geometry, classes, palette, labels, selected, ariaLabel, attribution, hatched, tiles} = shown.map;
      return [geometry, classes, palette, labels, selected, ariaLabel, attribution, hatched, tiles, shown.map.caption, shown.map.outlineUrl, shown.map.points, shown.map.raster, shown.map.background];
    },
    firstBeside() {
      if (!shown.beside) return Array(FIRST.length).fill(window.dash_clientside.no_update).concat(true);
      return [...FIRST.map(name => shown.beside[name]), false];
    },
    clicked(click) { if (click) choose(click.area_code); },
    hoveredArea(code) { list.point(code); if (code) wantLabels(); },
    backgroundLost(when) { if (when) loseBackground(); },
    webgl(works) {
      webgl = works !== false;
      if (!webgl && shown.background?.only_live) loseBackground();    // the drawn map has only files
      if (!webgl) showStill();
    },
  };

  const first = select.selectedOptions[0];
  if (first) select.scrollTop = first.offsetTop - select.offsetTop - select.clientHeight / 2;
  list.select(state.area);
  showTime(shown);
  showStill();
})();
