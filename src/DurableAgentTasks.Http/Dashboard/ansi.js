// What programs print for terminals, as elements. Colours and weights are kept, everything else terminals would obey is left out.
import { h } from './dom.js';

// Select graphic rendition; any other control sequence; operating system commands (titles, links); other escapes.
const escapes = /\x1b\[([0-9;]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -~]?/g;

// Other control characters, and those that turn the direction of text around, by which a line could show what it does not say.
const unseen = /[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g;

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function apply(style, codes) {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) style = {};
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 4) style = { ...style, underline: true };
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 24) style = { ...style, underline: false };
    else if (code >= 30 && code <= 37) style = { ...style, colour: colours[code - 30] };
    else if (code >= 90 && code <= 97) style = { ...style, colour: colours[code - 90] };
    else if (code === 39) style = { ...style, colour: null };
    // 256 and true colours are not shown; their parameters are no codes.
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
  }
  return style;
}

const classOf = style => [style.colour && `ansi-${style.colour}`, style.bold && 'ansi-bold', style.dim && 'ansi-dim', style.underline && 'ansi-underline'].filter(Boolean).join(' ');

/** The nodes of a line. */
export function styled(text) {
  // A progress bar draws over itself: what stands there last is what counts.
  const line = text.slice(text.replace(/\r+$/, '').lastIndexOf('\r') + 1);
  if (!line.includes('\x1b')) return [line.replace(unseen, '')];
  const nodes = [];
  let style = {}, end = 0;
  const add = part => {
    const clean = part.replace(unseen, '');
    const name = classOf(style);
    if (clean) nodes.push(name ? h('span', { class: name }, clean) : clean);
  };
  for (const match of line.matchAll(escapes)) {
    add(line.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1] !== undefined) style = apply(style, match[1].split(';').map(Number));
  }
  add(line.slice(end));
  return nodes;
}
