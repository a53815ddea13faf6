// Two pictures and the table of what every position of the one and every position of the other add to their similarity.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".pair");
  // Kept by the window: a page that is drawn anew, or turned back to, has not been asked once more.
  if (data.turn && window.pairTurn !== data.turn) {
    window.pairTurn = data.turn;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    requestAnimationFrame(() => root.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" }));
  }
  const signature = data.names.join() + data.total + data.shared.length + data.urls.map((url) => url.slice(-40)).join();
  if (root.dataset.signature === signature) return;
  root.dataset.signature = signature;

  const [ha, wa, hb, wb] = data.grid;
  const raw = Uint8Array.from(atob(data.shared), (letter) => letter.charCodeAt(0));
  const shared = new Float32Array(raw.buffer); // (ha wa, hb wb)
  const sides = [{ h: ha, w: wa }, { h: hb, w: wb }];
  const total = [new Float32Array(ha * wa), new Float32Array(hb * wb)];
  for (let i = 0; i < ha * wa; i += 1)
    for (let j = 0; j < hb * wb; j += 1) {
      total[0][i] += shared[i * hb * wb + j];
      total[1][j] += shared[i * hb * wb + j];
    }
  // What one position of a side adds together with each position of the other side.
  const matched = (side, cell) =>
    side === 0
      ? shared.subarray(cell * hb * wb, (cell + 1) * hb * wb)
      : Float32Array.from({ length: ha * wa }, (_, i) => shared[i * hb * wb + cell]);

  root.innerHTML = `
    <div class="two">${[0, 1].map(() => '<figure class="one"><div class="stack"><img><canvas tabindex="0" role="img"></canvas></div><figcaption></figcaption></figure>').join("")}</div>
    <div class="foot">
      <span class="ramp">adds nothing <i></i> adds most</span>
      <label><input type="checkbox" checked> Show the maps</label>
    </div>
    <p class="say" aria-live="polite"></p>`;
  root.classList.toggle("pixelated", data.pixelated);
  root.querySelector(".ramp i").style.background =
    `linear-gradient(90deg, transparent, ${data.colours.map((c) => `rgb(${c.join(" ")})`).join(", ")})`;
  const canvases = [...root.querySelectorAll("canvas")];
  root.querySelectorAll("img").forEach((image, side) => {
    image.src = data.urls[side];
    image.alt = data.names[side];
  });
  root.querySelectorAll("figcaption").forEach((caption, side) => (caption.textContent = data.names[side]));
  const show = root.querySelector("input");
  const say = root.querySelector(".say");
  let at = null; // { side, cell } that is looked at
  let pinned = false;

  const colour = (share) => {
    const place = Math.min(Math.max(share, 0), 1) * (data.colours.length - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, data.colours.length - 1);
    return data.colours[low].map((value, i) => value + (data.colours[high][i] - value) * (place - low));
  };
  function paint(canvas, { h, w }, values) {
    // One pixel a position; the browser enlarges it smoothly.
    const small = new OffscreenCanvas(w, h);
    const brush = small.getContext("2d");
    const pixels = brush.createImageData(w, h);
    const most = Math.max(...values, 1e-12);
    values.forEach((value, i) => {
      const share = Math.max(value, 0) / most;
      const [red, green, blue] = colour(share);
      pixels.data.set([red, green, blue, 215 * Math.sqrt(share) * (share > 0.02)], 4 * i);
    });
    brush.putImageData(pixels, 0, 0);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = !data.pixelated;
    pen.drawImage(small, 0, 0, canvas.width, canvas.height);
  }
  function draw() {
    const quiet = !show.checked;
    canvases.forEach((canvas, side) => {
      canvas.width = canvas.height = 480;
      const grid = sides[side];
      if (at && at.side === side) {
        const pen = canvas.getContext("2d");
        const [x, y] = [at.cell % grid.w, Math.floor(at.cell / grid.w)];
        const [w, h] = [canvas.width / grid.w, canvas.height / grid.h];
        pen.fillStyle = "rgb(0 0 0 / 35%)";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.clearRect(x * w, y * h, w, h);
        pen.lineWidth = 4;
        pen.strokeStyle = "#fff";
        pen.strokeRect(x * w, y * h, w, h);
        pen.lineWidth = 2;
        pen.strokeStyle = getComputedStyle(root).getPropertyValue("--st-primary-color") || "#b23a2a";
        pen.strokeRect(x * w, y * h, w, h);
      } else if (at) {
        paint(canvas, grid, matched(at.side, at.cell));
      } else if (!quiet) {
        paint(canvas, grid, total[side]);
      }
      canvas.setAttribute("aria-label", `${data.names[side]}: ${grid.h} by ${grid.w} regions. Arrow keys choose one, Escape lets go.`);
    });
    if (!at) {
      root.dataset.at = "";
      say.textContent = "Point at a region of either picture, or focus it and use the arrow keys: the other one shows what it matches.";
      return;
    }
    const values = matched(at.side, at.cell);
    const other = sides[1 - at.side];
    const best = values.indexOf(Math.max(...values));
    const part = (total[at.side][at.cell] / data.total) * 100;
    root.dataset.at = `${at.side},${at.cell}`;
    root.dataset.best = String(best);
    const where = (cell, grid) => `row ${Math.floor(cell / grid.w) + 1}, column ${(cell % grid.w) + 1}`;
    say.textContent =
      `This region (${where(at.cell, sides[at.side])}) brings ${part.toFixed(1)} % of the similarity; ` +
      `of the other picture it matches ${where(best, other)} best.` + (pinned ? " Click again to let go." : "");
  }
  const cellAt = (event, side) => {
    const box = canvases[side].getBoundingClientRect();
    const grid = sides[side];
    const x = Math.min(grid.w - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * grid.w)));
    const y = Math.min(grid.h - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * grid.h)));
    return y * grid.w + x;
  };
  const look = (next) => {
    if (next?.side === at?.side && next?.cell === at?.cell) return;
    at = next;
    draw();
  };
  canvases.forEach((canvas, side) => {
    canvas.onpointermove = (event) => pinned || look({ side, cell: cellAt(event, side) });
    canvas.onpointerleave = () => pinned || look(null);
    canvas.onclick = (event) => {
      const cell = cellAt(event, side);
      const same = pinned && at?.side === side && at?.cell === cell;
      pinned = !same;
      at = same ? null : { side, cell };
      draw();
    };
    canvas.onkeydown = (event) => {
      const grid = sides[side];
      const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (event.key === "Escape") {
        pinned = false;
        look(null);
      }
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      const cell = at?.side === side ? at.cell : Math.floor(grid.h / 2) * grid.w + Math.floor(grid.w / 2);
      const x = Math.min(grid.w - 1, Math.max(0, (cell % grid.w) + step[0]));
      const y = Math.min(grid.h - 1, Math.max(0, Math.floor(cell / grid.w) + step[1]));
      pinned = true;
      look({ side, cell: y * grid.w + x });
    };
    canvas.onblur = () => {
      if (!pinned) look(null);
    };
  });
  show.onchange = draw;
  draw();
}
