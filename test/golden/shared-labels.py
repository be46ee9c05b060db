"""Writes shared-labels.json: predictions of two unlike replicas with their labels, and what scikit-learn says of them all.

Run it with scikit-learn installed: python3 test/golden/shared-labels.py
"""

import json
import pathlib
import random

import sklearn
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    f1_score,
    jaccard_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

classes = ["chargeback", "legit", "stolen"]
random.seed(20260101)
rows = []
for _ in range(900):
    actual = random.choices(classes, [5, 85, 10])[0]
    # The second replica is the canary: a fifth of the traffic, and wrong far more often.
    replica = 1 if random.random() < 0.2 else 0
    wrong = random.random() < (0.45 if replica == 1 else 0.08)
    predicted = random.choice([name for name in classes if name != actual]) if wrong else actual
    rows.append([replica, predicted, actual])

actual = [row[2] for row in rows]
predicted = [row[1] for row in rows]
per_class = {
    "precision": precision_score,
    "recall": recall_score,
    "f1": f1_score,
    "jaccard": jaccard_score,
}
expected = {
    "samples": len(rows),
    "accuracy": accuracy_score(actual, predicted),
    "balanced_accuracy": balanced_accuracy_score(actual, predicted),
    "matthews_correlation": matthews_corrcoef(actual, predicted),
    "cohen_kappa": cohen_kappa_score(actual, predicted),
    "classes": {
        word: dict(zip(classes, map(float, score(actual, predicted, labels=classes, average=None))))
        for word, score in per_class.items()
    },
    "averages": {
        word: {average: float(score(actual, predicted, average=average)) for average in ["macro", "micro", "weighted"]}
        for word, score in per_class.items()
    },
}
made = f"scikit-learn {sklearn.__version__}, by shared-labels.py beside this file; rows are [replica, predicted, actual]"
text = json.dumps({"made": made, "expected": expected, "rows": rows}, indent=1)
for row in rows:
    text = text.replace(json.dumps(row, indent=1).replace("\n", "\n  "), json.dumps(row), 1)
pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")
