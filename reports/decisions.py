"""A decision in words: what was decided, and what became of it."""

from __future__ import annotations

from geo.text import Words
from records.decisions import Decision


def said_of(one: Decision, words: Words) -> str:
    """Return what was decided, by the names that the meeting saw.

    Parameters
    ----------
    one : Decision
        The decision.
    words : Words
        The language.
    """
    body = one.body
    match one.kind:
        case "approve":
            work = words(f"terms.work_kind.{body['work_kind']}").lower()
            return f"{words('meeting.decision.approve', work=work)}: {body['label']}"
        case "site":
            return f"{words('meeting.decision.site')}: {body['name']} ({body['lat']:.5f}, {body['lon']:.5f})"
        case "repair":
            return f"{words('meeting.decision.' + body['work_kind'])}: {body['label']}"
        case _:
            return str(body["label"])


def became(one: Decision, words: Words) -> str:
    """Return what became of a decision.

    Parameters
    ----------
    one : Decision
        The decision.
    words : Words
        The language.

    Returns
    -------
    str
        Its outcome; whether the work order was approved or waits for that; with the reason where it was
        refused or waits for someone else, and with who took it back and why.
    """
    if one.is_approved:
        return words("meeting.outcome.approved")
    why = one.problem.get(words.lang, "")
    if one.outcome == "task" and why:
        return words("meeting.outcome.task_why", why=why)
    if one.outcome == "withdrawn" and one.withdrawn_by_name:
        return words("meeting.outcome.withdrawn_by", who=one.withdrawn_by_name, why=one.withdrawn_why or "")
    values = {"withdrawn": {"why": one.withdrawn_why or ""}, "refused": {"why": why}}.get(one.outcome, {})
    return words(f"meeting.outcome.{one.outcome}", **values)
