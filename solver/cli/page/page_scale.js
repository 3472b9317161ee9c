// SPDX-License-Identifier: GPL-3.0-or-later
// Scales of axes and colours: places of values, and the numbers beside them.
'use strict';

// Formats 0.001 as it is, 2e-7 as 2·10^{-7}; with powers 0.001 as 10^{-3}.
function numeral(value, powers) {
    const size = Math.abs(value);
    if (value === 0) return '0';
    if (!powers && size >= 1e-3 && size < 1e5) return String(+value.toPrecision(6)).replace('-', '\u2212');
    const [mantissa, exponent] = value.toExponential(2).split('e');
    if (+exponent === 0 && size < 10) return String(+value.toPrecision(6));
    const power = '10^{' + String(+exponent).replace('-', '\u2212') + '}';
    return +mantissa === 1 ? power : String(+mantissa).replace('-', '\u2212') + '·' + power;
}

function linearTicks(low, high, about) {
    const rough = (high - low) / about,
        decade = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * decade).find((s) => s >= 0.8 * rough);
    const first = Math.ceil(low / step - 1e-9),
        count = Math.floor(high / step + 1e-9) - first + 1;
    return Array.from({ length: Math.max(count, 0) }, (_, i) => +((first + i) * step).toPrecision(12));
}

// Decades, with 2 and 5 where there are few; between two decades plain steps.
function logTicks(low, high, about) {
    const decades = Math.log10(high / low);
    if (decades < 0.7) return linearTicks(low, high, about);
    const every = Math.max(1, Math.ceil(decades / about)),
        steps = decades < 3 ? [1, 2, 5] : [1],
        ticks = [];
    for (let d = Math.floor(Math.log10(low)); d <= Math.ceil(Math.log10(high)); d++) {
        if (d % every !== 0) continue;
        for (const m of steps) {
            const value = +(m * 10 ** d).toPrecision(3);
            if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push(value);
        }
    }
    return ticks;
}

// Maps values low..high to places from..to.
function scale(low, high, log, from, to, about) {
    if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) {
        const pad = low === 0 ? 1 : Math.abs(low) * 0.1;
        [low, high] = log ? [low / 1.5, high * 1.5] : [low - pad, high + pad];
    }
    const f = log ? Math.log : (x) => x,
        a = f(low),
        b = f(high);
    const ticks = (log ? logTicks : linearTicks)(low, high, about || 5),
        powers = log && (high >= 1e5 || low < 1e-4);
    return {
        low,
        high,
        log,
        ticks,
        at: (x) => from + ((to - from) * (f(x) - a)) / (b - a),
        text: (x) => numeral(x, powers)
    };
}

// True for positive values over more than two decades, as in sgdmft plot.
function wantsLog(values) {
    const good = values.filter((x) => Number.isFinite(x));
    return good.length > 0 && Math.min(...good) > 0 && Math.max(...good) > 100 * Math.min(...good);
}

// Colour of a palette at share 0..1.
function colourAt(palette, share) {
    const place = Math.min(Math.max(share, 0), 1) * (palette.length - 1),
        left = Math.min(Math.floor(place), palette.length - 2);
    const part = (i, k) => parseInt(palette[i].slice(1 + 2 * k, 3 + 2 * k), 16);
    const mixed = [0, 1, 2].map((k) =>
        Math.round(part(left, k) + (part(left + 1, k) - part(left, k)) * (place - left))
    );
    return 'rgb(' + mixed.join(',') + ')';
}
