'use strict';
(() => {
  // Tables can be sorted by a click or a key on a heading; the page reads the same without.
  const number = text => { const n = parseFloat(text.replace(/[,%\s]/g, '')); return isNaN(n) ? null : n; };
  for (const table of document.querySelectorAll('table.plain')) {
    const body = table.tBodies[0];
    if (!body || body.rows.length < 3) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') === 'ascending';
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const rows = [...body.rows].map(row => [row, row.cells[column].textContent.trim()]);
        rows.sort(([, a], [, b]) => {
          const [x, y] = [number(a), number(b)];
          const order = x !== null && y !== null && !/^\d{4}-/.test(a) ? x - y : a < b ? -1 : a > b ? 1 : 0;
          return down ? -order : order;
        });
        body.append(...rows.map(([row]) => row));
      });
    });
  }
  // The titles of points and bars, at once and near the pointer.
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('aria-hidden', 'true');
  document.body.append(tip);
  document.addEventListener('pointerover', event => {
    const mark = event.target.closest && event.target.closest('.chart circle, .chart rect');
    const title = mark && mark.querySelector('title');
    if (!title) { tip.style.display = 'none'; return; }
    tip.textContent = title.textContent;
    tip.style.display = 'block';
    const box = mark.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
    tip.style.left = left + scrollX + 'px';
    tip.style.top = box.top + scrollY - tip.offsetHeight - 8 + 'px';
  });
  // What is folded away is printed all the same, where it is short.
  addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('details.warning, details.damage')) d.open = true; });
})();
