// Thumbnails: asked for when they come into view, a few at a time, and let go when long unseen.

class Thumbnails {
  constructor(arrived) {
    this.arrived = arrived;
    this.kept = new Map(); // row -> { image, since }, least recently seen first
    this.failed = new Set();
    this.loading = new Map();
    this.wanted = [];
    this.limit = 1200;
    this.atOnce = 6; // what browsers open to one host anyway; more would only delay the hover card's picture
  }

  from(pattern) {
    if (pattern === this.pattern) return;
    this.pattern = pattern;
    this.kept.clear();
    this.failed.clear();
    this.stop();
  }

  stop() {
    for (const image of this.loading.values()) image.src = "";
    this.loading.clear();
    this.wanted = [];
  }

  address(row) {
    return this.pattern?.replaceAll("{index}", row);
  }

  // The decoded picture of a row if it is here already.
  get(row) {
    const found = this.kept.get(row);
    if (!found) return null;
    this.kept.delete(row);
    this.kept.set(row, found);
    return found;
  }

  // Replace the wish list: rows in the order they are wanted. What scrolled out of view is no longer on it.
  want(rows) {
    this.wanted = this.pattern ? rows.filter((row) => !this.loading.has(row) && !this.failed.has(row)) : [];
    this.fetch();
  }

  fetch() {
    while (this.loading.size < this.atOnce && this.wanted.length) {
      const row = this.wanted.shift();
      if (this.kept.has(row) || this.loading.has(row)) continue;
      const image = new Image();
      this.loading.set(row, image);
      image.decoding = "async";
      image.src = this.address(row);
      image.decode().then(
        () => this.settle(row, image, true),
        () => this.settle(row, image, false),
      );
    }
  }

  settle(row, image, loaded) {
    if (this.loading.get(row) !== image) return;
    this.loading.delete(row);
    if (loaded) {
      this.kept.set(row, { image, since: performance.now() });
      if (this.kept.size > this.limit) this.kept.delete(this.kept.keys().next().value);
    } else this.failed.add(row); // its dot stays, which says enough
    this.arrived();
    this.fetch();
  }
}
