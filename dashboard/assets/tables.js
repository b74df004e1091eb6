// Sorts tables in the browser. Column buttons name a data attribute of the rows.
(function () {
  'use strict';

  const numeric = text => text !== '' && !Number.isNaN(Number(text));
  const compare = (a, b) => numeric(a) && numeric(b) ? Number(a) - Number(b)
    : a.localeCompare(b, 'en-GB', {sensitivity: 'base', numeric: true});

  /** Sort the rows of a table's first body; rows without a value stay last either way. */
  function sort(table, column, falling) {
    const body = table.tBodies[0];
    const value = row => row.dataset[column] || '';
    const rows = [...body.rows].sort((one, other) => {
      const a = value(one), b = value(other);
      if (a === '' || b === '') return (a === '') - (b === '') || compare(one.dataset.name, other.dataset.name);
      const order = compare(a, b);
      return (falling ? -order : order) || compare(one.dataset.name, other.dataset.name);
    });
    body.append(...rows);
    for (const head of table.tHead.querySelectorAll('[data-column]'))
      head.setAttribute('aria-sort', head.dataset.column !== column ? 'none'
        : falling ? 'descending' : 'ascending');
  }

  const said = document.createElement('p');
  said.className = 'hidden-text';
  said.setAttribute('role', 'status');
  document.body.append(said);

  document.addEventListener('click', event => {
    const button = event.target.closest?.('table.sortable [data-sort]');
    if (!button) return;
    event.preventDefault();
    const head = button.closest('th'), table = button.closest('table');
    const falling = head.getAttribute('aria-sort') === 'ascending';
    sort(table, button.dataset.sort, falling);
    // the map page says it in its own status
    if (!document.getElementById('said')) said.textContent = `Sorted by ${button.firstChild.textContent.trim()}, ${falling ? 'descending' : 'ascending'}.`;
    table.dispatchEvent(new CustomEvent('sorted', {
      bubbles: true, detail: {sort: (falling ? '-' : '') + button.dataset.sort},
    }));
  });

  window.placedataTables = {sort};
})();
