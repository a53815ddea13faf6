"""The entry script: page config, sidebar, and THE list of pages. It runs before every page, deep links included."""

from pathlib import Path

import streamlit as st
from _ui import access, lessons, sidebar, svg, warm
from _ui.data_url import data_url
from _ui.errors import shown

# A picture of ours: the browser would fetch a named icon from elsewhere. Inside the page, which strangers get too.
ICON = data_url((Path(__file__).parent / "_ui" / "icon.png").read_bytes())
st.set_page_config(page_title="Contrastive atelier", page_icon=ICON, layout="wide", initial_sidebar_state=280)

access.gate()

PAGES = {
    "": [st.Page("home.py", title="Home", icon=":material/home:", default=True)],
    "Explore": [
        st.Page(
            "dataset.py",
            title="Data set",
            icon=":material/photo_library:",
            help="See the pictures of a data set and how its classes are balanced; add your own.",
        ),
        st.Page(
            "map.py",
            title="Map",
            icon=":material/scatter_plot:",
            help="See every picture where the encoder puts it; draw around some to look at them.",
        ),
        st.Page(
            "neighbours.py",
            title="Neighbours",
            icon=":material/image_search:",
            help="Pick or upload a picture and find the ones the encoder thinks are most like it.",
        ),
        st.Page(
            "report.py",
            title="Report",
            icon=":material/fact_check:",
            help="How well labels can be read from the vectors, class by class.",
        ),
    ],
    "Learn": [
        st.Page(
            "lesson.py",
            title="Lessons",
            icon=":material/school:",
            help="Short guided lessons, each with something to turn, questions and what to look for.",
        ),
        st.Page(
            "augmentations.py",
            title="Augmentations",
            icon=":material/auto_awesome_motion:",
            help="See what each augmentation does to a picture, and to what the encoder makes of it.",
        ),
        st.Page(
            "style.py",
            title="Style transfer",
            icon=":material/brush:",
            help="Paint one picture in the manner of others, and see whether an encoder still knows it.",
        ),
        st.Page(
            "losses.py",
            title="Losses",
            icon=":material/grid_on:",
            help="See which pairs of a batch a loss pulls together, which it pushes apart, and how hard.",
        ),
    ],
    "Train": [
        st.Page(
            "train.py",
            title="Train",
            icon=":material/model_training:",
            help="Start a training run, watch it live, stop and resume it.",
        ),
        st.Page(
            "runs.py",
            title="Runs",
            icon=":material/monitoring:",
            help="All training runs, their curves over each other.",
        ),
    ],
}

page = st.navigation(PAGES, position="sidebar" if sidebar.on_a_phone() else "hidden")
with shown():
    sidebar.draw(PAGES, page)
    lessons.banner(f"{page.url_path or 'home'}.py")
    # Before the page, which may take long, or end the script where it has nothing to show.
    access.leave()
    page.run()
svg.offer()
warm.start()
