// SPDX-License-Identifier: GPL-3.0-or-later
// The diagram of a sweep: a cell for each point. Pointing at a cell shows its values, a click or Enter its series.
'use strict';

class Diagram {
    constructor(section) {
        const all = section.diagram;
        this.data = all;
        this.table = section.tables.find((table) => table.title === 'Points');
        this.vary = all.vary.map((v) => this.column(v.name));
        this.status = this.column('status');
        this.values = all.values.filter((v) => this.column(v.name) >= 0);
        this.usual =
            this.values.find((v) => v.name === all.usual || v.name === all.usual + '_theory') || this.values[0];
        this.planar = this.vary.length > 1;
        this.value = this.usual;
        this.x = this.planar ? this.vary.length - 2 : 0;
        this.y = this.vary.length - 1;
        this.fixed = this.table.rows[0].slice();
        this.chosen = -1;
        this.stage = html('div');
        this.curves = html('div', { class: 'figures' });
        this.curvesHead = html('h3');
        this.readout = html(
            'div',
            { class: 'readout', role: 'status' },
            html(
                'p',
                { class: 'note' },
                'Point at a ' +
                    (this.planar ? 'cell' : 'mark') +
                    ' for its values and errors; a click, or Enter, shows its series. Arrow keys move.'
            )
        );
    }

    column(name) {
        return this.table.columns.findIndex((column) => column.name === name);
    }

    // Value of row r; NaN for a diverged run, whose table has values from before its end.
    number(r, name) {
        const row = this.table.rows[r];
        return row[this.status] === this.data.gone ? NaN : cellNumber(row[this.column(name)]);
    }

    error(r, name) {
        const cell = this.table.rows[r][this.column(name)];
        return cell && cell[1] ? cell[1] : 0;
    }

    // Parameters of row r: "batch = 0.2, rate = 0.1".
    place(r) {
        return this.data.vary
            .map((v, i) => v.name + ' = ' + cellText(this.table.rows[r][this.vary[i]]))
            .join(', ');
    }

    // ---- a cell ----

    showValues(r) {
        const facts = [];
        this.table.columns.forEach((column, i) => {
            const cell = this.table.rows[r][i];
            if (cell !== null && cellText(cell) !== '')
                facts.push(html('dt', null, column.name), html('dd', null, cellText(cell)));
        });
        this.readout.replaceChildren(html('dl', null, facts));
    }

    showSeries(r) {
        const sides = this.data.cells[r].map((packed) =>
            packed === null ? null : unpack(packed, this.data.series.length)
        );
        const figures = this.data.series
            .map((_, k) => seriesFigure(this.data, sides, k))
            .filter((figure) => figure !== null);
        this.curvesHead.textContent =
            figures.length > 0
                ? 'Series at ' + this.place(r)
                : this.data.points === 0
                  ? 'The series of so many points have no room on this page'
                  : 'No series at ' + this.place(r);
        this.curves.replaceChildren(...figures.map(chart));
    }

    choose(r, node) {
        this.stage.querySelectorAll('.chosen').forEach((other) => other.classList.remove('chosen'));
        node.classList.add('chosen');
        this.chosen = r;
        this.showValues(r);
        this.showSeries(r);
    }

