// How a map was left, for when its page is opened again: Python has forgotten by then.

const remembered = new Map(); // key of a map -> the note

function note(map) {
  const { cx, cy, zoom } = map.view;
  const { tool, pictures, off, clicked, selected, data } = map;
  const { rows, basis, mark, focus } = data;
  remembered.set(data.key, { rows, basis, mark, focus, cx, cy, zoom, tool, pictures, off, clicked, selected });
}

function recall(map) {
  const left = remembered.get(map.data.key);
  if (left?.rows !== map.data.rows) return;
  map.off = left.off;
  map.setTool(left.tool);
  map.setPictures(left.pictures);
  map.view.set(left.cx, left.cy, left.zoom * map.view.fitted);
  if (left.mark === map.data.mark && left.clicked !== null) map.click(left.clicked);
  if (left.focus.name === map.data.focus.name) map.sought = null;
  if (left.basis === map.data.basis && String([...left.selected]) !== String(map.data.selected)) {
    map.select([...left.selected]);
  }
}
