/** Two texts compared line by line. */

export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

const MAX_STEPS = 4_000_000;

/** The shortest way from one text to the other; of very long ones only the frame is compared. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(old.length, now.length) - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end += 1;
  }
  const as = (kind: DiffLine["kind"]) => (text: string) => ({ kind, text });
  return [
    ...old.slice(0, start).map(as("same")),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(as("same")),
  ];
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}

function between(old: string[], now: string[]): DiffLine[] {
  const lines: DiffLine[] = [];
  const common = old.length * now.length > MAX_STEPS ? null : commonLengths(old, now);
  let [at, to] = [0, 0];
  while (common && at < old.length && to < now.length) {
    if (old[at] === now[to]) {
      lines.push({ kind: "same", text: old[at] ?? "" });
      at += 1;
      to += 1;
    } else if ((common[at + 1]?.[to] ?? 0) >= (common[at]?.[to + 1] ?? 0)) {
      lines.push({ kind: "removed", text: old[at] ?? "" });
      at += 1;
    } else {
      lines.push({ kind: "added", text: now[to] ?? "" });
      to += 1;
    }
  }
  for (const text of old.slice(at)) lines.push({ kind: "removed", text });
  for (const text of now.slice(to)) lines.push({ kind: "added", text });
  return lines;
}

/** How many lines the ends of both texts share, from each pair of places on. */
function commonLengths(old: string[], now: string[]): Uint32Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let at = old.length - 1; at >= 0; at -= 1) {
    const [row, below] = [lengths[at], lengths[at + 1]];
    if (!row || !below) continue;
    for (let to = now.length - 1; to >= 0; to -= 1) {
      row[to] =
        old[at] === now[to] ? (below[to + 1] ?? 0) + 1 : Math.max(below[to] ?? 0, row[to + 1] ?? 0);
    }
  }
  return lengths;
}
