"""What each verb of the command line does: returns the JSON document and the text a person reads."""

from contrastive.commands.cleaning import clean_verb
from contrastive.commands.exploring import embed_verb, map_verb, neighbours_verb
from contrastive.commands.exporting import export_verb
from contrastive.commands.machine import datasets_verb, doctor_verb, inside_verb
from contrastive.commands.reporting import report_verb
from contrastive.commands.retrieving import precision_verb
from contrastive.commands.studying import study_verb
from contrastive.commands.styling import style_check_verb, style_report_verb, style_train_verb, style_verb
from contrastive.commands.teaching import shortcuts_verb
from contrastive.commands.training import runs_verb, stop_verb, train_verb

__all__ = [
    "clean_verb",
    "datasets_verb",
    "doctor_verb",
    "embed_verb",
    "export_verb",
    "inside_verb",
    "map_verb",
    "neighbours_verb",
    "precision_verb",
    "report_verb",
    "runs_verb",
    "shortcuts_verb",
    "stop_verb",
    "study_verb",
    "style_check_verb",
    "style_report_verb",
    "style_train_verb",
    "style_verb",
    "train_verb",
]
