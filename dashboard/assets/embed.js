// The map alone: its links to periods become a slider with play and pause.
(function () {
  'use strict';

  const nav = document.getElementById('embed-time');
  const links = [...nav.querySelectorAll('a')];
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  const STEP_MS = 1400;
  const kept = new Map();
  let playing = null, asked = 0;

  const make = (tag, given) => Object.assign(document.createElement(tag), given);
  const play = make('button', {type: 'button', className: 'button quiet', textContent: 'Play'});
  const when = make('input', {type: 'range', min: 0, max: links.length - 1, step: 1});
  const told = make('output', {});
  const said = make('p', {className: 'hidden-text'});
  when.setAttribute('aria-label', 'Period on the map');
  said.setAttribute('role', 'status');
  when.value = links.findIndex(link => link.hasAttribute('aria-current'));

  function tell() {
    const text = links[when.value].textContent;
    told.textContent = text;
    when.setAttribute('aria-valuetext', text);
  }

  async function part(address) {
    if (!kept.has(address)) {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      kept.set(address, new DOMParser().parseFromString(await answer.text(), 'text/html'));
    }
    return kept.get(address);
  }

  // the page of another period is asked for, and what it shows put in the place of what is here
  async function go(at) {
    const mine = ++asked;
    when.value = at;
    tell();
    try {
      const found = await part(links[at].href);
      if (mine !== asked) return;
      const open = [...document.querySelectorAll('#embed-shown details')].map(item => item.open);
      document.getElementById('embed-shown').innerHTML = found.getElementById('embed-shown').innerHTML;
      document.querySelectorAll('#embed-shown details').forEach((item, i) => { item.open = open[i]; });
      document.title = found.title;
      said.textContent = found.querySelector('h1').textContent;
    } catch {
      pause();
      said.textContent = 'The figures could not be loaded.';
    }
  }

  function pause() {
    clearTimeout(playing);
    playing = null;
    play.textContent = 'Play';
  }

  async function step(at) {
    await go(at);
    if (playing === null) return;
    if (at < links.length - 1) playing = setTimeout(step, STEP_MS, at + 1);
    else pause();
  }

  play.addEventListener('click', () => {
    if (playing !== null) { pause(); return; }
    play.textContent = 'Pause';
    playing = -1;
    const now = Number(when.value);
    step(now === links.length - 1 ? 0 : now + 1);
  });
  when.addEventListener('input', () => { pause(); go(Number(when.value)); });
  document.addEventListener('visibilitychange', () => { if (document.hidden) pause(); });
  const quiet = () => { play.hidden = calm.matches; if (calm.matches) pause(); };
  calm.addEventListener('change', quiet);

  quiet();
  tell();
  nav.replaceChildren(play, when, told, said, ...nav.querySelectorAll('.hint'));
})();
