// Beside plotly's own button for a PNG, one for an SVG. Plotly has one button and one format, and Streamlit's config
// cannot carry a function; so the same button is pressed with the other format set for that moment.
const PNG = '.js-plotly-plot .modebar-btn[data-title="Download plot as a PNG"]:not([data-svg])';

function offer() {
  for (const camera of document.querySelectorAll(PNG)) {
    camera.dataset.svg = "";
    const made = camera.cloneNode(false);
    made.dataset.title = "Download plot as an SVG";
    made.setAttribute("aria-label", made.dataset.title);
    made.textContent = "SVG";
    made.style.cssText = "font-size: 10px; line-height: 20px; font-weight: 600; opacity: 0.6;";
    made.addEventListener("click", () => {
      const context = camera.closest(".js-plotly-plot")._context;
      const options = context.toImageButtonOptions;
      context.toImageButtonOptions = { ...options, format: "svg" };
      camera.click();
      context.toImageButtonOptions = options;
    });
    camera.after(made);
  }
}

export default function () {
  offer();
  if (document.documentElement.dataset.svgOffered) return;
  document.documentElement.dataset.svgOffered = "";
  new MutationObserver(offer).observe(document.body, { childList: true, subtree: true });
}
