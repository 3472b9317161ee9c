// SPDX-License-Identifier: GPL-3.0-or-later
// Elements of the page, and texts with symbols. Texts become text nodes: nothing of the data is read as HTML.
'use strict';

const svgSpace = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
        if (typeof value === 'function') node.addEventListener(name, value);
        else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    }
    for (const child of children.flat(9)) if (child !== null && child !== undefined) node.append(child);
    return node;
}

function html(tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
    return fill(document.createElementNS(svgSpace, tag), attributes, children);
}

// Pieces of gnuplot's enhanced text, {/:Italic x}_{eff}: letters with their slope and level (1 above, -1 below).
function pieces(text) {
    const out = [];
    let at = 0;
    function add(letters, italic, level) {
        const last = out[out.length - 1];
        if (last && last.italic === italic && last.level === level) last.text += letters;
        else out.push({ text: letters, italic, level });
    }
    function run(italic, level, one) {
        while (at < text.length) {
            const c = text[at++];
            if (c === '}') return;
            if (c === '\\' && at < text.length) add(text[at++], italic, level);
            else if (c === '_' || c === '^') run(italic, c === '_' ? -1 : 1, true);
            else if (c === '{') {
                const head = /^\/:Italic ?/.exec(text.slice(at));
                if (head) at += head[0].length;
                run(italic || head !== null, level, false);
            } else add(c, italic, level);
            if (one) return;
        }
    }
    while (at < text.length) run(false, 0, false);
    return out;
}

function plain(text) {
    return pieces(text)
        .map((piece) => piece.text)
        .join('');
}

function words(text) {
    return pieces(text).map((piece) => {
        const node = html(piece.level < 0 ? 'sub' : piece.level > 0 ? 'sup' : 'span', null, piece.text);
        if (piece.italic) node.className = 'italic';
        return node;
    });
}

function spans(text) {
    let level = 0;
    return pieces(text).map((piece) => {
        const down = (level - piece.level) * 4;
        level = piece.level;
        return svg(
            'tspan',
            {
                class: piece.italic ? 'italic' : null,
                dy: down || null,
                'font-size': piece.level ? '75%' : null
            },
            piece.text
        );
    });
}

// Shows a line to screen readers for a moment.
function say(text) {
    const said = document.getElementById('said');
    said.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => {
        said.textContent = '';
    }, 2500);
}

// Copies by the clipboard or, where a page from disk has none, by a selected field.
async function copy(text, what) {
    try {
        await navigator.clipboard.writeText(text);
    } catch (why) {
        const field = html('textarea', { readonly: '', style: 'position:fixed;opacity:0' });
        field.value = text;
        document.body.append(field);
        field.select();
        document.execCommand('copy');
        field.remove();
    }
    say(what + ' copied');
}
