// Drawing: dots and pictures on one canvas, what follows the hand on another above it.
//
// The upper canvas is redrawn at every move of the pointer, the lower one only when the map itself changes.

const FAINT = 0.14; // what is not selected, or of a class put aside, stays on the wall as a shadow
const RINGS = 200; // of many pictures found, the first ones are ringed

function paintMap(map) {
  const { brush, view, places, theme, ratio } = map;
  const began = performance.now();
  const hung = map.pictures ? hangPictures(map, began) : [];
  map.covered.fill(0);
  for (const frame of hung) map.covered[frame.row] = 1;

  const room = Math.min(1, Math.max(0.65, Math.sqrt(view.width * view.height) / 650));
  const grown = Math.min(7, Math.min(5, Math.max(1.8, 14 * room * places.n ** -0.17)) * view.zoom ** 0.25);
  map.radius = Math.round(grown * 2) / 2;
  map.dots.cut(theme, map.data.classes.length, map.radius, ratio);
  map.dots.ground(brush.canvas.width, brush.canvas.height, theme.ground);
  if (map.anyFaint) map.dots.scatter(map, 1, FAINT);
  map.dots.scatter(map, 0, 1);
  map.dots.lay(brush);

  let fading = false;
  for (const faint of [1, 0]) {
    for (const frame of hung) {
      if (map.faint[frame.row] !== faint) continue;
      const shown = calm() ? 1 : Math.min(1, (began - frame.since) / 180);
      fading ||= shown < 1;
      paintPicture(map, frame, (faint ? 0.2 : 1) * Math.max(0, shown));
    }
  }
  map.hung = hung;
  map.drawn = performance.now() - began;
  if (fading) map.redraw();
}

// Choose the pictures in view, ask for those not here yet, and return those that are.
function hangPictures(map, now) {
  const { view, places, collage, thumbnails } = map;
  const found = new Set(map.data.found);
  const wanted = map.selected.size ? map.selected : found;
  const first = wanted.size ? (row) => wanted.has(row) || row === map.clicked : () => true;
  const side = collage.side(view, places.n);
  const [hung, missing] = [[], []];
  for (const row of collage.rows(view, places, first, (i) => map.counts(i))) {
    const [px, py] = view.toScreen(places.x[row], places.y[row]);
    if (px < -side || py < -side || px > view.width + side || py > view.height + side) continue;
    const here = thumbnails.get(row);
    if (here) hung.push(frameOf(row, px, py, side, here));
    else missing.push([Math.hypot(px - view.width / 2, py - view.height / 2), row]);
  }
  missing.sort((a, b) => a[0] - b[0]);
  thumbnails.want(missing.map((m) => m[1]));
  return hung;
}

function frameOf(row, px, py, side, { image, since }) {
  const longer = Math.max(image.naturalWidth, image.naturalHeight) || 1;
  const [w, h] = [(image.naturalWidth / longer) * side, (image.naturalHeight / longer) * side];
  return { row, image, since, x: px - w / 2, y: py - h / 2, w, h };
}

function paintPicture({ brush, places, theme, ratio }, { row, image, x, y, w, h }, alpha) {
  const code = places.codes[row];
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  brush.globalAlpha = alpha;
  brush.strokeStyle = theme.colour(code);
  brush.lineWidth = 2;
  brush.strokeRect(x - 1, y - 1, w + 2, h + 2);
  // Icons of 28 or 32 pixels keep their pixels; everything else is resampled well.
  brush.imageSmoothingEnabled = image.naturalWidth > 48 || w < image.naturalWidth;
  brush.imageSmoothingQuality = "medium";
  brush.drawImage(image, x, y, w, h);
  if (w > 40) paintSign(brush, theme, code, x + w - 1, y + h - 1, Math.min(5, w / 13), ratio);
  brush.globalAlpha = 1;
}

function paintSign(brush, theme, code, px, py, radius, ratio) {
  const path = new Path2D(theme.shape(code));
  const size = (radius / 5) * ratio;
  brush.setTransform(size, 0, 0, size, px * ratio, py * ratio);
  brush.strokeStyle = theme.wall;
  brush.lineWidth = 4;
  brush.stroke(path);
  brush.fillStyle = theme.colour(code);
  brush.fill(path);
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function paintHand(map) {
  const { air, view, places, theme, ratio } = map;
  air.setTransform(ratio, 0, 0, ratio, 0, 0);
  air.clearRect(0, 0, view.width, view.height);
  const found = map.data.found.slice(0, RINGS).map((row) => [row, theme.second]);
  const frames = new Map(map.hung.map((frame) => [frame.row, frame]));
  for (const [row, colour] of [...found, [map.clicked, theme.accent], [map.hovered, theme.text]]) {
    if (row === null || map.faint[row] === GONE) continue;
    const frame = frames.get(row);
    const [px, py] = view.toScreen(places.x[row], places.y[row]);
    for (const [stroke, width] of [[theme.wall, 6], [colour, 2.5]]) {
      [air.strokeStyle, air.lineWidth] = [stroke, width];
      air.beginPath();
      if (frame) air.rect(frame.x - 2, frame.y - 2, frame.w + 4, frame.h + 4);
      else air.arc(px, py, map.radius + 4, 0, 2 * Math.PI);
      air.stroke();
    }
  }
  for (const mark of places.marks) paintMark(air, theme, mark.name, ...view.toScreen(mark.x, mark.y));
  if (map.outline.length > 1) {
    air.beginPath();
    for (const [px, py] of map.outline) air.lineTo(px, py);
    air.closePath();
    [air.fillStyle, air.strokeStyle, air.lineWidth] = [theme.accent, theme.accent, 1.5];
    air.globalAlpha = 0.08;
    air.fill();
    air.globalAlpha = 1;
    air.stroke();
  }
}

// A guest among the pictures: a ring with a point, and its name beside it.
function paintMark(air, theme, name, px, py) {
  const ring = (radius, colour, width) => {
    air.beginPath();
    air.arc(px, py, radius, 0, 2 * Math.PI);
    [air.strokeStyle, air.lineWidth] = [colour, width];
    air.stroke();
  };
  ring(10, theme.wall, 6.5);
  ring(10, theme.accent, 2.5);
  ring(2, theme.wall, 6);
  ring(1.75, theme.accent, 3.5);
  air.font = `600 13px ${theme.font}`;
  air.textBaseline = "middle";
  const wide = air.measureText(name).width;
  const x = px + 17 + wide > air.canvas.clientWidth ? px - 17 - wide : px + 17;
  [air.strokeStyle, air.lineWidth, air.lineJoin] = [theme.wall, 5, "round"];
  air.strokeText(name, x, py);
  air.fillStyle = theme.accent;
  air.fillText(name, x, py);
}
