// SPDX-License-Identifier: GPL-3.0-or-later
// The series of one cell of a diagram: packed numbers, and figures of them.
'use strict';

// Unpacks the series of a cell: [{time, values: [[value, error], ...]}, ...].
function unpack(packed, count) {
    const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)),
        view = new DataView(new ArrayBuffer(4));
    let at = 0;
    const take = (n) => {
        view.setUint32(0, 0);
        for (let i = 0; i < n; i++) view.setUint8(i, bytes[at++]);
        return view.getFloat32(0);
    };
    const rows = [];
    while (at < bytes.length) {
        const time = take(3),
            values = [];
        for (let i = 0; i < count; i++) values.push([take(3), take(2)]);
        rows.push({ time, values });
    }
    return rows;
}

function seriesFigure(diagram, sides, k) {
    const elements = [],
        blocks = [],
        all = [];
    sides.forEach((rows, side) => {
        if (!rows) return;
        const every = side === 1 ? Math.max(1, Math.ceil(rows.length / 25)) : 1;
        const good = rows.filter((row, i) => i % every === 0 && Number.isFinite(row.values[k][0]));
        if (good.length === 0) return;
        blocks.push(good.map((row) => [row.time, ...row.values[k]].join(' ')).join('\n') + '\n');
        all.push(...good.map((row) => row.values[k][0]));
        elements.push({
            style: side === 0 ? 'line' : 'points',
            block: blocks.length - 1,
            colour: side === 0 ? '#0072b2' : '#d55e00',
            title: side === 0 ? 'theory' : 'simulation'
        });
    });
    return elements.length === 0
        ? null
        : {
              title: '',
              x: diagram.time,
              y: diagram.series[k].label,
              x_log: false,
              y_log: wantsLog(all),
              range: [null, null, null, null],
              blocks,
              elements
          };
}
