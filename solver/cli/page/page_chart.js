// SPDX-License-Identifier: GPL-3.0-or-later
// Figures: the elements of sgdmft plot (lines with bands, points with bars, dashed lines) as SVG.
'use strict';

let charts = 0;

// True on a phone, where figures are smaller and their letters are not.
function narrow() {
    return window.innerWidth < 700;
}

function ink(colour) {
    return colour === '#000000' ? 'var(--ink)' : colour;
}

// A frame with axes, ticks and labels: {root, plot, x, y}; what is drawn in plot is clipped.
function frame(size, xScale, yScale, xLabel, yLabel, name) {
    const { width, height, left, right, top, bottom } = size,
        id = 'clip' + charts++;
    const plot = svg('g', { class: 'plot', 'clip-path': `url(#${id})` }),
        back = svg('g'),
        front = svg('g');
    for (const [s, across] of [
        [xScale, true],
        [yScale, false]
    ]) {
        for (const value of s.ticks) {
            const p = s.at(value);
            const label = s.names ? s.names[value] : s.text(value);
            back.append(
                svg('path', {
                    class: 'grid',
                    d: across ? `M${p} ${top}V${height - bottom}` : `M${left} ${p}H${width - right}`
                })
            );
            front.append(
                svg('path', { class: 'axis', d: across ? `M${p} ${height - bottom}v5` : `M${left} ${p}h-5` })
            );
            front.append(
                svg(
                    'text',
                    across
                        ? { x: p, y: height - bottom + 18, 'text-anchor': 'middle' }
                        : { x: left - 8, y: p + 4, 'text-anchor': 'end' },
                    spans(label)
                )
            );
        }
    }
    front.append(
        svg('path', { class: 'axis', d: `M${left} ${top}V${height - bottom}H${width - right}V${top}Z` })
    );
    front.append(
        svg(
            'text',
            { class: 'label', x: (left + width - right) / 2, y: height - 6, 'text-anchor': 'middle' },
            spans(xLabel)
        )
    );
    front.append(
        svg(
            'text',
            {
                class: 'label',
                'text-anchor': 'middle',
                transform: `translate(14 ${(top + height - bottom) / 2}) rotate(-90)`
            },
            spans(yLabel)
        )
    );
    const root = svg(
        'svg',
        { viewBox: `0 0 ${width} ${height}`, role: name ? 'img' : null, 'aria-label': name || null },
        svg(
            'clipPath',
            { id },
            svg('rect', { x: left, y: top, width: width - left - right, height: height - top - bottom })
        ),
        back,
        plot,
        front
    );
    return { root, plot, front };
}

function rowsOf(text) {
    return text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ').map((x) => (x === '' ? NaN : Number(x))));
}

const withBand = { line: true, computed: true },
    withBars = { points: true, crosses: true };

// Ends of x and y over all elements; those of y include errors.
function extent(figure, blocks) {
    const xs = [],
        ys = [];
    for (const element of figure.elements) {
        for (const row of blocks[element.block]) {
            if (!Number.isFinite(row[0]) || !Number.isFinite(row[1])) continue;
            if ((figure.x_log && row[0] <= 0) || (figure.y_log && row[1] <= 0)) continue;
            xs.push(row[0]);
            ys.push(row[1]);
            const se =
                element.style === 'crosses'
                    ? row[3]
                    : withBand[element.style] || withBars[element.style]
                      ? row[2]
                      : 0;
            if (se > 0 && Number.isFinite(se))
                ys.push(row[1] + se, figure.y_log && row[1] <= 2 * se ? row[1] / 2 : row[1] - se);
        }
    }
    const ends = (v) => v.reduce((a, x) => [Math.min(a[0], x), Math.max(a[1], x)], [Infinity, -Infinity]);
    return [...ends(xs), ...ends(ys)];
}

// Adds room beside the values where the figure gives no range.
function widen(low, high, log, share) {
    if (!(high > low)) return [low, high];
    if (log) return [low * (low / high) ** share, high * (high / low) ** share];
    return [low - share * (high - low), high + share * (high - low)];
}

function path(rows, x, y) {
    let d = '',
        open = false;
    for (const row of rows) {
        const px = x(row),
            py = y(row);
        const good = Number.isFinite(px) && Number.isFinite(py);
        if (good) d += (open ? 'L' : 'M') + px.toFixed(2) + ' ' + py.toFixed(2);
        open = good;
    }
    return d;
}

function drawBand(plot, rows, X, Y, colour, log) {
    const good = rows.filter((r) => Number.isFinite(r[1]) && (!log || r[1] > 0));
    const below = (r) => (log && r[1] <= 2 * r[2] ? r[1] / 2 : r[1] - (r[2] || 0));
    if (!good.some((r) => r[2] > 0)) return;
    const up = path(
        good,
        (r) => X.at(r[0]),
        (r) => Y.at(r[1] + (r[2] || 0))
    );
    const down = path(
        good.slice().reverse(),
        (r) => X.at(r[0]),
        (r) => Y.at(below(r))
    );
    plot.append(svg('path', { d: up + down.replace('M', 'L') + 'Z', fill: colour, 'fill-opacity': 0.25 }));
}

