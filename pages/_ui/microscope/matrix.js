// The matrix on its canvas: pictures along two sides, a cell for every pair, a bar for the loss of every anchor.
//
// In the view of weights the area of a sign is the weight (a Hinton diagram): discs are positives, squares
// negatives, diamonds negatives of the anchor's own class. Colour says the direction, shape the role.

const TALLEST = 700;
const DIMMED = 0.82; // how far cells fade that do not belong to the term one points at

// Places in CSS pixels for m rows in `width`: side of a cell, depth of the strips of pictures, the bars.
function layOut(width, m, ratio) {
  const bars = Math.max(46, Math.min(120, width * 0.15));
  const room = Math.min(width - bars - 8, TALLEST);
  // Pictures of neighbouring rows hang in two lanes, so that each may be twice as large as its row.
  const lanes = room / (m + 1) >= 30 ? 1 : 2;
  const free = lanes === 1 ? room / (m + 1) : Math.max(room / (m + 4), (room - 88) / m);
  const cell = Math.floor(free * ratio) / ratio;
  const picture = lanes === 1 ? cell - 2 : Math.min(2 * cell - 2, 42);
  const strip = lanes * (picture + 2) + 2;
  const left = strip + m * cell + 10;
  return { m, cell, lanes, picture, strip, left, bars: width - left - 2, height: strip + m * cell + 2 };
}

// Which parts of the formula a role stands for.
const TERM_OF = { p: "pos", n: "neg", f: "neg" };

function paintMatrix(scope) {
  const { brush, data, place, theme, ratio } = scope;
  const { m, cell, strip } = place;
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  brush.globalAlpha = 1;
  brush.fillStyle = theme.wall;
  brush.fillRect(0, 0, scope.width, place.height);
  const heaviest = Math.max(...data.push.map(Math.abs), 1e-12);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const role = data.roles[i * m + j];
      const [x, y] = [strip + j * cell, strip + i * cell];
      if (role === "i") paintItself(brush, theme, x, y, cell);
      else if (data.weights) paintWeight(brush, theme, x, y, cell, role, data.push[i * m + j], heaviest);
      else paintSimilarity(scope, x, y, cell, role, data.measure[i * m + j]);
      if (scope.lit && scope.lit !== "mean" && TERM_OF[role] !== scope.lit) fade(brush, theme, x, y, cell, DIMMED);
      else if (scope.lit && scope.lit !== "mean" && i !== scope.row) fade(brush, theme, x, y, cell, 0.35);
      else if (scope.lit === "mean") fade(brush, theme, x, y, cell, 0.6);
    }
  }
  rule(scope);
  paintPictures(scope);
  paintBars(scope);
  outline(scope);
}

function fade(brush, theme, x, y, cell, alpha) {
  brush.globalAlpha = alpha;
  brush.fillStyle = theme.wall;
  brush.fillRect(x, y, cell, cell);
  brush.globalAlpha = 1;
}

function paintItself(brush, theme, x, y, cell) {
  brush.strokeStyle = theme.line;
  brush.lineWidth = 1;
  brush.beginPath();
  brush.moveTo(x + cell * 0.2, y + cell * 0.2);
  brush.lineTo(x + cell * 0.8, y + cell * 0.8);
  brush.stroke();
}

function paintSimilarity(scope, x, y, cell, role, measure) {
  const { brush, low, high, data, theme } = scope;
  const share = (measure - low) / (high - low || 1);
  const colour = cividis(data.distances ? 1 - share : share);
  brush.globalAlpha = role === "u" ? 0.25 : 1;
  brush.fillStyle = `rgb(${colour})`;
  brush.fillRect(x, y, cell, cell);
  brush.globalAlpha = 1;
  if (role !== "p" && role !== "f") return;
  const [red, green, blue] = colour;
  brush.strokeStyle = 0.3 * red + 0.59 * green + 0.11 * blue > 120 ? "#15130f" : "#ffffff";
  brush.lineWidth = Math.max(1, Math.min(2, cell / 10));
  shape(brush, role, x + cell / 2, y + cell / 2, cell * (role === "p" ? 0.34 : 0.56));
  if (role === "p") {
    brush.fillStyle = brush.strokeStyle;
    brush.fill();
  }
  brush.stroke();
}

function paintWeight(brush, theme, x, y, cell, role, push, heaviest) {
  const side = cell * 0.94 * Math.sqrt(Math.abs(push) / heaviest);
  if (side < 0.3) return;
  brush.fillStyle = push > 0 ? theme.push : theme.pull;
  shape(brush, role, x + cell / 2, y + cell / 2, side);
  brush.fill();
}

