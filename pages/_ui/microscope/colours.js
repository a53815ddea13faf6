// Colours of the theme and of the similarities, and the few small things every part needs.

const CIVIDIS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];
const STOPS = CIVIDIS.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

// Colour of a share in 0..1, as [red, green, blue].
function cividis(share) {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(at));
  return STOPS[low].map((value, c) => Math.round(value + (STOPS[low + 1][c] - value) * (at - low)));
}

function readTheme(root) {
  const style = getComputedStyle(root);
  const of = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  return {
    wall: of("background-color", "#fbfaf7"),
    text: of("text-color", "#211d18"),
    muted: of("gray-text-color", "#6b6357"),
    line: of("border-color", "#e2dccf"),
    pull: of("link-color", "#2f4b8f"),
    push: of("primary-color", "#b23a2a"),
    font: style.fontFamily,
  };
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function figure(value) {
  const size = Math.abs(value);
  const text = size === 0 || size >= 1e-4 ? Number(value.toPrecision(3)).toString() : value.toExponential(1);
  return text.replace("-", "\u2212");
}
