"""YAML's own traps, found in the raw text, and the words for them.

Law of this file: a message never speaks of tokens, anchors or flow contexts; it says which sign on which
line did it and what to write instead.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from performer.source.nodes import Mark
from performer.source.problems import quoted

QUOTE = "put this in quotes"

_SPECIAL = {
    "-": "a dash and a space begin a list",
    "|": "a | begins a block of text",
    ">": "a > begins a block of text",
    "*": "a * repeats something that was named with &",
    "&": "an & gives a name to what follows",
    "!": "a ! says a type",
    "%": "a % begins a directive",
    "@": "an @ is reserved",
    "`": "a ` is reserved",
    "?": "a ? and a space begin a key",
    ",": "a comma ends a value",
    "]": "a ] ends a list",
    "}": "a } ends a mapping",
}
_VALUE = re.compile(r"(?:^|[\s{\[,])[^\s{}\[\],:#'\"][^{}\[\],:#'\"]*:[ ]+([-|>*&!%@`?,\]}])")
_SHUT = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
_CUT = re.compile(r"(?<=\s)#")
_AFTER = re.compile(r"[ \t:]*(?<=\s)(#.*)")
_NEAR = 2000
"""Characters of a line that are looked at for a trap: people's lines are shorter, and no longer one may cost time."""


class Trap(NamedTuple):
    """A place, what happened there, and what to do. ``mark`` is where the reader should look."""

    mark: Mark
    what: str
    hint: str


class Trouble(NamedTuple):
    """What the parser said: lines and columns from 0, the message, and what it was reading since where."""

    line: int
    column: int
    message: str
    since_line: int
    since_column: int
    reading: str


def special(sign: str) -> str:
    """What a sign does at the beginning of a value."""
    return _SPECIAL.get(sign, f"a {sign} has a meaning of its own at the beginning of a value")


def begins_badly(line: str, number: int) -> Trap | None:
    """A value in this line that begins with a sign YAML keeps for itself. ``number`` counts from 1."""
    bare = _without_quotes(line)
    for match in _VALUE.finditer(bare):
        sign, at = match[1], match.start(1)
        rest = bare[at:]
        if (sign in "-?" and rest[1:2] not in ("", " ")) or (sign in "|>" and _SHUT.match(rest)):
            continue
        if sign in ",]}" and bare[:at].count("{") + bare[:at].count("["):
            continue
        return Trap(Mark(number, at + 1), f"{special(sign)} here", QUOTE)
    return None


def comment_at(line: str) -> int:
    """Where a comment begins in a line (index of its ``#`` after a space, outside quotes), -1 without one."""
    match = _CUT.search(_without_quotes(line))
    return match.start() if match else -1


def comment_after(line: str, end: int) -> str:
    """The comment that follows a value which ends at index ``end``, from its ``#`` on; empty when there is none."""
    match = _AFTER.match(line, end)
    return match[1] if match else ""


def explain(trouble: Trouble, lines: Sequence[str]) -> Trap:
    """What to tell a musician about a syntax error."""
    for number in sorted({trouble.line, trouble.since_line, trouble.line - 1}, reverse=True):
        near = number in (trouble.line, trouble.since_line)
        line = lines[number] if 0 <= number < len(lines) else ""
        indent = line[: len(line) - len(line.lstrip())]
        if near and "\t" in indent:
            return Trap(Mark(number + 1, indent.index("\t") + 1), "a tab cannot indent", "use spaces")
        if "flow" in trouble.reading and number > trouble.since_line and re.match(r"[^\s#][^:]*:(\s|$)", line):
            continue  # the next key of the file: what is open began before it
        trap = begins_badly(line, number + 1) if near else None
        if trap:
            return trap
    return _by_message(trouble, lines)


