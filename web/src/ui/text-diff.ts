/** Two texts compared line by line. */

export interface DiffPart {
  kind: "same" | "removed" | "added" | "folded";
  lines: string[];
}

/** Beyond this, texts are shown one after the other: comparing them would take too long. */
const COMPARABLE = 4_000_000;
const CONTEXT = 2;

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

/** How many lines the rests of both texts have in common, from each pair of lines on. */
function commonLengths(before: string[], after: string[]): Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const row = rows[i] as Uint32Array;
      const below = rows[i + 1] as Uint32Array;
      row[j] =
        before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

function compare(before: string[], after: string[]): DiffPart[] {
  if (before.length * after.length > COMPARABLE) {
    return [
      { kind: "removed", lines: before },
      { kind: "added", lines: after },
    ];
  }
  const common = commonLengths(before, after);
  const parts: DiffPart[] = [];
  const put = (kind: DiffPart["kind"], line: string) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else parts.push({ kind, lines: [line] });
  };
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const now = after[j];
    if (old !== undefined && old === now) {
      put("same", old);
      i++;
      j++;
    } else if (
      old !== undefined &&
      (now === undefined || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))
    ) {
      put("removed", old);
      i++;
    } else if (now !== undefined) {
      put("added", now);
      j++;
    }
  }
  return parts;
}

/** What stayed is folded but for the lines next to a change. */
function fold(parts: DiffPart[]): DiffPart[] {
  return parts.flatMap((part, index) => {
    const head = index === 0 ? 0 : CONTEXT;
    const tail = index === parts.length - 1 ? 0 : CONTEXT;
    if (part.kind !== "same" || part.lines.length <= head + tail + 1) return [part];
    const end = part.lines.length - tail;
    return (
      [
        { kind: "same", lines: part.lines.slice(0, head) },
        { kind: "folded", lines: part.lines.slice(head, end) },
        { kind: "same", lines: part.lines.slice(end) },
      ] as DiffPart[]
    ).filter(({ lines }) => lines.length > 0);
  });
}

export function diffText(before: string, after: string): DiffPart[] {
  return fold(compare(linesOf(before), linesOf(after)));
}