    // Moves to the nearest cell in the direction of an arrow key.
    step(event, marks, from) {
        const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!move) return;
        event.preventDefault();
        let best = null,
            least = Infinity;
        for (const mark of marks) {
            const dx = mark.middle[0] - from.middle[0],
                dy = mark.middle[1] - from.middle[1];
            const along = dx * move[0] + dy * move[1],
                beside = Math.abs(dx * move[1]) + Math.abs(dy * move[0]);
            if (along > 0.5 && along + 4 * beside < least) {
                least = along + 4 * beside;
                best = mark;
            }
        }
        if (!best) return;
        for (const mark of marks) mark.node.setAttribute('tabindex', mark === best ? '0' : '-1');
        best.node.focus();
    }

    // Makes a node the cell of row r. The tabulator key reaches one of all marks.
    mark(marks, r, node, middle) {
        const row = this.table.rows[r],
            cell = row[this.column(this.value.name)],
            own = { node, middle };
        const name = this.place(r) + ': ' + (cell ? this.value.name + ' ' + cellText(cell) : row[this.status]);
        fill(
            node,
            {
                class: r === this.chosen ? 'cell chosen' : 'cell',
                tabindex: marks.length === 0 ? '0' : '-1',
                role: 'button',
                'aria-label': name,
                'data-row': r,
                pointerenter: () => this.showValues(r),
                pointerleave: () => this.chosen >= 0 && this.showValues(this.chosen),
                focus: () => this.showValues(r),
                click: () => this.choose(r, node),
                keydown: (event) => {
                    if (event.key !== 'Enter' && event.key !== ' ') return this.step(event, marks, own);
                    event.preventDefault();
                    this.choose(r, node);
                }
            },
            []
        );
        marks.push(own);
        return node;
    }

    // ---- the picture ----

    axis(rows, index, from, to) {
        return variedAxis(
            this.data.vary[index],
            rows.map((r) => this.table.rows[r][this.vary[index]]),
            from,
            to
        );
    }

    // Draws lines of equal value and their numbers over the cells; pointing ignores them.
    drawLines(plot, X, Y) {
        const rows = (text) => (text || '').split('\n').map((line) => line.split(' ').map(Number));
        const d = path(
            rows(this.value.lines),
            (row) => (row.length > 2 ? X.at(row[0]) : NaN),
            (row) => Y.at(row[1])
        );
        if (!d) return;
        const group = svg('g', { class: 'contours', 'aria-hidden': 'true' });
        group.append(svg('path', { class: 'edge', d }), svg('path', { d }));
        for (const [x, y, value] of rows(this.value.labels).filter((row) => row.length > 2))
            group.append(
                svg('text', { x: X.at(x), y: Y.at(y) + 4, 'text-anchor': 'middle' }, spans(numeral(value)))
            );
        plot.append(group);
    }

    // The key of the greys of points without a value; null if all have one.
    greyKey(seen) {
        const rows = [...seen.values()].map((blank) =>
            html(
                'li',
                null,
                svg(
                    'svg',
                    { viewBox: '0 0 26 12', 'aria-hidden': 'true' },
                    svg('rect', { class: 'grey', x: 4, y: 1, width: 18, height: 10, fill: blank.colour })
                ),
                blank.label ? blank.label + ' (' + blank.name + ')' : blank.name
            )
        );
        return rows.length > 0 ? html('ul', { class: 'legend' }, rows) : null;
    }

    // The grey of row r, which has no value.
    blank(r) {
        const status = this.table.rows[r][this.status];
        return this.data.blanks.find((other) => other.name === status) || { name: status, colour: '#ffffff' };
    }

    // Draws a cell for each point, or a disc where the points are no grid.
    drawPlane(rows) {
        const size = {
            width: narrow() ? 400 : 560,
            height: narrow() ? 340 : 430,
            left: 62,
            right: 104,
            top: 10,
            bottom: 46
        };
        const colours = colourScale(rows.map((r) => this.number(r, this.value.name)));
        const X = this.axis(rows, this.x, size.left, size.width - size.right);
        const Y = this.axis(rows, this.y, size.height - size.bottom, size.top);
        const { root, plot, front } = frame(
            size,
            X,
            Y,
            this.data.vary[this.x].label,
            this.data.vary[this.y].label
        );
        const grid = 2 * rows.length >= X.count * Y.count,
            marks = [],
            seen = new Map();
        for (const r of rows) {
            const row = this.table.rows[r],
                a = X.place(row[this.vary[this.x]]),
                b = Y.place(row[this.vary[this.y]]);
            const blank = this.blank(r);
            const number = this.number(r, this.value.name),
                has = Number.isFinite(number) && (number > 0 || !colours.log);
            const colour = has ? colourAt(this.data.palette, colours.share(number)) : blank.colour;
            if (!has) seen.set(blank.name, blank);
            const [x0, x1] = X.cell(a),
                [y0, y1] = Y.cell(b),
                middle = [X.at(X.value(a)), Y.at(Y.value(b))];
            const node = grid
                ? svg('rect', {
                      x: x0,
                      y: y0,
                      width: x1 - x0,
                      height: y1 - y0,
                      fill: colour,
                      'shape-rendering': 'crispEdges'
                  })
                : svg('circle', { cx: middle[0], cy: middle[1], r: 5, fill: colour });
            plot.append(this.mark(marks, r, node, middle));
        }
        if (grid) this.drawLines(plot, X, Y);
        if (colours.high >= colours.low)
            front.append(colourBar(this.data.palette, size, colours, this.value.label));
        return html('figure', null, this.greyKey(seen), root);
    }

    // Columns drawn over one parameter: theory and simulation of a value together.
    sides(value) {
        const base = value.name.replace(/_theory$/, ''),
            other = base + '_simulation';
        if (base === value.name || this.column(other) < 0)
            return [{ name: value.name, line: !/_simulation$/.test(value.name) }];
        return [
            { name: value.name, line: true },
            { name: other, line: false }
        ];
    }

    // Label of a value, without its side where both are drawn.
    label(value) {
        const both = !this.planar && this.sides(value).length > 1;
        return both ? value.label.replace(/, theory$/, '') : value.label;
    }

    // Draws values over one parameter: theory as a line, simulation as points, with bars.
    drawLine(rows) {
        const size = {
            width: narrow() ? 360 : 560,
            height: narrow() ? 300 : 380,
            left: 68,
            right: 14,
            top: 10,
            bottom: 46
        };
        const sides = this.sides(this.value),
            all = [],
            X = this.axis(rows, 0, size.left, size.width - size.right);
        for (const r of rows)
            for (const side of sides) all.push([this.number(r, side.name), this.error(r, side.name)]);
        const good = all.filter((pair) => Number.isFinite(pair[0])),
            log = wantsLog(good.map((pair) => pair[0]));
        const ends = good.flatMap(([value, se]) => (log ? [value] : [value - se, value + se]));
        const range = ends.length > 0 ? widen(Math.min(...ends), Math.max(...ends), log, 0.08) : [0, 1];
        const Y = scale(...range, log, size.height - size.bottom, size.top);
        const { root, plot } = frame(size, X, Y, this.data.vary[0].label, this.label(this.value)),
            marks = [],
            seen = new Map();
        const at = (r) => X.at(X.value(X.place(this.table.rows[r][this.vary[0]])));
        for (const side of sides) {
            const colour = side.line ? '#0072b2' : '#d55e00',
                y = (r, k) => Y.at(this.number(r, side.name) + k * this.error(r, side.name));
            if (side.line)
                plot.append(
                    svg('path', {
                        d: path(rows, at, (r) => y(r, 0)),
                        fill: 'none',
                        stroke: colour,
                        'stroke-width': 1.5
                    })
                );
            for (const r of rows) {
                const bar = path(
                        [-1, 1],
                        () => at(r),
                        (k) => y(r, k)
                    ),
                    has = Number.isFinite(y(r, 0));
                if (bar) plot.append(svg('path', { d: bar, stroke: colour, 'stroke-width': 1.5 }));
                const middle = [at(r), has ? y(r, 0) : size.height - size.bottom - 8];
                const node = svg('circle', {
                    cx: middle[0],
                    cy: middle[1],
                    r: side.line ? 4 : 5,
                    stroke: has ? null : 'var(--soft)',
                    fill: has ? colour : this.blank(r).colour
                });
                if (!has && side === sides[0]) seen.set(this.blank(r).name, this.blank(r));
                if (has || side === sides[0]) plot.append(this.mark(marks, r, node, middle));
            }
        }
        const key = sides.map((side) => ({
            style: side.line ? 'line' : 'points',
            colour: side.line ? '#0072b2' : '#d55e00',
            title: side.line ? 'theory' : 'simulation'
        }));
        return html('figure', null, sides.length > 1 ? legend({ elements: key }) : null, this.greyKey(seen), root);
    }

    draw() {
        const rows = this.table.rows
            .map((_, r) => r)
            .filter((r) =>
                this.vary.every(
                    (v, i) => i === this.x || i === this.y || this.table.rows[r][v] === this.fixed[v]
                )
            );
        const empty = html('p', null, 'No point has a value.');
        this.stage.replaceChildren(
            this.values.length === 0 ? empty : this.planar ? this.drawPlane(rows) : this.drawLine(rows)
        );
    }

    // ---- what is shown ----

    pick(label, options, current, change) {
        const select = html(
            'select',
            {
                change: (event) => {
                    change(event.target.selectedIndex);
                    this.draw();
                }
            },
            options.map((option, i) => html('option', { selected: i === current ? '' : null }, option))
        );
        return html('label', null, label + ' ', select);
    }

    // Choice of the axes among more than two parameters, and of the values of the others.
    slices() {
        const names = this.data.vary.map((v) => v.name),
            view = html('span', { class: 'tools' });
        const build = () => {
            const turn = (own, other) => (i) => {
                if (this[other] === i) this[other] = this[own];
                this[own] = i;
                build();
            };
            const at = names.map((name, i) => {
                if (i === this.x || i === this.y) return null;
                const texts = [...new Set(this.table.rows.map((row) => row[this.vary[i]]))];
                return this.pick('at ' + name, texts, texts.indexOf(this.fixed[this.vary[i]]), (j) => {
                    this.fixed[this.vary[i]] = texts[j];
                });
            });
            view.replaceChildren(
                this.pick('across', names, this.x, turn('x', 'y')),
                this.pick('up', names, this.y, turn('y', 'x')),
                ...at.filter((node) => node !== null)
            );
        };
        build();
        return view;
    }

    view() {
        const labels = this.values.map((v) => plain(this.label(v))),
            change = (i) => {
                this.value = this.values[i];
            };
        this.draw();
        return html(
            'div',
            null,
            html('h3', null, 'Diagram'),
            html(
                'div',
                { class: 'tools' },
                this.values.length > 1
                    ? this.pick('value', labels, this.values.indexOf(this.usual), change)
                    : null,
                this.vary.length > 2 ? this.slices() : null
            ),
            html('div', { class: 'diagram' }, this.stage, this.readout),
            this.curvesHead,
            this.curves
        );
    }
}
