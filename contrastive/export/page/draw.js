// Draws the map on its canvas: dots by class, pictures where there is room, what was found in front.

const COLOURS = [
  "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#7A6C00", "#882255", "#44AA99", "#4B4B4B",
];
const LIGHTER = [
  "#4A9FD1", "#E69F00", "#2BB58D", "#CC79A7", "#E8793A", "#56B4E9", "#A89A2E", "#C76A93", "#44AA99", "#9A9A9A",
];
const SHAPES = [
  "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z",
  "M-4.4-4.4H4.4V4.4H-4.4Z",
  "M0-5.8L5.4 4H-5.4Z",
  "M0-6L6 0L0 6L-6 0Z",
  "M-5-2.4L-2.4-5L0-2.6L2.4-5L5-2.4L2.6 0L5 2.4L2.4 5L0 2.6L-2.4 5L-5 2.4L-2.6 0Z",
  "M-1.8-5.4H1.8V-1.8H5.4V1.8H1.8V5.4H-1.8V1.8H-5.4V-1.8H-1.8Z",
  "M0 5.8L5.4-4H-5.4Z",
];
const dark = matchMedia("(prefers-color-scheme: dark)");
const colourOf = (code) => (code < 0 ? "#8a8478" : (dark.matches ? LIGHTER : COLOURS)[code % 10]);
const shapeOf = (code) => SHAPES[code < 0 ? 0 : code % SHAPES.length];

const canvas = document.getElementById("map");
const brush = canvas.getContext("2d");
const view = { cx: 0, cy: 0, zoom: 1, fitted: 1, width: 1, height: 1 };
const state = { column: 0, off: new Set(), found: null, pictures: true, hovered: null, hung: [] };
const sheets = data.sheets.map((address) => {
  const image = new Image();
  image.onload = redraw;
  image.src = address;
  return image;
});

// A dot of a class, drawn once: copying it is many times quicker than filling its shape again.
const stamps = new Map();
function stampOf(code, radius, ratio) {
  const name = [code, radius, ratio, dark.matches].join();
  if (stamps.has(name)) return stamps.get(name);
  const made = document.createElement("canvas");
  made.width = made.height = Math.ceil((radius + 1) * 2.4 * ratio);
  const pen = made.getContext("2d");
  pen.setTransform((ratio * radius) / 5, 0, 0, (ratio * radius) / 5, made.width / 2, made.width / 2);
  pen.fillStyle = colourOf(code);
  pen.fill(new Path2D(shapeOf(code)));
  stamps.set(name, made);
  return made;
}

const codes = () => columns[state.column].codes;
const shown = (i) => !state.off.has(codes()[i]);
const scale = () => view.fitted * view.zoom;
const screen = (i) => [(x[i] - view.cx) * scale() + view.width / 2, (y[i] - view.cy) * scale() + view.height / 2];
const side = (zoom) => {
  const smallest = Math.max(view.width < 520 ? 26 : 32, Math.sqrt((view.width * view.height) / n) * 0.7);
  return Math.min(144, Math.min(84, smallest) * zoom ** 0.42);
};

// The thumbnail of a row into a brush.
function thumbnail(into, i, left, top, size) {
  const sheet = sheets[Math.floor(i / data.across ** 2)];
  if (!sheet.complete || !sheet.naturalWidth) return;
  const k = i % data.across ** 2;
  const across = sheet.naturalWidth / data.side;
  into.imageSmoothingEnabled = data.side >= 48;
  const from = [(k % across) * data.side, Math.floor(k / across) * data.side];
  into.drawImage(sheet, ...from, data.side, data.side, left, top, size, size);
}

let asked;
function redraw() {
  asked ??= requestAnimationFrame(paint);
}

function paint() {
  asked = undefined;
  const ratio = Math.min(3, devicePixelRatio || 1);
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return;
  if (view.width !== width || view.height !== height) levels.clear();
  Object.assign(view, { width, height });
  const margin = Math.min(90, width / 8);
  view.fitted = Math.min((width - margin) / (wide / longer || 0.1), (height - margin) / (high / longer || 0.1));
  if (canvas.width !== width * ratio || canvas.height !== height * ratio) {
    canvas.width = width * ratio;
    canvas.height = height * ratio;
  }
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  brush.clearRect(0, 0, width, height);
  const lit = (i) => !state.found || state.found.has(i);
  const gap = (level) => (side(2 ** (level / 2)) + 4) / (view.fitted * 2 ** (level / 2));
  const level = Math.max(0, Math.floor(Math.log2(view.zoom) * 2 + 1e-6));
  const hung = state.pictures ? hanging(level, gap, (i) => shown(i) && lit(i)) : [];
  const hangs = new Uint8Array(n);
  for (const i of hung) hangs[i] = 1;
  const radius = n > 5000 || width < 520 ? 2.5 : 3.5;
  for (const front of [false, true]) {
    for (let i = 0; i < n; i++) {
      if (hangs[i] || !shown(i) || lit(i) !== front) continue;
      const [px, py] = screen(i);
      if (px < -9 || py < -9 || px > width + 9 || py > height + 9) continue;
      const stamp = stampOf(codes()[i], radius, ratio);
      const size = stamp.width / ratio;
      brush.globalAlpha = front ? 0.9 : 0.14;
      brush.drawImage(stamp, px - size / 2, py - size / 2, size, size);
    }
  }
  brush.globalAlpha = 1;
  const size = side(view.zoom);
  state.hung = [];
  for (const i of hung) {
    const [px, py] = screen(i);
    const [left, top] = [px - size / 2, py - size / 2];
    if (left > width || top > height || left < -size || top < -size) continue;
    thumbnail(brush, i, left, top, size);
    brush.fillStyle = colourOf(codes()[i]);
    brush.fillRect(left, top + size - 3, size, 3);
    state.hung.push({ i, left, top, size });
  }
  if (state.hovered !== null) {
    const [px, py] = screen(state.hovered);
    const half = hangs[state.hovered] ? size / 2 : 7;
    brush.strokeStyle = getComputedStyle(canvas).getPropertyValue("--accent");
    brush.lineWidth = 2.5;
    brush.strokeRect(px - half, py - half, 2 * half, 2 * half);
  }
  canvas.dataset.pictures = state.hung.length;
  canvas.dataset.zoom = view.zoom.toFixed(2);
}

// The row under a pixel: a hanging picture, else the nearest dot within reach.
function under(px, py, reach = 12) {
  const on = state.hung.find((f) => px >= f.left && py >= f.top && px <= f.left + f.size && py <= f.top + f.size);
  if (on) return on.i;
  let best = null;
  let least = reach ** 2;
  for (let i = 0; i < n; i++) {
    if (!shown(i)) continue;
    const [sx, sy] = screen(i);
    const far = (sx - px) ** 2 + (sy - py) ** 2;
    if (far <= least) [best, least] = [i, far];
  }
  return best;
}
