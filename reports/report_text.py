"""The words of a report: every sentence, heading and cell as it stands in Word and in PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from geo.terms import CLASSES
from geo.text import Words
from records.commitments import Money, Row, Standing
from reports.headline import headlines
from reports.results import MONEY, STEPS, UNKNOWN, Results

HAS_UNRECORDED = ("spent_vnd", "open_vnd", "proposed_vnd")
"""Sums of costs, each of which may lack some."""
MOST_NAMES = 12
"""Names that a sentence lists; of more it says how many, and the workbook has them all."""
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, its width in millimetres and where its text stands."""

    name: str
    width_mm: float
    align: str = "right"


TEXT_WIDTH_MM = 165.0
TABLES: Mapping[str, tuple[Column, ...]] = {
    "commitments": (
        Column("no", 9, "center"),
        Column("text", 51, "left"),
        Column("target", 23, "left"),
        Column("proven", 16),
        Column("unproven", 17),
        Column("open", 14),
        Column("late", 13),
        Column("status", 22, "left"),
    ),
    "communes": (
        Column("name", 27, "left"),
        Column("villages", 15),
        Column("reached", 16),
        Column("planned", 15),
        Column("possible", 14),
        Column("no_location", 15),
        Column("unreached", 15),
        Column("share", 33),
        Column("panos", 15),
    ),
    "channels": (
        Column("channel", 24, "left"),
        Column("planned", 15),
        Column("done", 11),
        Column("proven", 16),
        Column("cancelled", 18),
        Column("quantity", 22, "left"),
        Column("villages", 15),
        Column("communes", 20),
        Column("spent", 24),
    ),
    "money": (Column("label", 95, "left"), Column("amount", 45), Column("unknown", 25)),
    "costs": (
        Column("no", 9, "center"),
        Column("text", 56, "left"),
        Column("spent", 29),
        Column("spent_unknown", 21),
        Column("open", 29),
        Column("open_unknown", 21),
    ),
    "unreached": (
        Column("commune", 33, "left"),
        Column("count", 16),
        Column("planned", 58, "left"),
        Column("others", 58, "left"),
    ),
}
"""Columns of every table, in the widths of a page with the margins of an administrative document."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "summary": (),
    "commitments": ("commitments",),
    "communes": ("communes",),
    "channels": ("channels",),
    "money": ("money", "costs"),
    "unreached": ("unreached",),
    "unknown": (),
    "steps": (),
}
"""The sections in their order, with the tables of each."""

Cells = dict[str, str]


@dataclass(frozen=True)
class ReportText:
    """The report in words.

    Attributes
    ----------
    letterhead : dict of str
        What stands around the body: ``nation``, ``motto``, ``superior``, ``issuer``, ``number``,
        ``place_date``, ``type``, ``subject``, ``to``, ``opening``, ``closing``, ``recipients``,
        ``recipient``, ``filed``, ``signer_title``, ``signer_name``; what is not known is a dotted line.
    invented : str
        Said on every page where the data are made up; else empty.
    data_line : str
        Date, units and checksum of the data, for the foot of every page.
    heading : dict of str
        Numbered heading of every section.
    lines : dict of list of str
        Paragraphs of every section before its tables.
    note : dict of str
        What stands below the tables of a section, where there is something to say.
    head : dict of dict of str
        Headings of every table by column.
    rows : dict of list of dict
        Cells of every table by column.
    total : dict of dict
        Last row of the tables that are added up.
    attached : str
        What an annex is attached to.
    """

    letterhead: Cells
    invented: str
    data_line: str
    heading: Cells
    lines: dict[str, list[str]]
    note: Cells
    head: dict[str, Cells]
    rows: dict[str, list[Cells]]
    total: dict[str, Cells]
    attached: str


def report_text(results: Results, words: Words) -> ReportText:
    """Return the words of a report.

    Parameters
    ----------
    results : Results
        Its figures.
    words : Words
        The language.
    """
    say = Speaker(results, words)
    lines = {name: [] for name in SECTIONS} | {
        "summary": say.summary(),
        "unknown": say.points("unknown_of", UNKNOWN) + left_out(results, words),
        "steps": say.points("step", STEPS),
    }
    rows = {
        "commitments": [say.commitment(n, one) for n, one in enumerate(results.standings, start=1)],
        "communes": [say.commune(one) for one in results.communes.to_dict("records")],
        "channels": [say.channel(name, one) for name, one in results.channels.to_dict("index").items()],
        "money": say.money(),
        "costs": [say.cost(n, one) for n, one in enumerate(results.standings, start=1)],
        "unreached": say.unreached(),
    }
    for section, tables in SECTIONS.items():
        if not lines[section] and not any(rows[table] for table in tables):
            lines[section] = [words("report.none_of_table" if tables else "report.nothing")]
    whole = results.reach.summary | {"name": words("report.whole"), "panos_now": results.value("panos_now")}
    return ReportText(
        say.letterhead(),
        words("report.invented") if results.workspace.invented else "",
        say.data_line(),
        {
            name: f"{roman}. {words(f'report.heading.{name}').upper()}"
            for roman, name in zip(_ROMAN, SECTIONS, strict=True)
        },
        lines,
        {name: words(f"report.note.{name}") for name in ("commitments", "communes", "channels", "money")},
        {
            table: {column.name: words(f"report.head.{table}.{column.name}") for column in columns}
            for table, columns in TABLES.items()
        },
        rows,
        {"communes": say.commune(whole)} if rows["communes"] else {},
        words("report.annex.attached", issuer=results.plan.lead_unit or words("report.signer_title")),
    )


def left_out(results: Results, words: Words) -> list[str]:
    """Return a sentence about plans that figures of commitments leave out; none where there is one plan."""
    others = [plan for plan in results.workspace.plans if plan.file != results.plan.file]
    names = [plan.number or plan.title or plan.file for plan in others]
    return [words("report.other_plans", n=len(others), names="; ".join(names))] if others else []


def left_label(paid: Money, words: Words) -> str:
    """Return what the money left is called: at most so much, where some costs are not recorded."""
    return words(f"report.money_row.{'remaining_most' if paid.unknown else 'remaining_vnd'}")


def day(value: date, words: Words) -> str:
    """Return a date as official documents write it: ``07/06/2023``.

    Examples
    --------
    >>> day(date(2023, 6, 7), Words("vi"))
    '07/06/2023'
    """
    return f"{value:%d/%m/%Y}" if words.lang == "vi" else words.date(value)


class Speaker:
    """Puts the figures of one report into the words of one language."""

    def __init__(self, results: Results, words: Words) -> None:
        self.results = results
        self.words = words
        self.ws = results.workspace

    def sum_of(self, name: str) -> str:
        """Return a figure in đồng as it is written, or that it is not known."""
        return self.vnd(self.results.value(name))

    def unrecorded(self, name: str) -> int:
        """Return how many costs that a figure in đồng should hold are not recorded."""
        return getattr(self.results.money, name.replace("_vnd", "_unknown"))

    def vnd(self, amount: int | None) -> str:
        """Return a sum of money as it is written, or that it is not known."""
        return self.words("report.unknown") if pd.isna(amount) else self.words("report.money", value=amount)

    def left(self) -> tuple[str, str]:
        """Return what is left is called, and the sum."""
        return left_label(self.results.money, self.words), self.sum_of("remaining_vnd")

    def percent(self, part: float, whole: float) -> str:
        """Return a share with at most one decimal."""
        return self.words("report.percent", value=self.words.number(100 * part / whole, 1))

    def amount(self, value: float | None) -> str:
        """Return an amount of the plan, or that it can't be told."""
        return self.words("report.unknown") if value is None else self.words.number(value, 1)

    def data_line(self) -> str:
        """Return what the figures rest on."""
        results = self.results
        checksum = self.ws.checksum(results.on, results.units)
        return self.words(
            "report.data_line", date=day(results.on, self.words), units=results.units, checksum=checksum
        )

    def plan(self) -> str:
        """Return what the plan is called."""
        words, plan = self.words, self.results.plan
        number = plan.number
        name = words("report.plan_numbered", number=number) if number else words("report.plan_unnumbered")
        if plan.issued_on:
            name = words("report.plan_dated", plan=name, date=day(plan.issued_on, words))
        return words("report.plan_titled", plan=name, title=plan.title) if plan.title else name

    def letterhead(self) -> Cells:
        """Return what stands around the body."""
        words, results = self.words, self.results
        on, dots = day(results.on, words), words("report.signer_title")
        lead = results.plan.lead_unit or dots
        fixed = ("nation", "motto", "number", "place_date", "type", "to", "recipients", "recipient", "filed")
        fixed += ("signer_title", "signer_name")
        return {name: words(f"report.{name}") for name in fixed} | {
            "superior": dots,
            "issuer": lead.upper(),
            "subject": words("report.subject", date=on),
            "opening": words("report.opening", plan=self.plan(), lead=lead, date=on, units=results.units),
            "closing": words("report.closing", date=on),
        }

    def summary(self) -> list[str]:
        """Return the paragraphs that say how things stand."""
        words, results = self.words, self.results
        values = {name: figure.value for name, figure in results.figures.items()}
        reach = words("report.summary.reach", **{name: values[name] for name in ("villages", *CLASSES)})
        share = results.reach.summary["share"]
        if share is not None:
            reach += " " + words("report.summary.share", share=self.percent(share, 1))
        elif values["registers_incomplete"]:
            incomplete, communes = values["registers_incomplete"], values["communes"]
            reach += " " + words("report.summary.no_share", n=incomplete, communes=communes)
        label, left = self.left()
        sums = {name: self.sum_of(f"{name}_vnd") for name in ("budget", "spent", "open")}
        spent = words("report.summary.money", **sums, label=label, left=left)
        if values["budget_vnd"] and values["spent_vnd"]:
            share = self.percent(values["spent_vnd"], values["budget_vnd"])
            spent += " " + words("report.summary.money_share", share=share)
        if unknown := results.money.unknown:
            spent += " " + words("report.summary.money_unknown", n=unknown)
        panos = ("panos_now", "panos_plan", "communes_without_pano", "communes")
        plan = ("commitments", "commitments_met", "commitments_late", "activities_done", "activities_proven")
        return [
            words("report.summary.headline", said="; ".join(one.said for one in headlines(results, words))),
            reach,
            words("report.summary.panos", **{name: values[name] for name in panos}),
            words("report.summary.commitments", **{name: values[name] for name in plan}),
            spent,
        ]

    def points(self, table: str, names: Sequence[str], *, most: int = MOST_NAMES) -> list[str]:
        """Return a sentence for each figure that is not zero, with so many names of its rows."""
        figures = self.results.figures
        return [
            self.words(
                f"report.{table}.{name}", n=figures[name].value, names=self.names(figures[name].rows, most)
            )
            for name in names
            if figures[name].value
        ]

    def names(self, rows: Sequence[Row], most: int) -> str:
        """Return the names of some rows, or of the first where there are many."""
        if all(table == "commitments" for table, _ in rows):
            return ", ".join(map(self.name, rows))
        shown = "; ".join(map(self.name, rows[:most]))
        if len(rows) <= most:
            return shown
        return self.words("report.names_more", names=shown, n=len(rows) - most)

    def name(self, row: Row) -> str:
        """Return what a row is called; a commitment by its number in the table of commitments."""
        table, key = row
        words, ws = self.words, self.ws
        match table:
            case "communes":
                return ws.units(self.results.units).at[key, "name"]
            case "commitments":
                ids = [one.id for one in ws.plan.commitments]
                return str(ids.index(key) + 1)
            case "works":
                work = ws.works.loc[key]
                kind, pano = words(f"terms.work_kind.{work['kind']}"), ws.panos.at[work["pano_id"], "name"]
                name = words("report.work.named", work=kind, pano=pano)
                due = work["due_on"]
                return words("report.work.due", name=name, date=day(due, words)) if due else name
            case "activities":
                activity = ws.activities.loc[key]
                return activity["title"] or words(f"terms.channel.{activity['channel']}")
        return getattr(ws, table).at[key, "name"]

    def commitment(self, no: int, one: Standing) -> Cells:
        """Return a row of the table of commitments."""
        words, promised = self.words, one.commitment
        target = words("report.not_stated")
        if promised.target is not None:
            amount = words.number(promised.target, 1)
            target = words("report.amount_unit", amount=amount, unit=promised.unit).strip()
        stages = {name: self.amount(getattr(one, name)) for name in ("proven", "unproven", "open")}
        if one.uncounted and one.proven is not None:
            stages["proven"] = words("report.at_least", amount=stages["proven"])
        return {
            "no": str(no),
            "text": promised.text,
            "target": target,
            **stages,
            "late": words.number(len(one.late)),
            "status": words(f"report.status.{one.status}"),
        }

    def cost(self, no: int, one: Standing) -> Cells:
        """Return a row of the table of costs."""
        paid = one.money
        return {
            "no": str(no),
            "text": one.commitment.text,
            "spent": self.vnd(paid.spent_vnd),
            "spent_unknown": self.words.number(paid.spent_unknown),
            "open": self.vnd(paid.open_vnd),
            "open_unknown": self.words.number(paid.open_unknown),
        }

    def commune(self, one: Mapping[str, object]) -> Cells:
        """Return a row of the table of communes."""
        words = self.words
        counts = {name: words.number(one[name]) for name in ("villages", *CLASSES)}
        share = words("cli.coverage.incomplete")
        if one["register_complete"]:
            share = self.percent(one["reached"], one["villages"]) if one["villages"] else ""
        return {"name": one["name"], **counts, "share": share, "panos": words.number(one["panos_now"])}

    def channel(self, name: str, one: Mapping[str, object]) -> Cells:
        """Return a row of the table of channels."""
        words = self.words
        counts = ("planned", "done", "proven", "cancelled", "villages", "communes")
        amounts = (
            words("report.amount_unit", amount=words.number(amount, 1), unit=unit).strip()
            for unit, amount in one["quantities"]
        )
        return {
            "channel": words(f"terms.channel.{name}"),
            **{count: words.number(one[count]) for count in counts},
            "quantity": "; ".join(amounts),
            "spent": self.vnd(one["spent_vnd"]),
        }

    def money(self) -> list[Cells]:
        """Return the rows of the table of money."""
        words, rows = self.words, []
        for name in MONEY:
            if name == "other_vnd" and not self.results.figures[name].rows:
                continue
            label, amount = words(f"report.money_row.{name}"), self.sum_of(name)
            if name == "remaining_vnd":
                label, amount = self.left()
            rows.append(
                {
                    "label": label,
                    "amount": amount,
                    "unknown": words.number(self.unrecorded(name)) if name in HAS_UNRECORDED else "",
                }
            )
        return rows

    def unreached(self) -> list[Cells]:
        """Return the rows of the table of villages that nothing reaches now, a row a commune."""
        words, rows = self.words, []
        for (_, commune), villages in self.results.unreached.groupby(["commune_code", "commune"], sort=False):
            planned = villages["name"][villages["class"] == "planned"]
            others = villages[villages["class"] != "planned"]
            marked = [
                words(f"report.mark.{class_}", name=name)
                for class_, name in zip(others["class"], others["name"], strict=True)
            ]
            rows.append(
                {
                    "commune": commune,
                    "count": words.number(len(villages)),
                    "planned": "; ".join(planned),
                    "others": "; ".join(marked),
                }
            )
        return rows
