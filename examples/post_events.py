"""Posts events, and tries again until they are durable; each counts once, however often it is sent.

    import post_events
    events = post_events.Events("http://localhost:9877", token)
    events.post([{"id": "1", "model": "iris", "predicted": "setosa"}])
    events.post([{"id": "1", "actual": "virginica"}])

As a program it posts the lines of its standard input: python3 post_events.py http://localhost:9877 < events.jsonl
"""

import json
import os
import sys
import time
import uuid

import requests


class Events:
    def __init__(self, exporter, token=None):
        self.url = f"{exporter}/api/v1/events"
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def post(self, events, tries=10):
        """Posts a list of events; returns the answer, or raises requests.HTTPError for events that cannot be taken."""
        body = "".join(json.dumps(event) + "\n" for event in events)
        # One key for all tries: whoever gets no answer cannot know whether the events were counted.
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": str(uuid.uuid4())}
        for left in reversed(range(tries)):
            wait = 1.0
            try:
                answer = self.session.post(self.url, data=body, headers=headers, timeout=10)
                if answer.status_code not in (409, 429, 503):
                    answer.raise_for_status()
                    return answer.json()
                wait = float(answer.headers.get("Retry-After", wait))
            except (requests.ConnectionError, requests.Timeout):
                pass
            if left > 0:
                time.sleep(wait)
        raise TimeoutError(f"{self.url} did not take the events in {tries} tries")


if __name__ == "__main__":
    client = Events(sys.argv[1], os.environ.get("EVENTS_TOKEN"))
    print(client.post([json.loads(line) for line in sys.stdin]))
