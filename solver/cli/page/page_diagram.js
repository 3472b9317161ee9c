// SPDX-License-Identifier: GPL-3.0-or-later
// The diagram of a sweep: a cell for each point. Pointing at a cell shows its values, a click or Enter its series.
'use strict';

// The packed series of a cell: [{time, values: [[value, error], ...]}, ...].
function unpack(packed, count) {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)), view = new DataView(new ArrayBuffer(4));
  let at = 0;
  const take = (n) => {
    view.setUint32(0, 0);
    for (let i = 0; i < n; i++) view.setUint8(i, bytes[at++]);
    return view.getFloat32(0);
  };
  const rows = [];
  while (at < bytes.length) {
    const time = take(3), values = [];
    for (let i = 0; i < count; i++) values.push([take(3), take(2)]);
    rows.push({ time, values });
  }
  return rows;
}

function seriesFigure(diagram, sides, k) {
  const elements = [], blocks = [], all = [];
  sides.forEach((rows, side) => {
    if (!rows) return;
    const every = side === 1 ? Math.max(1, Math.ceil(rows.length / 25)) : 1;
    const good = rows.filter((row, i) => i % every === 0 && Number.isFinite(row.values[k][0]));
    if (good.length === 0) return;
    blocks.push(good.map((row) => [row.time, ...row.values[k]].join(' ')).join('\n') + '\n');
    all.push(...good.map((row) => row.values[k][0]));
    elements.push({ style: side === 0 ? 'line' : 'points', block: blocks.length - 1,
      colour: side === 0 ? '#0072b2' : '#d55e00', title: side === 0 ? 'theory' : 'simulation' });
  });
  return elements.length === 0 ? null : { title: '', x: 'time', y: diagram.series[k].label, x_log: false, y_log: wantsLog(all),
    range: [null, null, null, null], blocks, elements };
}

// An axis over the values of a varied parameter: their places, and the borders of their cells.
function variedAxis(diagram, rows, index, from, to) {
  const texts = [...new Set(rows.map((row) => row[index]))];
  const numbers = texts.map(Number), numeric = numbers.every((x) => Number.isFinite(x));
  const values = numeric ? [...new Set(numbers)].sort((a, b) => a - b) : texts.map((_, i) => i);
  const log = numeric && diagram.vary[index].log && values[0] > 0;
  const f = log ? Math.log : (x) => x, g = log ? Math.exp : (x) => x, n = values.length;
  const half = (i, j) => g((f(values[i]) + f(values[j])) / 2), beyond = (i, j) => g(f(values[i]) + (f(values[i]) - f(values[j])) / 2);
  const lower = (i) => i > 0 ? half(i - 1, i) : n > 1 ? beyond(0, 1) : values[0] - (Math.abs(values[0]) * 0.1 || 1);
  const upper = (i) => i < n - 1 ? half(i, i + 1) : n > 1 ? beyond(n - 1, n - 2) : values[0] + (Math.abs(values[0]) * 0.1 || 1);
  const s = scale(lower(0), upper(n - 1), log, from, to);
  if (!numeric) {
    s.ticks = values;
    s.names = texts.map((text) => text.replace(/[_^{}\\]/g, '\\$&'));
  }
  const place = (text) => values.indexOf(numeric ? Number(text) : texts.indexOf(text));
  return Object.assign(s, { count: n, place, value: (i) => values[i],
    cell: (i) => [s.at(lower(i)), s.at(upper(i))].sort((a, b) => a - b) });
}

function colourBar(diagram, size, low, high, log, label) {
  const left = size.width - size.right + 16, bar = svg('g'), steps = 60, top = size.top, height = size.height - size.top - size.bottom;
  for (let i = 0; i < steps; i++)
    bar.append(svg('rect', { x: left, width: 14, y: top + height * (1 - (i + 1) / steps), height: height / steps + 0.6,
      fill: colourAt(diagram.palette, (i + 0.5) / steps) }));
  const s = scale(low, high, log, top + height, top, 6);
  for (const value of s.ticks) bar.append(svg('path', { class: 'axis', d: `M${left + 14} ${s.at(value)}h4` }),
    svg('text', { x: left + 21, y: s.at(value) + 4 }, spans(numeral(value))));
  bar.append(svg('rect', { class: 'axis', x: left, y: top, width: 14, height }),
    svg('text', { class: 'label', 'text-anchor': 'middle', transform: `translate(${size.width - 6} ${top + height / 2}) rotate(-90)` }, spans(label)));
  return bar;
}

// Logarithmic colours over a decade or more of values of which most are positive.
function colourScale(values) {
  const good = values.filter((x) => Number.isFinite(x)), positive = good.filter((x) => x > 0);
  const log = good.length > 0 && positive.length >= 0.8 * good.length && Math.max(...good) > 12 * Math.min(...positive);
  const low = Math.min(...(log ? positive : good)), high = Math.max(...good), f = log ? Math.log : (x) => x;
  return { low, high, log, share: (x) => high > low ? (f(x) - f(low)) / (f(high) - f(low)) : 0.5 };
}

