"""Evaluate: what a simple classifier can read from frozen embeddings, told as a `Report`.

`linear_probe`, `sgd_probe` and `knn` learn from training embeddings and answer for test embeddings;
`kmeans_accuracy` sees no label until its clusters are named; `finetune` goes on training a copy of the encoder;
`low_label` asks how few labels are enough; `ridge_accuracy` is the quick number shown while a run trains. `Probe`
is any of them with its options, and `examine` runs one on an encoder and pictures. `reliability`,
`confused_pairs`, `confident_errors` and `nearest_right` look at what was answered. `protocols` holds the evaluations
of the published studies. Labels are (n,) integers, -1 = unlabelled: such rows neither teach nor count,
but get a prediction.

To add a probe: write a function that ends in `grade(...)`, and name it in `PROBES` of `spec.py`; its keyword-only
parameters become its options.
"""

from contrastive.evaluate import protocols
from contrastive.evaluate.as_markdown import as_markdown
from contrastive.evaluate.examine import examine, vectors_of
from contrastive.evaluate.few_labels import low_label
from contrastive.evaluate.finetuning import finetune
from contrastive.evaluate.mistakes import confident_errors, confused_pairs, nearest_right
from contrastive.evaluate.probes import kmeans_accuracy, knn, linear_probe
from contrastive.evaluate.reliability import reliability
from contrastive.evaluate.report import Report
from contrastive.evaluate.ridge import ridge_accuracy, ridge_answers
from contrastive.evaluate.sgd import sgd_probe
from contrastive.evaluate.spec import PROBES, Probe, options_of

__all__ = [
    "PROBES",
    "Probe",
    "Report",
    "as_markdown",
    "confident_errors",
    "confused_pairs",
    "examine",
    "finetune",
    "kmeans_accuracy",
    "knn",
    "linear_probe",
    "low_label",
    "nearest_right",
    "options_of",
    "protocols",
    "reliability",
    "ridge_accuracy",
    "ridge_answers",
    "sgd_probe",
    "vectors_of",
]
