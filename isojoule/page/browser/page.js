// Draws the figures of the page from the data in it, and sorts its tables. No data is run as code.
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const MANY_ROWS = 1500;  // beyond it, a canvas instead of one element for each mark

  // ---- Data ---------------------------------------------------------------------------------

  for (const column of Object.values(data.tables).flat()) {
    if (!column.runs) continue;
    column.values = [];  // pairs of a word's place and how many rows have it in turn
    for (let i = 0; i < column.runs.length; i += 2)
      for (let n = column.runs[i + 1]; n > 0; --n) column.values.push(column.runs[i]);
  }

  function valueAt(column, row) {
    return column.words ? column.words[column.values[row]] : column.values[row];
  }

  /** The rows, as objects, that the choices of a figure leave. */
  function pickedRows(figure) {
    const columns = data.tables[figure.table];
    const tests = figure.pickers.map(({column}) => {
      const found = columns.find((c) => c.name === column);
      return [found.values, found.words.indexOf(figure.choice[column])];
    });
    const rows = [];
    const count = columns.length ? columns[0].values.length : 0;
    for (let row = 0; row < count; ++row) {
      if (!tests.every(([values, wanted]) => values[row] === wanted)) continue;
      const object = {};
      for (const column of columns) object[column.name] = valueAt(column, row);
      rows.push(object);
    }
    return rows;
  }

  // ---- Drawing ------------------------------------------------------------------------------

  function theme(isDark) {
    const ink = isDark ? '#e6e8eb' : '#1c1f23';
    const quiet = isDark ? '#3a414b' : '#dfe3e8';
    const font = 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif';
    return {
      background: null,
      font,
      view: {stroke: quiet},
      mark: {color: isDark ? '#c3c9d1' : '#4a515c'},
      axis: {labelColor: ink, titleColor: ink, gridColor: quiet, domainColor: ink, tickColor: ink,
             titleFontWeight: 'normal', labelFontSize: 11, titleFontSize: 12},
      axisY: {minExtent: 32},
      legend: {labelColor: ink, titleColor: ink, orient: 'bottom', symbolOpacity: 1, labelLimit: 220, symbolLimit: 60,
               titleFontWeight: 'normal'},
      header: {labelColor: ink, titleColor: ink, labelLimit: 300, labelFontSize: 12},
      style: {
        dot: {stroke: ink, strokeWidth: 0.4},
        ring: {stroke: ink, strokeWidth: 1.3},
        interval: {color: ink, strokeWidth: 1.2, opacity: 0.75},
        identity: {stroke: ink, strokeWidth: 0.7},
      },
    };
  }

  /** Whether a step of a layer keeps what a logarithmic axis can show. */
  function isPositiveStep({filter}) { return filter.gt === 0; }

  /** All logarithmic axes as linear ones; on these what is not positive can be drawn too. */
  function linearAxes(layers) {
    for (const layer of layers) {
      for (const channel of [layer.encoding.x, layer.encoding.y])
        if (channel && channel.scale && channel.scale.type === 'log') channel.scale.type = 'linear';
      layer.transform = layer.transform.filter((step) => !isPositiveStep(step));
    }
  }

  function layersOf(spec) { return spec.layer || spec.spec.layer; }

  function isLogarithmic(spec) {
    const {x, y} = layersOf(spec)[0].encoding;
    return [x, y].every((channel) => channel && channel.scale && channel.scale.type === 'log');
  }

  function sized(spec, figure, rows, width) {
    const legendColumns = Math.max(1, Math.floor(width / 170));
    spec.config.legend.columns = legendColumns;
    if (!figure.facet) {
      spec.width = Math.max(120, Math.min(figure.square ? 520 : 900, width - 85));
      spec.height = figure.square ? spec.width : Math.min(360, Math.max(220, spec.width * 0.6));
      return;
    }
    const panels = new Set(rows.map((row) => row[figure.facet])).size;
    const fitting = Math.max(1, Math.min(panels, Math.floor(width / (figure.square ? 290 : 240)), 4));
    const columns = Math.ceil(panels / Math.ceil(panels / fitting));  // rows of like length
    spec.columns = columns;
    spec.spec.width = Math.max(100, Math.min(420, Math.floor((width - 75) / columns) - 28));
    spec.spec.height = figure.square ? spec.spec.width : Math.round(spec.spec.width * 0.75);
  }

  function positiveColumns(layer) {
    return layer.transform.filter(isPositiveStep).map(({filter}) => filter.field);
  }

  /** Lets intervals that reach down to zero or below begin at the least that is drawn; how many. */
  function openEnds(layers, rows) {
    let count = 0;
    for (const layer of layers) {
      if (layer.mark.style !== 'interval') continue;
      const columns = positiveColumns(layer);
      if (columns.length === 0) continue;
      const drawn = layers.flatMap(positiveColumns).flatMap((c) => rows.map((row) => row[c]));
      const least = drawn.reduce((low, x) => x > 0 && x < low ? x : low, Infinity);
      const open = (row) => columns.filter((c) => row[c] !== null && row[c] <= 0);
      const cut = rows.filter((row) => open(row).length === 1);
      for (const row of cut) row[open(row)[0]] = least;
      count = Math.max(count, cut.length);
    }
    return count;
  }

  /** What cannot stand on a logarithmic axis. */
  function undrawn(layers, rows) {
    let most = 0;
    for (const layer of layers) {
      const columns = positiveColumns(layer);
      const count = rows.filter((row) => columns.some((c) => row[c] !== null && row[c] <= 0)).length;
      most = Math.max(most, count);
    }
    return most;
  }

  function remark(rows, open, missing) {
    if (rows.length === 0) return 'There is no such combination in what was computed.';
    const texts = [];
    if (open) texts.push(`${open} of ${rows.length} intervals reach to zero or below, and begin at the least value drawn.`);
    if (missing) texts.push(`${missing} of ${rows.length} values are not positive and cannot stand on a logarithmic axis.`);
    return texts.join(' ');
  }

  /** The alternative text with what is picked. */
  function described(figure) {
    const chosen = figure.pickers.map(({column, label}) => `${label} ${figure.choice[column]}`);
    return figure.spec.description + (chosen.length ? ` Shown: ${chosen.join(', ')}.` : '');
  }

  function draw(figure, isDark = dark.matches) {
    const rows = pickedRows(figure);
    const spec = structuredClone(figure.spec);
    const layers = layersOf(spec);
    if (figure.choice.axes === 'linear') linearAxes(layers);
    spec.config = theme(isDark);
    spec.data = {name: 'rows', values: rows};
    spec.padding = {left: 2, right: 8, top: 4, bottom: 4};
    sized(spec, figure, rows, figure.chart.clientWidth);
    const open = openEnds(layers, rows);
    figure.remark.textContent = remark(rows, open, undrawn(layers, rows));
    spec.description = described(figure);
    figure.chart.setAttribute('aria-label', spec.description);
    if (figure.view) figure.view.finalize();
    const compiled = vegaLite.compile(spec).spec;
    figure.view = new vega.View(vega.parse(compiled), {logLevel: vega.Error})
      .renderer(rows.length > MANY_ROWS ? 'canvas' : 'svg')
      .initialize(figure.chart)
      .run();
    figure.element.dataset.rows = rows.length;
    figure.element.dataset.drawn = 'yes';
  }

  // ---- Choosing -----------------------------------------------------------------------------

  function addPicker(figure, box, name, label, values, initial) {
    const element = document.createElement('label');
    const select = document.createElement('select');
    element.append(label + ' ', select);
    for (const value of values) {
      const option = document.createElement('option');
      option.value = option.textContent = value;
      option.selected = value === initial;
      select.append(option);
    }
    select.dataset.column = name;
    figure.choice[name] = initial;
    select.addEventListener('change', () => {
      figure.choice[name] = select.value;
      draw(figure);
    });
    box.append(element);
  }

  function addPickers(figure) {
    const box = figure.element.querySelector('.pickers');
    for (const {column, label, initial} of figure.pickers) {
      const {words} = data.tables[figure.table].find((c) => c.name === column);
      addPicker(figure, box, column, label, words, initial);
    }
    if (isLogarithmic(figure.spec))
      addPicker(figure, box, 'axes', 'axes', ['logarithmic', 'linear'], 'logarithmic');
  }

  // ---- Saving -------------------------------------------------------------------------------

  function save(name, url) {
    const link = document.createElement('a');
    link.download = name;
    link.href = url;
    document.body.append(link);
    link.click();
    link.remove();
  }

  function saveText(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], {type}));
    save(name, url);
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  function csvField(value) {
    if (value === null || value === undefined) return '';
    const text = String(value);
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  }

  function csvOf(figure) {
    const names = data.tables[figure.table].map((column) => column.name);
    const lines = [names, ...pickedRows(figure).map((row) => names.map((name) => row[name]))];
    return lines.map((fields) => fields.map(csvField).join(',') + '\n').join('');
  }

  /** On white, whatever the page's theme is. */
  async function picture(figure, make) {
    draw(figure, false);
    const made = await make(figure.view.background('white').run());
    draw(figure);
    return made;
  }

  function addSaves(figure) {
    const box = figure.element.querySelector('.saves');
    const name = 'figure-' + figure.id;
    const ways = {
      CSV: () => saveText(name + '.csv', 'text/csv', csvOf(figure)),
      SVG: async () => saveText(name + '.svg', 'image/svg+xml', await picture(figure, (view) => view.toSVG())),
      PNG: async () => save(name + '.png', await picture(figure, (view) => view.toImageURL('png', 3))),
    };
    for (const [label, run] of Object.entries(ways)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.setAttribute('aria-label', `Save ${name} as ${label}`);
      button.addEventListener('click', run);
      box.append(button);
    }
  }

  // ---- Tables -------------------------------------------------------------------------------

  const PREFIX = {n: 1e-9, 'µ': 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18};

  /** "1.07 kJ", "3 min 05 s", "804,234", "12.3 %": a number to sort by, else the text. */
  function sortKey(text) {
    const spans = {d: 86400, h: 3600, min: 60, s: 1};
    if (/^\d+ (d|h|min) \d+ (h|min|s)$/.test(text)) {
      const [a, unit, b, smaller] = text.split(' ');
      return a * spans[unit] + b * spans[smaller];
    }
    const found = text.match(/^[*~]?\s*([-+−]?[\d,]*\.?\d+(?:e[-+]?\d+)?)(?:\s+([nµmkMGTPE]?)(?:Wh|J|W|s|FLOP|B|Hz)\b)?/);
    if (!found) return text === '-' || text === '' ? null : text;
    return Number(found[1].replaceAll(',', '').replace('−', '-')) * PREFIX[found[2] || ''];
  }

  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;  // missing comes last
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
    return a.localeCompare(b, 'en', {numeric: true});
  }

  /** What stands for "as above" in a table that is sorted otherwise: the text above. */
  function fillFirstColumn(rows) {
    let above = '';
    for (const {cells: [cell]} of rows) {
      if (cell.textContent === '') cell.textContent = above;
      above = cell.textContent;
    }
  }

  function sortBy(table, column, header) {
    const sign = header.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    const body = table.tBodies[0];
    fillFirstColumn(body.rows);
    const rows = [...body.rows].map((row) => [sortKey(row.cells[column].textContent), row]);
    rows.sort(([a], [b]) => (a === null || b === null ? 1 : sign) * compare(a, b));
    body.replaceChildren(...rows.map(([, row]) => row));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    header.setAttribute('aria-sort', sign > 0 ? 'ascending' : 'descending');
  }

  function makeSortable(table) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      if (!header.textContent || table.tBodies[0].rows.length < 2) return;
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = header.textContent;
      button.addEventListener('click', () => sortBy(table, column, header));
      header.replaceChildren(button);
    });
  }

  // ---- The page -----------------------------------------------------------------------------

  const figures = [...document.querySelectorAll('figure[data-figure]')].map((element) => {
    const id = element.dataset.figure;
    return {...data.figures[id], id, element, choice: {}, view: null,
            chart: element.querySelector('.chart'), remark: element.querySelector('.undrawn')};
  });
  figures.forEach(addPickers);
  figures.forEach(addSaves);
  document.querySelectorAll('table').forEach(makeSortable);

  function drawAll(isDark) { for (const figure of figures) draw(figure, isDark); }

  // What is seen is drawn first, the rest when there is time.
  const waiting = new Set(figures);
  const seen = new IntersectionObserver((entries) => {
    for (const {target, isIntersecting} of entries) {
      const figure = figures.find(({element}) => element === target);
      if (!isIntersecting || !waiting.delete(figure)) continue;
      draw(figure);
    }
  }, {rootMargin: '300px'});
  figures.forEach(({element}) => seen.observe(element));
  const later = window.requestIdleCallback || ((run) => setTimeout(run, 50));
  function drawNext() {
    const [figure] = waiting;
    if (!figure) {
      document.documentElement.dataset.ready = 'yes';
      return;
    }
    waiting.delete(figure);
    draw(figure);
    later(drawNext);
  }
  later(drawNext);

  let width = window.innerWidth;
  let timer = 0;
  window.addEventListener('resize', () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(timer);
    timer = setTimeout(() => drawAll(), 150);
  });
  dark.addEventListener('change', () => drawAll());
  window.addEventListener('beforeprint', () => { waiting.clear(); drawAll(false); });
  window.addEventListener('afterprint', () => drawAll());
  window.isojoule = {figures, csvOf, picture};  // for who looks into the page, and for its tests
})();
