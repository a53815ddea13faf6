// Class marks: a colour and, as a second sign for those who see colours otherwise, a shape.

// Colour-blind safe (Okabe-Ito and Tol). Ten colours with seven shapes stay distinct for seventy classes.
const COLOURS = [
  "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7A6C00", "#882255", "#44AA99", "#4B4B4B",
];

// SVG paths around the origin with a radius of about 5, so that the legend and the canvas draw the same sign.
const SHAPES = [
  "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z",
  "M-4.4-4.4H4.4V4.4H-4.4Z",
  "M0-5.8L5.4 4H-5.4Z",
  "M0-6L6 0L0 6L-6 0Z",
  "M-5-2.4L-2.4-5L0-2.6L2.4-5L5-2.4L2.6 0L5 2.4L2.4 5L0 2.6L-2.4 5L-5 2.4L-2.6 0Z",
  "M-1.8-5.4H1.8V-1.8H5.4V1.8H1.8V5.4H-1.8V1.8H-5.4V-1.8H-1.8Z",
  "M0 5.8L5.4-4H-5.4Z",
];
const RING = "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5ZM0-3.2A3.2 3.2 0 1 0 0 3.2A3.2 3.2 0 1 0 0-3.2Z";


// Viridis, for an order rather than kinds. Its ends are cut where they would vanish on a light or a dark wall.
const VIRIDIS = ["#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6DCD59", "#B4DE2C", "#FDE725"];

function rgb(colour) {
  const brush = (rgb.brush ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 1, 1);
  return [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function luminance(channels) {
  const [r, g, b] = channels.map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const mix = (a, b, share) => a.map((c, i) => Math.round(c + (b[i] - c) * share));
const css = (channels) => `rgb(${channels.join(" ")})`;

function viridis(share) {
  const at = Math.min(0.999, Math.max(0, share)) * (VIRIDIS.length - 1);
  return css(mix(rgb(VIRIDIS[Math.floor(at)]), rgb(VIRIDIS[Math.floor(at) + 1]), at % 1));
}

// The page's theme as the canvas needs it. On a dark wall, dark colours are lightened until they stand out.
// Of a ramp, `steps` codes are an order from low to high: a colour each, and one shape for all.
function readTheme(root, steps = 0) {
  const style = getComputedStyle(root);
  const read = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  const wall = rgb(read("background-color", "#FBFAF7"));
  const text = rgb(read("text-color", "#1A1712"));
  const light = luminance(wall);
  const lift = (colour) => {
    let channels = rgb(colour);
    if (light > 0.2) return css(channels);
    while ((luminance(channels) + 0.05) / (light + 0.05) < 4.5) channels = mix(channels, [255, 255, 255], 0.1);
    return css(channels);
  };
  const [low, high] = light > 0.2 ? [0, 0.9] : [0.22, 1];
  const colours = steps
    ? Array.from({ length: steps }, (_, i) => viridis(low + ((high - low) * i) / (steps - 1)))
    : COLOURS.map(lift);
  const shapes = steps ? SHAPES.slice(0, 1) : SHAPES;
  const unlabelled = css(mix(text, wall, 0.45));
  return {
    wall: css(wall),
    ground: ((255 << 24) | (wall[2] << 16) | (wall[1] << 8) | wall[0]) >>> 0, // as one pixel, alpha to red
    text: css(text),
    accent: read("primary-color", "#B23A2A"),
    second: read("link-color", "#2F4B8F"),
    font: read("font", "sans-serif"),
    colour: (code) => (code < 0 ? unlabelled : colours[code % colours.length]),
    shape: (code) => (code < 0 ? RING : shapes[code % shapes.length]),
    name: [css(wall), css(text), steps].join(),
  };
}

const KEYS = "Arrow keys move, + and − zoom, 0 shows all, Enter picks, Escape clears; V, B, L choose a tool, P and D pictures or dots.";

const GONE = 2; // in `faint`: left out by a filter, neither drawn nor answering
