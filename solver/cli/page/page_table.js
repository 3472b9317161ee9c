// SPDX-License-Identifier: GPL-3.0-or-later
// Tables: sorted by a click on their head, copied as LaTeX, csv or markdown in the order that is shown.
'use strict';

// A cell is a text, null, or [value, error, text].
function cellText(cell) {
    if (cell === null) return '\u2013';
    if (Array.isArray(cell)) return cell[2];
    return cell.length > 10 && cell.trim() !== '' && Number.isFinite(Number(cell))
        ? String(+Number(cell).toPrecision(6))
        : cell;
}

function cellNumber(cell) {
    if (cell === null) return NaN;
    if (Array.isArray(cell)) return cell[0] === null ? NaN : cell[0];
    return cell.trim() === '' ? NaN : Number(cell);
}

// Compares numbers by size, other texts by letters; null is last. down: 1, or -1 for descending.
function compareCells(a, b, down) {
    const x = cellNumber(a),
        y = cellNumber(b);
    if (!Number.isNaN(x) && !Number.isNaN(y)) return down * (x - y);
    if (typeof a === 'string' && typeof b === 'string') return down * (a < b ? -1 : a > b ? 1 : 0);
    return Number.isNaN(x) - Number.isNaN(y);
}

function hasErrors(table, index) {
    return (
        table.columns[index].number && table.rows.some((row) => Array.isArray(row[index]) && row[index][1] > 0)
    );
}

function asCsv(table, rows) {
    const quote = (text) => (/[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
    const number = (x) => (x === null || x === undefined ? 'nan' : String(x));
    const head = [],
        lines = [];
    table.columns.forEach((column, i) =>
        head.push(quote(column.name), ...(hasErrors(table, i) ? [quote(column.name + '_se')] : []))
    );
    for (const row of rows) {
        const line = [];
        row.forEach((cell, i) => {
            if (!table.columns[i].number) line.push(quote(cell));
            else line.push(number(cell && cell[0]), ...(hasErrors(table, i) ? [number(cell && cell[1])] : []));
        });
        lines.push(line.join(','));
    }
    return [head.join(','), ...lines].join('\n') + '\n';
}

function asMarkdown(table, rows) {
    const text = (cell) =>
        (cell === null ? 'nan' : cellText(cell)).replaceAll('|', '\\|').replaceAll('\n', ' ');
    const line = (cells) => '| ' + cells.join(' | ') + ' |';
    return (
        [
            line(table.columns.map((c) => c.name.replaceAll('|', '\\|'))),
            '|' + table.columns.map((c) => (c.number ? ' --: |' : ' :-- |')).join(''),
            ...rows.map((row) => line(row.map(text)))
        ].join('\n') + '\n'
    );
}

// Formats 1.2(3)e-5 as 1.2(3)\times10^{-5}.
function latexNumber(text) {
    const [digits, exponent] = text.split('e');
    return text === 'nan' || text === '\u2013'
        ? '--'
        : '$' + digits + (exponent ? `\\times10^{${+exponent}}` : '') + '$';
}

function latexText(text) {
    return text.replace(/[\\_%&#${}~^<>|\n]/g, (c) =>
        c === '\\'
            ? '\\textbackslash{}'
            : c === '\n'
              ? ' '
              : '~^'.includes(c)
                ? '\\' + c + '{}'
                : '<>|'.includes(c)
                  ? '$' + c + '$'
                  : '\\' + c
    );
}

function asLatex(table, rows) {
    const cell = (value) =>
        Array.isArray(value) || value === null || !Number.isNaN(cellNumber(value))
            ? latexNumber(cellText(value))
            : latexText(value);
    return (
        [
            '% needs \\usepackage{booktabs}',
            '\\begin{table}',
            '\\centering',
            `\\caption{${table.caption}}`,
            `\\begin{tabular}{${table.columns.map((c) => (c.number ? 'r' : 'l')).join('')}}`,
            '\\toprule',
            table.columns.map((c) => c.latex).join(' & ') + ' \\\\',
            '\\midrule',
            ...rows.map((row) => row.map(cell).join(' & ') + ' \\\\'),
            '\\bottomrule',
            '\\end{tabular}',
            '\\end{table}'
        ].join('\n') + '\n'
    );
}

// Numbers do not wrap; sentences have a column of readable width.
function cellClass(column, cell) {
    if (column.number || !Number.isNaN(cellNumber(cell))) return 'number';
    return cellText(cell).length > 30 ? 'sentence' : null;
}

function tableView(table) {
    const body = html('tbody');
    let rows = table.rows.slice(),
        key = -1,
        down = 1;
    const heads = table.columns.map((column, i) =>
        html(
            'th',
            { class: column.number ? 'number' : null, scope: 'col' },
            html('button', { type: 'button', click: () => sort(i) }, column.name)
        )
    );
    function show() {
        body.replaceChildren(
            ...rows.map((row) =>
                html(
                    'tr',
                    null,
                    row.map((cell, i) =>
                        html('td', { class: cellClass(table.columns[i], cell) }, cellText(cell))
                    )
                )
            )
        );
    }
    function sort(i) {
        down = key === i ? -down : 1;
        key = i;
        rows = table.rows.slice().sort((a, b) => compareCells(a[i], b[i], down));
        heads.forEach((head, j) =>
            j === i
                ? head.setAttribute('aria-sort', down > 0 ? 'ascending' : 'descending')
                : head.removeAttribute('aria-sort')
        );
        show();
    }
    const forms = [
        ['LaTeX', asLatex],
        ['csv', asCsv],
        ['markdown', asMarkdown]
    ];
    const tools = html(
        'div',
        { class: 'tools' },
        'copy as',
        forms.map(([name, make]) =>
            html(
                'button',
                { type: 'button', click: () => copy(make(table, rows), table.title + ' as ' + name) },
                name
            )
        )
    );
    const view = html('details', { open: table.open ? '' : null }, html('summary', null, table.title));
    // A closed table is made when it is opened.
    const build = () => {
        if (view.dataset.built) return;
        view.dataset.built = '1';
        show();
        view.append(
            tools,
            html(
                'div',
                { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': table.title },
                html('table', null, html('thead', null, html('tr', null, heads)), body)
            )
        );
    };
    if (table.open) build();
    view.addEventListener('toggle', build);
    return view;
}