// A disc, a square or a diamond of the same area for the same side, so that area alone is the weight.
function shape(brush, role, x, y, side) {
  brush.beginPath();
  if (role === "p") brush.arc(x, y, side / Math.sqrt(Math.PI), 0, 2 * Math.PI);
  else if (role === "f") {
    const reach = side / Math.SQRT2;
    brush.moveTo(x, y - reach);
    brush.lineTo(x + reach, y);
    brush.lineTo(x, y + reach);
    brush.lineTo(x - reach, y);
    brush.closePath();
  } else brush.rect(x - side / 2, y - side / 2, side, side);
}

// Thin joints of the wall between pictures, wider ones between classes.
function rule({ brush, data, place, theme }) {
  const { m, cell, strip } = place;
  const end = strip + m * cell;
  for (let at = 0; at <= m; at += 2) {
    const border = at > 0 && at < m && data.codes[at] !== data.codes[at - 1];
    const wide = border ? 2 : cell >= 8 ? 1 : 0;
    brush.fillStyle = data.weights ? theme.line : theme.wall;
    if (data.weights) {
      brush.fillRect(strip, strip + at * cell - 0.5, m * cell, border ? 1.5 : 0.5);
      brush.fillRect(strip + at * cell - 0.5, strip, border ? 1.5 : 0.5, m * cell);
    } else if (at > 0 && at < m && wide) {
      brush.fillRect(strip, strip + at * cell - wide / 2, end - strip, wide);
      brush.fillRect(strip + at * cell - wide / 2, strip, wide, end - strip);
    }
  }
}

function paintPictures({ brush, data, place, sheet, theme, row, column }) {
  const { m, cell, lanes, picture, strip } = place;
  const tile = sheet.naturalHeight / 2;
  brush.imageSmoothingEnabled = !data.pixelated || picture < tile;
  brush.imageSmoothingQuality = "high";
  for (let k = 0; k < m; k++) {
    const away = strip - 2 - (picture + 2) * (lanes === 1 ? 1 : 2 - (k % 2));
    // At both ends a picture wider than its row is moved in.
    const along = Math.max(strip, Math.min(strip + m * cell - picture, strip + (k + 0.5) * cell - picture / 2));
    for (const [x, y, chosen] of [[away, along, k === row], [along, away, k === column]]) {
      if (tile) brush.drawImage(sheet, data.tiles[k] * tile, data.views[k] * tile, tile, tile, x, y, picture, picture);
      if (!chosen) continue;
      brush.strokeStyle = theme.push;
      brush.lineWidth = 2;
      brush.strokeRect(x, y, picture, picture);
    }
  }
}

function paintBars({ brush, data, place, theme, row, lit }) {
  const { m, cell, strip, left, bars } = place;
  const most = Math.max(...data.bars, 1e-12);
  const mean = left + (Number(data.loss) / most) * bars;
  for (let i = 0; i < m; i++) {
    brush.fillStyle = i === row || lit === "mean" ? theme.text : theme.muted;
    brush.globalAlpha = i === row ? 1 : lit === "mean" ? 0.85 : 0.45;
    const thick = Math.max(1, Math.min(cell * 0.62, 16));
    brush.fillRect(left, strip + (i + 0.5) * cell - thick / 2, Math.max(1, (data.bars[i] / most) * bars), thick);
  }
  brush.globalAlpha = 1;
  brush.strokeStyle = theme.text;
  brush.lineWidth = 1;
  brush.setLineDash([3, 3]);
  brush.beginPath();
  brush.moveTo(mean, strip - 4);
  brush.lineTo(mean, strip + m * cell);
  brush.stroke();
  brush.setLineDash([]);
  brush.fillStyle = theme.muted;
  brush.textAlign = "left";
  brush.font = `11px ${theme.font}`;
  brush.textBaseline = "alphabetic";
  brush.fillText(bars < 80 ? "loss" : "loss per anchor", left, strip - 8);
}

function outline({ brush, place, theme, row, column }) {
  const { cell, strip } = place;
  const [x, y] = [strip + column * cell, strip + row * cell];
  brush.strokeStyle = theme.wall;
  brush.lineWidth = 4;
  brush.strokeRect(x, y, cell, cell);
  brush.strokeStyle = theme.push;
  brush.lineWidth = 2;
  brush.strokeRect(x, y, cell, cell);
}
