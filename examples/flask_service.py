"""A model behind Flask that posts what it predicts, and the truth when somebody learns it.

    pip install flask requests
    EVENTS_URL=http://localhost:9877/api/v1/events flask --app flask_service run

The lines with a number are what the exporter adds. Where a prediction must not wait for the exporter, or fail with it, hand
them to a queue or a thread.
"""

import os

import requests  # 1
from flask import Flask, jsonify, request

app = Flask(__name__)
events = os.environ.get("EVENTS_URL", "http://localhost:9877/api/v1/events")  # 2


def classify(flower):
    if flower["petal_length"] < 2.5:
        return "setosa"
    return "versicolor" if flower["petal_width"] < 1.75 else "virginica"


@app.post("/predict")
def predict():
    flower = request.get_json()
    species = classify(flower)
    requests.post(events, json={"id": flower["id"], "model": "iris", "predicted": species}, timeout=2)  # 3
    return jsonify(species=species)


@app.post("/truth/<flower_id>")  # 4
def truth(flower_id):  # 5
    return requests.post(events, json={"id": flower_id, "actual": request.get_json()["species"]}, timeout=2).json()  # 6
