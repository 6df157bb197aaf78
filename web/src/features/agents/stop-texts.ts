/** Texts, one a line as they are typed; what a line cannot hold is written with a backslash. */

const MARKS: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const MEANINGS: Record<string, string> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };

/** A backslash is doubled only where it would be read as the beginning of a mark. */
function toLine(text: string): string {
  return text
    .replace(/\\(?=[nrt\\\n\r\t])/g, "\\\\")
    .replace(/[\n\r\t]/g, (character) => MARKS[character] ?? "");
}

function fromLine(line: string): string {
  return line.replace(/\\([nrt\\])/g, (_mark, letter: string) => MEANINGS[letter] ?? "");
}

export function toLines(texts: string[]): string {
  return texts.map(toLine).join("\n");
}

/** Empty lines are none. */
export function fromLines(lines: string): string[] {
  return lines.split("\n").filter(Boolean).map(fromLine);
}