function drawPoints(plot, rows, X, Y, colour, crosses) {
    for (const row of rows) {
        const x = X.at(row[0]),
            y = Y.at(row[1]),
            ex = crosses ? row[2] : 0,
            ey = crosses ? row[3] : row[2];
        if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
        const far = (s, a, fallback) => {
            const p = s.at(a);
            return Number.isFinite(p) ? p : fallback;
        };
        let d = '';
        if (ey > 0) d += `M${x} ${far(Y, row[1] - ey, 1e4)}V${far(Y, row[1] + ey, y)}`;
        if (ex > 0) d += `M${far(X, row[0] - ex, -1e4)} ${y}H${far(X, row[0] + ex, x)}`;
        if (d) plot.append(svg('path', { d, stroke: colour, fill: 'none' }));
        plot.append(
            svg(
                'circle',
                { cx: x, cy: y, r: 2.6, fill: colour },
                svg(
                    'title',
                    null,
                    `${+row[0].toPrecision(5)}: ${+row[1].toPrecision(5)}` +
                        (ey > 0 ? ` ± ${+ey.toPrecision(2)}` : '')
                )
            )
        );
    }
}

function drawElement(plot, element, rows, X, Y, log) {
    const colour = ink(element.colour);
    const line = (extra) =>
        plot.append(
            svg(
                'path',
                Object.assign(
                    {
                        d: path(
                            rows,
                            (r) => X.at(r[0]),
                            (r) => Y.at(r[1])
                        ),
                        fill: 'none',
                        stroke: colour,
                        'stroke-width': 1.7
                    },
                    extra
                )
            )
        );
    if (withBand[element.style]) drawBand(plot, rows, X, Y, colour, log);
    if (withBand[element.style] || element.style === 'path') line({});
    if (element.style === 'computed')
        drawPoints(
            plot,
            rows.map((r) => [r[0], r[1], 0]),
            X,
            Y,
            colour,
            false
        );
    if (element.style === 'dashed') line({ 'stroke-dasharray': '6 4', 'stroke-width': 1.2 });
    if (withBars[element.style]) drawPoints(plot, rows, X, Y, colour, element.style === 'crosses');
}

function legend(figure) {
    const named = figure.elements.filter((element) => element.title !== '');
    return named.length === 0
        ? null
        : html(
              'ul',
              { class: 'legend' },
              named.map((element) => {
                  const colour = ink(element.colour),
                      key = svg('svg', { viewBox: '0 0 26 12', 'aria-hidden': 'true' });
                  if (withBars[element.style])
                      key.append(
                          svg('path', { d: 'M13 1V11', stroke: colour }),
                          svg('circle', { cx: 13, cy: 6, r: 3, fill: colour })
                      );
                  else
                      key.append(
                          svg('path', {
                              d: 'M1 6H25',
                              stroke: colour,
                              'stroke-width': 2,
                              'stroke-dasharray': element.style === 'dashed' ? '6 4' : null
                          })
                      );
                  return html('li', null, key, words(element.title));
              })
          );
}

function titleView(title) {
    return title.split('\n').map((line) => html('div', null, words(line)));
}

// Several figures; a title that all share stands above them.
function chartsView(figures) {
    const same = figures.length > 1 && figures.every((figure) => figure.title === figures[0].title);
    return [
        same ? html('p', { class: 'note' }, titleView(figures[0].title)) : null,
        html(
            'div',
            { class: 'figures' },
            figures.map((figure) => chart(same ? Object.assign({}, figure, { title: '' }) : figure))
        )
    ];
}

function chart(figure) {
    const blocks = figure.blocks.map(rowsOf),
        ends = extent(figure, blocks);
    const size = { width: narrow() ? 360 : 460, height: 300, left: 68, right: 14, top: 10, bottom: 46 };
    const [x0, x1] = widen(ends[0], ends[1], figure.x_log, 0.02),
        [y0, y1] = widen(ends[2], ends[3], figure.y_log, 0.05);
    const given = (i, other) => (figure.range[i] === null ? other : figure.range[i]);
    if (!(x1 >= x0))
        return html('figure', null, html('figcaption', null, words(figure.y), ': no finite value'));
    const X = scale(given(0, x0), given(1, x1), figure.x_log, size.left, size.width - size.right);
    const Y = scale(given(2, y0), given(3, y1), figure.y_log, size.height - size.bottom, size.top);
    const { root, plot } = frame(size, X, Y, figure.x, figure.y, plain(figure.y + ' over ' + figure.x));
    for (const element of figure.elements)
        drawElement(plot, element, blocks[element.block], X, Y, figure.y_log);
    return html('figure', null, html('figcaption', null, titleView(figure.title), legend(figure)), root);
}
