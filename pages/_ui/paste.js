// Pictures pasted anywhere on the page go into one of its uploaders, as if they had been dropped there.
export default function ({ data }) {
  const paste = (event) => {
    const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    const input = document.querySelector(`.st-key-${data.uploader} input[type=file]`);
    if (!pictures.length || !input || input.disabled) return;
    event.preventDefault();
    const held = new DataTransfer();
    pictures.slice(0, input.multiple ? pictures.length : 1).forEach((file) => held.items.add(file));
    input.files = held.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("paste", paste);
  return () => document.removeEventListener("paste", paste);
}
