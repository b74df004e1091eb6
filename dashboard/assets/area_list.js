// The list of areas: one tab stop; arrows, Home, End and letters move, Enter and Space choose.
(function () {
  'use strict';

  const PAUSE = 700;

  /**
   * Make a list box of `list` (its options may be replaced at any time).
   * `onFocus(code or null)` follows the focus, `onChoose(code)` a choice.
   */
  function areaList(holder, {onFocus, onChoose}) {
    let typed = '', last = 0;
    const options = () => [...holder.querySelectorAll('[role=option]')];

    function moveTo(option) {
      if (!option) return;
      for (const other of options()) other.tabIndex = other === option ? 0 : -1;
      option.focus();
      option.scrollIntoView({block: 'nearest'});
    }

    function byLetters(key) {
      const now = Date.now();
      typed = now - last > PAUSE ? key : typed + key;
      last = now;
      const all = options(), at = all.indexOf(document.activeElement);
      const from = typed.length > 1 ? at : at + 1;
      const turned = [...all.slice(from), ...all.slice(0, from)];
      const name = option => option.querySelector('.areas-name').textContent.toLowerCase();
      moveTo(turned.find(option => name(option).startsWith(typed.toLowerCase())));
    }

    holder.addEventListener('keydown', event => {
      const option = event.target.closest('[role=option]');
      if (!option || event.ctrlKey || event.altKey || event.metaKey) return;
      const all = options(), at = all.indexOf(option), end = all.length - 1;
      const steps = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: end, PageDown: at + 10, PageUp: at - 10};
      if (event.key in steps) moveTo(all[Math.min(Math.max(steps[event.key], 0), end)]);
      else if (event.key === 'Enter' || (event.key === ' ' && Date.now() - last > PAUSE)) onChoose(option.dataset.area);
      else if (event.key.length === 1) byLetters(event.key);
      else return;
      event.preventDefault();
    });
    holder.addEventListener('click', event => {
      const option = event.target.closest('[role=option]');
      if (!option) return;
      moveTo(option);
      onChoose(option.dataset.area);
    });
    holder.addEventListener('focusin', event => {
      const option = event.target.closest('[role=option]');
      if (option?.matches(':focus-visible')) onFocus(option.dataset.area);
    });
    holder.addEventListener('focusout', event => {
      if (!holder.contains(event.relatedTarget)) onFocus(null);
    });

    return {
      /** Show which area is selected, and make it the tab stop. */
      select(code) {
        const all = options();
        const stop = all.find(option => option.dataset.area === code) || all[0];
        for (const option of all) {
          option.setAttribute('aria-selected', String(option.dataset.area === code));
          option.tabIndex = option === stop ? 0 : -1;
        }
        if (code && stop) {
          const list = stop.parentElement;
          if (stop.offsetTop < list.scrollTop || stop.offsetTop + stop.offsetHeight > list.scrollTop + list.clientHeight)
            list.scrollTop = stop.offsetTop - list.clientHeight / 2;
        }
      },
      /** Mark the area under the pointer on the map. */
      point(code) {
        for (const option of options()) option.classList.toggle('pointed', option.dataset.area === code);
      },
    };
  }

  window.placedataAreaList = areaList;
})();
