// Ranks the areas again while a slider moves: the same arithmetic as on the server.
(function () {
  'use strict';

  const root = document.currentScript.dataset.root || '';
  const inside = document.getElementById('weights-document');
  // Until the scores of thousands of areas are here, and where they do not come, the form works
  // as without a script.
  if (inside) start(JSON.parse(inside.textContent));
  else fetch(document.currentScript.dataset.document)
    .then(answer => answer.ok ? answer.json() : Promise.reject(answer))
    .then(start, () => {});

  function start(given) {
    const form = document.getElementById('weights');
    const sliders = [...form.querySelectorAll('[data-part]')];
    const body = document.querySelector('#reranked tbody');
    const [one, many] = given.words;
    const below = new Map(given.parts.map(part => [part.id, given.parts.filter(item => item.parent === part.id)]));
    const ordered = [...given.parts].reverse();
    const word = document.getElementById('find');
    const pager = document.getElementById('rank-pages');
    let page = Number(new URLSearchParams(location.search).get('page')) || 1;

    const MEANS = {
      arithmetic: {of: x => x, back: y => y},
      geometric: {of: Math.log, back: Math.exp, positive: true},
      harmonic: {of: x => 1 / x, back: y => 1 / y, positive: true},
    };

    /** The kind of mean of a part, as a function there and back. */
    function mean(part) {
      if (part.rule !== 'power') return MEANS[part.rule];
      if (part.power === 0) return MEANS.geometric;
      return {of: x => x ** part.power, back: y => y ** (1 / part.power), positive: part.power < 0};
    }

    /** Scores of one part from those below it; null where too little of its weight has a score. */
    function combined(part, children, done, times) {
      const weights = children.map(child => child.weight * (times[child.id] ?? 1));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const {of, back, positive} = mean(part);
      const columns = children.map(child => done[child.id]);
      return given.codes.map((_, at) => {
        let held = 0, sum = 0;
        for (let i = 0; i < weights.length; i++) {
          let score = columns[i][at];
          if (score === null || !(weights[i] > 0)) continue;
          if (score <= 0 && part.floor !== null) score = part.floor;
          if (score <= 0 && positive) return 0;
          held += weights[i];
          sum += weights[i] * of(score);
        }
        if (!(total > 0) || !(held > 0) || held / total < part.coverage - 1e-9) return null;
        return back(sum / held);
      });
    }

    function scores(times) {
      const done = {...given.scores};
      for (const part of ordered) {
        const children = below.get(part.id);
        if (part.rule && children.length) done[part.id] = combined(part, children, done, times);
      }
      return done[given.parts[0].id];
    }

    /** Ranks, 1 best; equal scores share the best rank. */
    function ranks(values) {
      const rounded = values.map(value => value === null ? null : Math.round(value * 1e9) / 1e9);
      const sorted = rounded.filter(value => value !== null).sort((a, b) => b - a);
      const first = new Map();
      sorted.forEach((value, at) => { if (!first.has(value)) first.set(value, at + 1); });
      return rounded.map(value => value === null ? null : first.get(value));
    }

    const cell = (name, text, kind) => {
      const made = document.createElement(name);
      if (kind) made.className = kind;
      if (text !== undefined) made.textContent = text;
      return made;
    };

    function changeCell(change) {
      const made = cell('td', undefined, 'figure');
      if (change === null) return made;
      if (change === 0) { made.append(cell('span', '–', 'soft')); return made; }
      made.append(`${change > 0 ? '▲' : '▼'} ${Math.abs(change)}`);
      made.append(cell('span', change > 0 ? ' up' : ' down', 'hidden-text'));
      return made;
    }

    function publishedCell(code, published) {
      if (published === null) return cell('td', '[x]', 'figure');
      const made = cell('td', undefined, 'figure'), link = cell('a', String(published), 'traced');
      link.href = `${root}/trace/score.${given.parts[0].id}/${encodeURIComponent(code)}`;
      made.append(link);
      return made;
    }

    function row(at, values, ranked) {
      const made = document.createElement('tr');
      const published = given.published[at], rank = ranked[at];
      const change = rank === null || published === null ? null : published - rank;
      const name = cell('th'), link = cell('a', given.names[at]);
      name.scope = 'row';
      link.href = `${root}/areas/${encodeURIComponent(given.codes[at])}`;
      name.append(link);
      made.append(cell('td', rank === null ? '[x]' : String(rank), 'figure'), changeCell(change), name,
        cell('td', values[at] === null ? '[x]' : values[at].toFixed(1), 'figure'),
        publishedCell(given.codes[at], published));
      return made;
    }

    function spoken(order, ranked) {
      const there = ranked.filter(rank => rank !== null).length;
      if (!there) return `No ${one} has a score with these weights.`;
      const moved = ranked.filter((rank, at) => rank !== null && given.published[at] !== null
        && rank !== given.published[at]).length;
      const first = given.names[order[0]];
      if (!moved) return `No rank differs from the published one. ${first} is first.`;
      const counted = `${there.toLocaleString('en-GB')} ${there === 1 ? one : many}`;
      return `${moved.toLocaleString('en-GB')} of ${counted} change rank. ${first} is first.`;
    }

    /** The areas of this page of the table, of those whose name or code has the words in it. */
    function shownOf(order) {
      const words = word ? word.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
      const found = !words.length ? order : order.filter(at => {
        const text = `${given.names[at]} ${given.codes[at]}`.toLowerCase();
        return words.every(part => text.includes(part));
      });
      if (order.length <= given.whole) return found;
      const pages = Math.max(1, Math.ceil(found.length / given.shown));
      page = Math.min(Math.max(1, page), pages);
      showPages(pages, found.length);
      return found.slice((page - 1) * given.shown, page * given.shown);
    }

    function showPages(pages, found) {
      if (!pager.querySelector('button')) makePages();
      const [before, after] = pager.querySelectorAll('button');
      before.setAttribute('aria-disabled', String(page === 1));
      after.setAttribute('aria-disabled', String(page === pages));
      pager.querySelector('[role=status]').textContent = found
        ? `Page ${page} of ${pages}` : `No ${one} has these words in its name or code.`;
    }

    function makePages() {
      const made = cell('div', undefined, 'pages');
      made.setAttribute('role', 'group');
      made.setAttribute('aria-label', 'Pages of the table');
      for (const [step, words] of [[-1, '← Previous'], [1, 'Next →']]) {
        const button = cell('button', words, 'button quiet');
        button.type = 'button';
        button.addEventListener('click', () => {
          if (button.getAttribute('aria-disabled') === 'true') return;
          page += step;
          show();
        });
        made.append(button);
      }
      const status = cell('span');
      status.setAttribute('role', 'status');
      made.lastChild.before(status);
      pager.replaceChildren(made);
    }

    const chosen = () => Object.fromEntries(sliders.map(input => [input.dataset.part, Number(input.value)]));

    function showShares(times) {
      for (const part of given.parts) {
        if (!part.parent) continue;
        const siblings = below.get(part.parent);
        const total = siblings.reduce((sum, item) => sum + item.weight * times[item.id], 0);
        const share = total > 0 ? part.weight * times[part.id] / total : 0;
        const output = form.querySelector(`[data-share="${part.id}"]`);
        output.querySelector('.times').textContent = `${times[part.id]}×`;
        output.querySelector('.share').textContent = `${(100 * share).toFixed(0)}%`;
      }
    }

    function address(times) {
      const changed = Object.entries(times).filter(([, value]) => value !== 1)
        .map(([name, value]) => `${name}:${value}`);
      const query = new URLSearchParams(location.search);
      for (const key of [...query.keys()]) if (key.startsWith('w.')) query.delete(key);
      for (const name of ['w', 'page', 'find']) query.delete(name);
      const rest = query.toString();
      const parts = [rest, changed.length ? `w=${changed.join(',')}` : ''].filter(Boolean);
      return location.pathname + (parts.length ? `?${parts.join('&')}` : '');
    }

    let waiting = 0;
    // a slider that is moved is one step back, however long it is moved
    const STILL_MS = 600;
    let moving = 0;
    function step() {
      if (!moving) history.pushState(null, '', location.href);
      clearTimeout(moving);
      moving = setTimeout(() => { moving = 0; }, STILL_MS);
    }

    function show(back = false) {
      const times = chosen(), values = scores(times), ranked = ranks(values);
      const order = given.codes.map((_, at) => at).sort((a, b) =>
        (ranked[a] === null) - (ranked[b] === null) || ranked[a] - ranked[b]
        || given.names[a].localeCompare(given.names[b], 'en-GB'));
      body.replaceChildren(...shownOf(order).map(at => row(at, values, ranked)));
      showShares(times);
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        document.getElementById('said').textContent = spoken(order, ranked);
        if (!back) history.replaceState(null, '', address(times));
        document.getElementById('share-link').value = location.href;
      }, 150);
    }

    document.querySelectorAll('[data-without-script]').forEach(item => item.remove());
    document.getElementById('share').hidden = false;
    document.getElementById('share-link').value = location.href;
    form.addEventListener('input', event => { if (event.target.dataset.part) { step(); show(); } });
    window.addEventListener('popstate', () => {
      const asked = new URLSearchParams(location.search).get('w') || '';
      const times = Object.fromEntries(asked.split(',').map(part => part.split(':')));
      for (const input of sliders) input.value = times[input.dataset.part] ?? 1;
      show(true);
    });
    form.addEventListener('submit', event => event.preventDefault());
    document.getElementById('reset').addEventListener('click', event => {
      event.preventDefault();
      step();
      for (const input of sliders) input.value = 1;
      show();
    });
    document.getElementById('copy').addEventListener('click', () => {
      const field = document.getElementById('share-link');
      field.select();
      const done = () => { document.getElementById('said').textContent = 'The link is copied.'; };
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => {});
    });
    if (word) {
      word.addEventListener('input', () => { page = 1; show(); });
      word.form.addEventListener('submit', event => event.preventDefault());
    }
    if (given.codes.length > given.whole || sliders.some(input => input.value !== input.defaultValue)) show();
  }
})();
