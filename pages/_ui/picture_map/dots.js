// Dots, set pixel by pixel into one buffer.
//
// A canvas needs some 3 microseconds to copy a small stamp; setting its sixty pixels ourselves takes a tenth
// of that. The buffer has a margin of one stamp on every side, so that no dot needs clipping at the edge.

class Dots {
  // Cut a stamp for every class: the pixels of its shape with a thin halo that keeps touching dots apart.
  cut(theme, classes, radius, ratio) {
    const name = [theme.name, classes, radius, ratio].join();
    if (name === this.name) return;
    this.name = name;
    this.stride = 0; // the offsets below are to be made anew
    const cell = (this.cell = Math.ceil((radius * 1.3 + 1) * ratio) * 2);
    const sheet = document.createElement("canvas");
    [sheet.width, sheet.height] = [cell, cell];
    const brush = sheet.getContext("2d", { willReadFrequently: true });
    this.stamps = [];
    for (let code = -1; code < classes; code++) {
      const path = new Path2D(theme.shape(code));
      const size = (radius / 5) * ratio;
      brush.setTransform(1, 0, 0, 1, 0, 0);
      brush.clearRect(0, 0, cell, cell);
      brush.setTransform(size, 0, 0, size, cell / 2, cell / 2);
      [brush.strokeStyle, brush.lineWidth] = [theme.wall, 9 / radius];
      if (radius >= 2.5) brush.stroke(path);
      brush.fillStyle = theme.colour(code);
      brush.fill(path);
      const pixels = new Uint32Array(brush.getImageData(0, 0, cell, cell).data.buffer);
      const at = [...pixels.keys()].filter((k) => pixels[k] >>> 24 > 12);
      this.stamps.push({
        at,
        colours: Uint32Array.from(at, (k) => pixels[k]),
        alphas: Uint16Array.from(at, (k) => Math.round((pixels[k] >>> 24) * (256 / 255))),
      });
    }
  }

  // Start from the bare wall.
  ground(width, height, colour) {
    const { cell } = this;
    const stride = width + 2 * cell;
    if (this.image?.width !== stride || this.image.height !== height + 2 * cell) {
      this.image = new ImageData(stride, height + 2 * cell);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (this.stride !== stride) {
      this.stride = stride;
      for (const stamp of this.stamps) {
        stamp.offsets = Int32Array.from(stamp.at, (k) => Math.floor(k / cell) * stride + (k % cell));
      }
    }
    this.pixels.fill(colour);
  }

  // Set the dots whose `faint` is `which` and that no picture covers.
  scatter({ view, places, faint, covered, ratio }, which, strength) {
    const { pixels, stamps, stride, cell } = this;
    const { x, y, codes, n } = places;
    const scale = view.scale * ratio;
    const left = (view.width / 2) * ratio - view.cx * scale + cell / 2;
    const top = (view.height / 2) * ratio - view.cy * scale + cell / 2;
    const [right, bottom] = [stride - cell, this.image.height - cell];
    for (let i = 0; i < n; i++) {
      if (faint[i] !== which || covered[i]) continue;
      const px = Math.round(x[i] * scale + left);
      const py = Math.round(y[i] * scale + top);
      if (px < 0 || py < 0 || px > right || py > bottom) continue;
      const { offsets, colours, alphas } = stamps[codes[i] + 1];
      const corner = py * stride + px;
      for (let k = 0; k < offsets.length; k++) {
        const a = strength === 1 ? alphas[k] : (alphas[k] * strength) | 0;
        const p = corner + offsets[k];
        const over = colours[k];
        if (a === 256) {
          pixels[p] = over;
          continue;
        }
        // Two channels at a time; the gap of eight bits between them takes the carry.
        const under = pixels[p];
        const rb = (Math.imul(under & 0xff00ff, 256 - a) + Math.imul(over & 0xff00ff, a)) >>> 8;
        const g = (Math.imul(under & 0xff00, 256 - a) + Math.imul(over & 0xff00, a)) >>> 8;
        pixels[p] = 0xff000000 | (rb & 0xff00ff) | (g & 0xff00);
      }
    }
  }

  lay(brush) {
    brush.putImageData(this.image, -this.cell, -this.cell);
  }
}
