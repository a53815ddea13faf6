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

const shapeOf = (code) => (code < 0 ? RING : SHAPES[code % SHAPES.length]);

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

// The page's theme as the canvas needs it. On a dark wall, dark colours are lightened until they stand out.
function readTheme(root) {
  const style = getComputedStyle(root);
  const read = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  const wall = rgb(read("background-color", "#FBFAF7"));
  const text = rgb(read("text-color", "#211D18"));
  const light = luminance(wall);
  const lift = (colour) => {
    let channels = rgb(colour);
    if (light > 0.2) return css(channels);
    while ((luminance(channels) + 0.05) / (light + 0.05) < 4.5) channels = mix(channels, [255, 255, 255], 0.1);
    return css(channels);
  };
  const colours = COLOURS.map(lift);
  const unlabelled = css(mix(text, wall, 0.45));
  return {
    wall: css(wall),
    ground: ((255 << 24) | (wall[2] << 16) | (wall[1] << 8) | wall[0]) >>> 0, // as one pixel, alpha to red
    text: css(text),
    accent: read("primary-color", "#B23A2A"),
    font: read("font", "sans-serif"),
    colour: (code) => (code < 0 ? unlabelled : colours[code % colours.length]),
  };
}
