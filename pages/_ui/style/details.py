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
    files = " ".join(f"STYLE{number + 1}" for number in range(len(painted.styles)))
    st.code(
        f"python -m contrastive style CONTENT {files if len(painted.styles) > 1 else 'STYLE'} "
        f"--network {painted.network} --alpha {painted.alpha:g} --size {painted.size} "
        f"{'--keep-colours ' if painted.colours else ''}--out restyled.png",
        language="bash",
        wrap_lines=True,
    )
    if len(set(painted.weights)) > 1:
        st.caption("There, all styles count the same; weights of their own are `weights=` of `painting.paint`.")


def _listed(names: list[str]) -> str:
    """Data sets by their names without the kind of source, each once."""
    return ", ".join(dict.fromkeys(name.rpartition(":")[2] for name in names))