def _by_message(trouble: Trouble, lines: Sequence[str]) -> Trap:
    here = Mark(trouble.line + 1, trouble.column + 1)
    since = Mark(trouble.since_line + 1, trouble.since_column + 1)
    line = lines[trouble.line] if trouble.line < len(lines) else ""
    if "quoted scalar" in trouble.reading:
        if "escape" in trouble.message:
            return Trap(here, "a \\ inside double quotes begins an escape", "use single quotes")
        return Trap(since, "this quote is never closed", "end the text with the same quote")
    if "flow" in trouble.reading:
        return _flow(trouble, lines, since)
    if line.lstrip().startswith(":"):
        return Trap(here, "there is no key before this colon", "write 'key: value'")
    before = line[max(0, trouble.column - _NEAR) : trouble.column]
    if "mapping values" in trouble.message and (": " in before.rstrip() or before.count(":") > 0):
        return Trap(here, "a second ': ' in one value", QUOTE)
    if "mapping values" in trouble.message or "could not find expected ':'" in trouble.message:
        return _no_colon(trouble, lines, here if "mapping values" in trouble.message else since)
    return _by_place(trouble, line, before, here)


def _by_place(trouble: Trouble, line: str, before: str, here: Mark) -> Trap:
    if re.search(r"""(['"]).*\1\s*$""", before) and line[trouble.column :].strip():
        return Trap(here, "there is more text after the closing quote", "put the whole value in quotes; write a ' inside '...' as ''")
    if "expected key" in trouble.message or "'-' indicator" in trouble.message or "block collection" in trouble.reading:
        return Trap(here, "this line does not stand under the others", "give every line of a list or a mapping the same indentation")
    if trouble.message.startswith("did not find expected node content"):
        return Trap(here, "there is no value here", QUOTE)
    if "directive" in trouble.reading:
        return Trap(here, special("%"), QUOTE)
    sign = line[trouble.column : trouble.column + 1]
    if "cannot start any token" in trouble.message and sign.strip():
        return Trap(here, f"{special(sign)} here", QUOTE)
    return Trap(here, f"this is not YAML: {trouble.message}", "is a quote, a colon or an indentation missing?")


def _flow(trouble: Trouble, lines: Sequence[str], since: Mark) -> Trap:
    """Inside { } or [ ]: a comment that swallowed the end, a second colon, or an end that never comes."""
    for number in range(trouble.since_line, min(trouble.line + 1, len(lines))):
        start = trouble.since_column if number == trouble.since_line else 0
        at = comment_at(lines[number])
        if at > start and re.search(r"[}\],]", lines[number][at:]):
            return Trap(Mark(number + 1, at + 1), "this # begins a comment, and the rest of the line is lost", QUOTE)
    line = lines[trouble.line] if trouble.line < len(lines) else ""
    if trouble.line == trouble.since_line and line[trouble.column : trouble.column + 1] == ":":
        return Trap(Mark(trouble.line + 1, trouble.column + 1), "a second ': ' in one value", QUOTE)
    shuts = "}" if "mapping" in trouble.reading else "]"
    return Trap(since, f"this is never closed with a {shuts}", f"a {shuts} is missing at the end, or a comma between two values")


def _no_colon(trouble: Trouble, lines: Sequence[str], here: Mark) -> Trap:
    for number in (trouble.line, trouble.line - 1, trouble.since_line):
        text = lines[number] if 0 <= number < len(lines) else ""
        match = re.match(r"\s*(?:-\s+)?([^\s:#'\"{\[][^:#'\"{\[]*):(?=\S)", text)
        if match and not re.search(r":(\s|$)", text):
            return Trap(Mark(number + 1, match.end() + 1), f"a space is missing after {quoted(match[1] + ':')}", "write 'key: value'")
    for number in (trouble.line - 1, trouble.since_line):
        text = lines[number] if 0 <= number < len(lines) else ""
        if text.strip() and not re.search(r":(\s|$)", text):
            column = len(text) - len(text.lstrip()) + 1
            return Trap(Mark(number + 1, column), "this line is not 'key: value'", "is the colon missing?")
    return Trap(here, "this key stands deeper than the value above it", "give the keys of one mapping the same indentation")


def _without_quotes(line: str) -> str:
    """The line with everything inside quotes blanked, at the same columns (as far as a trap is looked for)."""
    return re.sub(r"""(?<![^\s{\[,:])("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""", lambda m: "_" * len(m[0]), line[:_NEAR])
