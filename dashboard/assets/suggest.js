// Suggests names of areas while a person types, where there are too many for a list in the page.
(function () {
  'use strict';

  for (const input of document.querySelectorAll('input[data-suggest]')) {
    const list = document.getElementById(input.getAttribute('list'));
    let waiting = 0, asked = '';

    async function suggest() {
      const text = input.value.trim();
      if (text === asked || !text) return;
      asked = text;
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set('q', text);
      try {
        const answer = await fetch(address);
        if (!answer.ok || text !== asked) return;
        const {names} = await answer.json();
        list.replaceChildren(...names.map(name => {
          const option = document.createElement('option');
          option.value = name;
          return option;
        }));
      } catch {
        // without suggestions the name can still be typed whole
      }
    }

    input.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(suggest, 150);
    });
  }
})();
