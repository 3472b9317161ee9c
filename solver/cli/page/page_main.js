// SPDX-License-Identifier: GPL-3.0-or-later
// The page: its head, a section for the results and one for each sweep, the references.
'use strict';

function linesView(section) {
    return html(
        'dl',
        { class: 'lines' },
        section.lines.map((line) => [
            html('dt', null, line.label),
            html(
                'dd',
                null,
                line.kind === 'symbols'
                    ? words(line.text)
                    : line.kind === 'command'
                      ? [
                            html('code', null, line.text),
                            html('button', { type: 'button', click: () => copy(line.text, 'command') }, 'copy')
                        ]
                      : line.text
            )
        ])
    );
}

function sectionView(section, index) {
    return html(
        'section',
        { id: 'section' + index },
        html('h2', null, section.title),
        linesView(section),
        section.pictures.map((picture) =>
            html(
                'figure',
                null,
                html('figcaption', null, picture.title),
                html('img', {
                    class: 'picture',
                    alt: picture.title,
                    src: 'data:image/png;base64,' + picture.png
                })
            )
        ),
        section.diagram ? new Diagram(section).view() : null,
        section.figures.length > 0 ? chartsView(section.figures) : null,
        section.tables.map(tableView)
    );
}

function referencesView(references) {
    const text = (r) => `${r.kind} ${r.name}: ${r.summary}` + (r.reference ? `. ${r.reference}` : '');
    const all = () => references.map(text).join('\n') + '\n';
    return html(
        'section',
        { id: 'references' },
        html('h2', null, 'References'),
        html(
            'div',
            { class: 'tools' },
            html('button', { type: 'button', click: () => copy(all(), 'references') }, 'copy')
        ),
        html(
            'ul',
            { class: 'references' },
            references.map((r) =>
                html(
                    'li',
                    null,
                    html('b', null, r.kind + ' ' + r.name),
                    ': ' + r.summary + (r.reference ? '. ' : ''),
                    r.reference ? html('cite', null, r.reference) : null
                )
            )
        )
    );
}

(function main() {
    const data = JSON.parse(document.getElementById('data').textContent),
        page = document.getElementById('page');
    page.replaceChildren(
        html('h1', null, data.title),
        html('p', { class: 'made' }, data.program + ': ', html('code', null, data.command)),
        data.sections.length > 1
            ? html(
                  'nav',
                  { 'aria-label': 'sections' },
                  html(
                      'ul',
                      null,
                      data.sections.map((section, i) =>
                          html('li', null, html('a', { href: '#section' + i }, section.title))
                      )
                  )
              )
            : '',
        ...data.sections.map(sectionView),
        data.references.length > 0 ? referencesView(data.references) : ''
    );
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
