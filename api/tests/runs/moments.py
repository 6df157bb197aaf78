"""Whether an answer about a run tells of one moment."""

from typing import Any

READ = """{
    id status lastSequence output error { code message } usage { requests }
    events(first: 1000) {
      __typename sequence
      ... on RunSucceeded { output usage { requests } }
      ... on RunFailed { error { code message } usage { requests } }
      ... on RunCancelled { usage { requests } }
    }
}"""
POLL = f"query ($id: ID!) {{ run(id: $id) {READ} }}"
LAST = {"SUCCEEDED": "RunSucceeded", "FAILED": "RunFailed", "CANCELLED": "RunCancelled"}


def contradictions(run: dict[str, Any]) -> list[str]:
    """Where one answer tells of two moments."""
    last = run["events"][-1]
    found = []
    if [event["sequence"] for event in run["events"]] != [*range(1, run["lastSequence"] + 1)]:
        found.append("its events are others than lastSequence says")
    if (last["__typename"] in LAST.values()) != (run["status"] in LAST):
        found.append("it has ended by one, and not by the other")
    if run["status"] in LAST:
        if last["__typename"] != LAST[run["status"]]:
            found.append("it has ended in two ways")
        if any(last[name] != run[name] for name in last.keys() & {"output", "error", "usage"}):
            found.append("what it ended with is told in two ways")
    return found