function diagramView(section) {
  const diagram = section.diagram, table = section.tables.find((t) => t.title === 'Points');
  const column = (name) => table.columns.findIndex((c) => c.name === name);
  const vary = diagram.vary.map((v) => column(v.name)), status = column('status');
  const values = diagram.values.filter((v) => column(v.name) >= 0);
  const usual = values.find((v) => v.name === diagram.usual || v.name === diagram.usual + '_theory') || values[0];
  const planar = vary.length > 1;
  const state = { value: usual, x: planar ? vary.length - 2 : 0, y: vary.length - 1, fixed: table.rows[0], chosen: -1 };
  const stage = html('div'), curves = html('div', { class: 'figures' }), curvesHead = html('h3', { tabindex: '-1' });
  const readout = html('div', { class: 'readout', role: 'status' });

  function readValues(r) {
    const facts = [];
    table.columns.forEach((c, i) => {
      const text = cellText(table.rows[r][i]);
      if (text !== '' && table.rows[r][i] !== null) facts.push(html('dt', null, c.name), html('dd', null, text));
    });
    readout.replaceChildren(html('dl', null, facts));
  }

  function showSeries(r, focus) {
    const sides = diagram.cells[r].map((packed) => packed === null ? null : unpack(packed, diagram.series.length));
    const at = diagram.vary.map((v, i) => v.name + ' = ' + cellText(table.rows[r][vary[i]])).join(', ');
    const figures = diagram.series.map((_, k) => seriesFigure(diagram, sides, k)).filter((f) => f !== null);
    curvesHead.textContent = figures.length > 0 ? 'Series at ' + at : diagram.points === 0
      ? 'The series of so many points are left out of this page' : 'No series at ' + at;
    curves.replaceChildren(...figures.map(chart));
    if (focus) curvesHead.scrollIntoView({ block: 'nearest' });
  }

  function choose(r, mark, focus) {
    stage.querySelectorAll('.chosen').forEach((other) => other.classList.remove('chosen'));
    mark.classList.add('chosen');
    state.chosen = r;
    readValues(r);
    showSeries(r, focus);
  }

  // Arrow keys go from mark to mark: to the nearest in that direction.
  function step(event, marks, at) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    let best = null, least = Infinity;
    for (const mark of marks) {
      const dx = mark.middle[0] - marks[at].middle[0], dy = mark.middle[1] - marks[at].middle[1];
      const along = dx * move[0] + dy * move[1], beside = Math.abs(dx * move[1]) + Math.abs(dy * move[0]);
      if (along > 0.5 && along + 4 * beside < least) {
        least = along + 4 * beside;
        best = mark;
      }
    }
    if (!best) return;
    marks.forEach((mark) => mark.node.setAttribute('tabindex', mark === best ? '0' : '-1'));
    best.node.focus();
  }

  function addMark(marks, r, node, middle) {
    const at = marks.length, row = table.rows[r], number = row[column(state.value.name)];
    const name = diagram.vary.map((v, i) => v.name + ' ' + cellText(row[vary[i]])).join(', ') + ': ' +
      (number ? state.value.name + ' ' + cellText(number) : row[status]);
    fill(node, { class: 'cell', tabindex: at === 0 ? '0' : '-1', role: 'button', 'aria-label': name, 'data-row': r,
      pointerenter: () => readValues(r), focus: () => readValues(r), click: () => choose(r, node, false),
      pointerleave: () => state.chosen >= 0 && readValues(state.chosen),
      keydown: (event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          choose(r, node, true);
        } else step(event, marks, at);
      } }, []);
    if (r === state.chosen) node.classList.add('chosen');
    marks.push({ node, middle });
    return node;
  }

  function drawPlane(rows) {
    const size = { width: 560, height: 430, left: 68, right: 104, top: 10, bottom: 46 };
    const k = column(state.value.name), numbers = rows.map((r) => cellNumber(table.rows[r][k]));
    const colours = colourScale(numbers), all = rows.map((r) => table.rows[r]), pick = (i) => all.map((row) => vary.map((v) => row[v]));
    const X = variedAxis(diagram, pick(), state.x, size.left, size.width - size.right);
    const Y = variedAxis(diagram, pick(), state.y, size.height - size.bottom, size.top);
    const { root, plot, front } = frame(size, X, Y, diagram.vary[state.x].label, diagram.vary[state.y].label);
    const grid = 2 * rows.length >= X.count * Y.count, marks = [], seen = new Set();
    rows.forEach((r, i) => {
      const row = table.rows[r], a = X.place(row[vary[state.x]]), b = Y.place(row[vary[state.y]]);
      const blank = diagram.blanks.find((other) => other.name === row[status]);
      const has = Number.isFinite(numbers[i]) && (numbers[i] > 0 || !colours.log);
      const colour = has ? colourAt(diagram.palette, colours.share(numbers[i])) : blank ? blank.colour : '#ffffff';
      if (!has && blank && blank.title) seen.add(blank);
      const [x0, x1] = X.cell(a), [y0, y1] = Y.cell(b);
      const node = grid ? svg('rect', { x: x0, y: y0, width: x1 - x0, height: y1 - y0, fill: colour })
        : svg('circle', { cx: X.at(X.value(a)), cy: Y.at(Y.value(b)), r: 5, fill: colour });
      plot.append(addMark(marks, r, node, [X.at(X.value(a)), Y.at(Y.value(b))]));
    });
    if (colours.high >= colours.low) front.append(colourBar(diagram, size, colours.low, colours.high, colours.log, state.value.label));
    const key = [...seen].map((blank) => html('li', null, svg('svg', { viewBox: '0 0 26 12', 'aria-hidden': 'true' },
      svg('rect', { x: 4, y: 1, width: 18, height: 10, fill: blank.colour })), blank.title));
    return html('figure', null, key.length > 0 ? html('ul', { class: 'legend' }, key) : null, root);
  }

  function drawLine(rows) {
    const size = { width: 560, height: 380, left: 68, right: 14, top: 10, bottom: 46 }, k = column(state.value.name);
    const all = rows.map((r) => vary.map((v) => table.rows[r][v]));
    const X = variedAxis(diagram, all, 0, size.left, size.width - size.right);
    const number = (r) => cellNumber(table.rows[r][k]), error = (r) => { const c = table.rows[r][k]; return c && c[1] ? c[1] : 0; };
    const good = rows.filter((r) => Number.isFinite(number(r))), log = wantsLog(good.map(number));
    const ends = good.flatMap((r) => log ? [number(r)] : [number(r) - error(r), number(r) + error(r)]);
    const Y = scale(...(ends.length > 0 ? widen(Math.min(...ends), Math.max(...ends), log, 0.08) : [0, 1]), log, size.height - size.bottom, size.top);
    const { root, plot } = frame(size, X, Y, diagram.vary[0].label, state.value.label), marks = [];
    const at = (r) => X.at(X.value(X.place(table.rows[r][vary[0]])));
    plot.append(svg('path', { d: path(good, at, (r) => Y.at(number(r))), fill: 'none', stroke: '#0072b2', 'stroke-width': 1.5 }));
    for (const r of rows) {
      const has = Number.isFinite(number(r)), y = has ? Y.at(number(r)) : size.height - size.bottom - 8;
      if (has && error(r) > 0) plot.append(svg('path', { stroke: '#0072b2', d: path([0, 1], () => at(r), (i) => Y.at(number(r) + (i ? 1 : -1) * error(r))) }));
      plot.append(addMark(marks, r, svg('circle', { cx: at(r), cy: y, r: 5, fill: has ? '#0072b2' : '#999999' }), [at(r), y]));
    }
    return html('figure', null, root);
  }

  function draw() {
    const rows = table.rows.map((_, r) => r).filter((r) => !planar || vary.every((v, i) =>
      i === state.x || i === state.y || table.rows[r][v] === state.fixed[v]));
    stage.replaceChildren(values.length === 0 ? html('p', null, 'No point has a value.') : planar ? drawPlane(rows) : drawLine(rows));
  }

  function pick(label, options, current, change) {
    const select = html('select', { change: (event) => { change(event.target.selectedIndex); draw(); } },
      options.map((option, i) => html('option', { selected: i === current ? '' : null }, option)));
    return html('label', null, label + ' ', select);
  }

  const tools = html('div', { class: 'tools' }, values.length > 1 ? pick('value', values.map((v) => plain(v.label)), values.indexOf(usual),
    (i) => { state.value = values[i]; }) : null);
  if (vary.length > 2) {
    const names = diagram.vary.map((v) => v.name);
    const swap = (axis, other) => (i) => { if (state[other] === i) state[other] = state[axis]; state[axis] = i; rebuild(); };
    const slices = html('span', { class: 'tools' });
    const rebuild = () => slices.replaceChildren(pick('across', names, state.x, swap('x', 'y')), pick('up', names, state.y, swap('y', 'x')),
      ...names.map((name, i) => i === state.x || i === state.y ? '' : (() => {
        const texts = [...new Set(table.rows.map((row) => row[vary[i]]))];
        state.fixed = state.fixed.slice();
        return pick('at ' + name, texts, texts.indexOf(state.fixed[vary[i]]), (j) => { state.fixed[vary[i]] = texts[j]; });
      })()));
    rebuild();
    tools.append(slices);
  }
  readout.append(html('p', { class: 'note' }, 'Point at a ' + (planar ? 'cell' : 'point') +
    ' for its values and errors; a click, or Enter, shows its series. Arrow keys move.'));
  draw();
  return html('div', null, html('h3', null, 'Diagram'), tools, html('div', { class: 'diagram' }, stage, readout), curvesHead, curves);
}
