// SPDX-License-Identifier: GPL-3.0-or-later
// Axes and colours of diagrams: over the values of a parameter, and of the values of the cells.
'use strict';

// An axis over the values of a varied parameter: their places, and the borders of their cells.
function variedAxis(parameter, cells, from, to) {
    const texts = [...new Set(cells)];
    const numbers = texts.map(Number),
        numeric = numbers.every((x) => Number.isFinite(x));
    const values = numeric ? [...new Set(numbers)].sort((a, b) => a - b) : texts.map((_, i) => i);
    const log = numeric && parameter.log && values[0] > 0;
    const f = log ? Math.log : (x) => x,
        g = log ? Math.exp : (x) => x,
        n = values.length;
    const half = (i, j) => g((f(values[i]) + f(values[j])) / 2),
        beyond = (i, j) => g(f(values[i]) + (f(values[i]) - f(values[j])) / 2);
    const lower = (i) =>
        i > 0 ? half(i - 1, i) : n > 1 ? beyond(0, 1) : values[0] - (Math.abs(values[0]) * 0.1 || 1);
    const upper = (i) =>
        i < n - 1
            ? half(i, i + 1)
            : n > 1
              ? beyond(n - 1, n - 2)
              : values[0] + (Math.abs(values[0]) * 0.1 || 1);
    const s = scale(lower(0), upper(n - 1), log, from, to);
    if (!numeric) {
        s.ticks = values;
        s.names = texts.map((text) => text.replace(/[_^{}\\]/g, '\\$&'));
    }
    const place = (text) => values.indexOf(numeric ? Number(text) : texts.indexOf(text));
    return Object.assign(s, {
        count: n,
        place,
        value: (i) => values[i],
        cell: (i) => [s.at(lower(i)), s.at(upper(i))].sort((a, b) => a - b)
    });
}

function colourBar(palette, size, colours, label) {
    const left = size.width - size.right + 14,
        bar = svg('g', { class: 'bar' }),
        steps = 60,
        top = size.top,
        height = size.height - size.top - size.bottom;
    for (let i = 0; i < steps; i++)
        bar.append(
            svg('rect', {
                x: left,
                width: 14,
                y: top + height * (1 - (i + 1) / steps),
                height: height / steps + 0.6,
                fill: colourAt(palette, (i + 0.5) / steps)
            })
        );
    const s = scale(colours.low, colours.high, colours.log, top + height, top, 6);
    for (const value of s.ticks)
        bar.append(
            svg('path', { class: 'axis', d: `M${left + 14} ${s.at(value)}h4` }),
            svg('text', { x: left + 21, y: s.at(value) + 4 }, spans(s.text(value)))
        );
    bar.append(
        svg('rect', { class: 'axis', x: left, y: top, width: 14, height }),
        svg(
            'text',
            {
                class: 'label',
                'text-anchor': 'middle',
                transform: `translate(${size.width - 6} ${top + height / 2}) rotate(-90)`
            },
            spans(label)
        )
    );
    return bar;
}

// Logarithmic colours over a decade or more of values of which most are positive.
function colourScale(values) {
    const good = values.filter((x) => Number.isFinite(x)),
        positive = good.filter((x) => x > 0);
    const log =
        good.length > 0 &&
        positive.length >= 0.8 * good.length &&
        Math.max(...good) > 12 * Math.min(...positive);
    const low = Math.min(...(log ? positive : good)),
        high = Math.max(...good),
        f = log ? Math.log : (x) => x;
    return { low, high, log, share: (x) => (high > low ? (f(x) - f(low)) / (f(high) - f(low)) : 0.5) };
}
