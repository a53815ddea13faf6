"""What is known of the network that paints, and how to paint the same without this page."""

import streamlit as st

from _ui.data_url import data_url
from _ui.style.studio import Painted
from contrastive import style


def details(painted: Painted) -> None:
    """The card of the network in words and the command line; for one trained here, its run and its last preview."""
    card = style.card(painted.network)
    if card:
        data = card["data"]
        st.markdown(
            f"**{card['title']}.** {card['parameters'] / 1e6:.2f} million numbers, trained from scratch in "
            f"{card['steps']:,} steps of {card['config']['batch_size']} pictures at {card['config']['size']} px, "
            f"{card['minutes']:.0f} minutes. Contents: {_listed(data['content'])}. Styles: {_listed(data['style'])}. "
            f"Licence: {card['licence']}."
        )
        st.code(card["command"], language="bash", wrap_lines=True)
    else:
        from contrastive.style.run import StyleRun

        run = StyleRun.open(painted.network)
        st.markdown(f"**{run.id}**, trained here: {run.config.transfer}, {run.config.steps:,} steps.")
        if previews := run.previews():
            st.image(
                data_url(previews[-1].read_bytes()),
                "Pictures that its training did not see, at its latest step",
                alt=f"Held-out pictures painted by {run.id}",
            )
    st.caption("The same from the command line, for files of yours:")
    several = len(painted.styles) > 1
    words = ["CONTENT", *(f"STYLE{number + 1}" if several else "STYLE" for number in range(len(painted.styles)))]
    if len(set(painted.weights)) > 1:
        words += ["--weights", ",".join(f"{weight:g}" for weight in painted.weights)]
    words += ["--network", painted.network, "--alpha", f"{painted.alpha:g}", "--size", str(painted.size)]
    words += ["--keep-colours"] * painted.colours
    st.code(
        f"python -m contrastive style {' '.join(words)} --out restyled.png",
        language="bash",
        wrap_lines=True,
    )


def _listed(names: list[str]) -> str:
    """Data sets by their names without the kind of source, each once."""
    return ", ".join(dict.fromkeys(name.rpartition(":")[2] for name in names))
