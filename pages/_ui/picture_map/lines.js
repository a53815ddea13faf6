// What is known of each picture: ids, labels and titles, one line each, and the classes of its neighbours.
//
// Long text and the neighbours travel deflated. They are unpacked while the map is drawn already.

async function inflate(text) {
  const packed = new Blob([bytes(text)]).stream();
  return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
}

class Lines {
  constructor(arrived) {
    this.arrived = arrived;
    this.read = {};
    this.sent = {};
  }

  take(data) {
    this.names = data.near_classes;
    for (const column of ["ids", "labels", "titles", "near"]) {
      const text = data[column];
      if (text === this.sent[column]) continue;
      this.sent[column] = text;
      this.read[column] = null;
      if (column === "near" || text?.[0] === "\0") this.unpack(column, text);
      else this.read[column] = text?.split("\n");
    }
  }

  async unpack(column, text) {
    if (!text) return;
    const raw = await inflate(column === "near" ? text : text.slice(1));
    if (this.sent[column] !== text) return; // other pictures came meanwhile
    this.read[column] = column === "near" ? raw : new TextDecoder().decode(raw).split("\n");
    this.arrived();
  }

  of(column, row) {
    return this.read[column]?.[row];
  }

  // The two commonest classes among the nearest pictures: three bytes a row, the counts in four bits each.
  nearest(row) {
    const [a, b, counts] = this.read.near?.subarray(3 * row, 3 * row + 3) ?? [0, 0, 0];
    return [[a, counts >> 4], [b, counts & 15]].filter((c) => c[1]).map((c) => `${this.names[c[0]]} ${c[1]}`);
  }
}
