// On every page: Control and K (Command and K on a Mac) goes to the search of the site; a print tells
// the whole address of what it shows.
(function () {
  'use strict';

  const link = document.getElementById('permalink'), address = document.getElementById('address');
  const tell = () => { if (link && address) address.textContent = link.href; };
  tell();
  window.addEventListener('beforeprint', tell);

  const field = document.getElementById('site-search');
  if (!field) return;
  field.placeholder = /Mac|iPhone|iPad/.test(navigator.platform) ? 'Search (⌘ K)' : 'Search (Ctrl K)';
  document.addEventListener('keydown', event => {
    if (event.key.toLowerCase() !== 'k' || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
