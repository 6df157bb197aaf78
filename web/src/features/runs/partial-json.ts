/** Reads JSON while it is still being written. Parts that did not change between two pushes stay
 * the same objects, so that a view redraws only what grows. */

export type JsonNode =
  | { kind: "object"; entries: JsonEntry[]; isDone: boolean }
  | { kind: "array"; items: JsonNode[]; isDone: boolean }
  | { kind: "string"; text: string; isDone: boolean }
  /** A number, true, false or null, as it stands there. */
  | { kind: "literal"; text: string; isDone: boolean };

export interface JsonEntry {
  key: string;
  /** Null until its value begins. */
  node: JsonNode | null;
}

/** What is open, from the outside in. `pending` collects what is not complete by itself. */
type Frame =
  | {
      in: "object";
      node: Extract<JsonNode, { kind: "object" }>;
      expects: "key" | "colon" | "value" | "comma";
      isFirst: boolean;
    }
  | {
      in: "array";
      node: Extract<JsonNode, { kind: "array" }>;
      expects: "value" | "comma";
      isFirst: boolean;
    }
  | { in: "string"; text: string; escape: string; isKey: boolean }
  | { in: "literal"; text: string };

const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const SPACE = /[\s\uFEFF]/;
const LITERAL = /[-+.\w]/;
const WHOLE_LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;

export class PartialJson {
  root: JsonNode | null = null;
  /** What comes after is not JSON: the answer is best read as text. */
  isBroken = false;
  isDone = false;
  private frames: Frame[] = [];

  /** Text before the first brace (a greeting, a code fence) and after the last one is skipped. */
  push(text: string): this {
    this.renew();
    let at = 0;
    while (at < text.length && !this.isBroken && !this.isDone) {
      const frame = this.frames.at(-1);
      if (frame?.in === "string" && !frame.escape) at = this.readString(frame, text, at);
      else at = this.step(frame, text.charAt(at)) ? at + 1 : at;
    }
    this.show();
    return this;
  }

  /** Takes what needs no look at each character; stops at a quote or a backslash. */
  private readString(frame: Extract<Frame, { in: "string" }>, text: string, from: number): number {
    let to = from;
    while (to < text.length && text[to] !== '"' && text[to] !== "\\") to += 1;
    frame.text += text.slice(from, to);
    if (to === text.length) return to;
    if (text[to] === "\\") frame.escape = "\\";
    else this.close(frame);
    return to + 1;
  }

  /** Whether the character is used up. */
  private step(frame: Frame | undefined, char: string): boolean {
    if (!frame) {
      if (char === "{" || char === "[") this.open(char);
      return true;
    }
    switch (frame.in) {
      case "string":
        this.readEscape(frame, char);
        return true;
      case "literal":
        if (LITERAL.test(char)) {
          frame.text += char;
          return true;
        }
        this.close(frame);
        return false;
      default:
        if (!SPACE.test(char)) this.readInside(frame, char);
        return true;
    }
  }

  private readEscape(frame: Extract<Frame, { in: "string" }>, char: string): void {
    frame.escape += char;
    if (frame.escape[1] === "u") {
      if (frame.escape.length < 6) return;
      const code = Number.parseInt(frame.escape.slice(2), 16);
      frame.text += Number.isNaN(code) ? "\uFFFD" : String.fromCharCode(code);
    } else frame.text += ESCAPES[char] ?? char;
    frame.escape = "";
  }

  private readInside(frame: Extract<Frame, { in: "object" | "array" }>, char: string): void {
    const isEnd = char === (frame.in === "object" ? "}" : "]");
    if (isEnd && (frame.expects === "comma" || frame.isFirst)) {
      this.close(frame);
    } else if (frame.expects === "comma") {
      if (char !== ",") this.isBroken = true;
      frame.expects = frame.in === "object" ? "key" : "value";
      frame.isFirst = false;
    } else if (frame.expects === "key") {
      if (char === '"') this.frames.push({ in: "string", text: "", escape: "", isKey: true });
      else this.isBroken = true;
    } else if (frame.expects === "colon") {
      if (char === ":") frame.expects = "value";
      else this.isBroken = true;
    } else this.open(char);
  }

  private open(char: string): void {
    if (char === "{") {
      const node = { kind: "object" as const, entries: [], isDone: false };
      this.attach(node);
      this.frames.push({ in: "object", node, expects: "key", isFirst: true });
    } else if (char === "[") {
      const node = { kind: "array" as const, items: [], isDone: false };
      this.attach(node);
      this.frames.push({ in: "array", node, expects: "value", isFirst: true });
    } else if (char === '"') {
      this.attach({ kind: "string", text: "", isDone: false });
      this.frames.push({ in: "string", text: "", escape: "", isKey: false });
    } else if (LITERAL.test(char)) {
      this.attach({ kind: "literal", text: char, isDone: false });
      this.frames.push({ in: "literal", text: char });
    } else this.isBroken = true;
  }

  private attach(node: JsonNode): void {
    const parent = this.frames.at(-1);
    if (!parent) this.root = node;
    else if (parent.in === "object") {
      const last = parent.node.entries.at(-1);
      if (last) last.node = node;
    } else if (parent.in === "array") parent.node.items.push(node);
  }

  private close(frame: Frame): void {
    this.frames.pop();
    const parent = this.frames.at(-1);
    if (frame.in === "string" && frame.isKey && parent?.in === "object") {
      parent.node.entries.push({ key: frame.text, node: null });
      parent.expects = "colon";
      return;
    }
    if (frame.in === "literal" && !WHOLE_LITERAL.test(frame.text)) this.isBroken = true;
    if (frame.in === "object" || frame.in === "array")
      this.replace({ ...frame.node, isDone: true });
    else {
      const kind = frame.in;
      this.replace({ kind, text: frame.text, isDone: true });
    }
    if (parent?.in === "object" || parent?.in === "array") parent.expects = "comma";
    if (!parent) this.isDone = true;
  }

  /** Puts a newer object in the place of the node that is being read. */
  private replace(node: JsonNode, depth = this.frames.length - 1): void {
    const parent = this.frames[depth];
    if (!parent) this.root = node;
    else if (parent.in === "object") {
      const last = parent.node.entries.pop();
      if (last) parent.node.entries.push({ key: last.key, node });
    } else if (parent.in === "array") parent.node.items[parent.node.items.length - 1] = node;
  }

  /** New objects along the open path: the ones that were shown are changed no more. */
  private renew(): void {
    this.frames.forEach((frame, depth) => {
      if (frame.in === "object") {
        frame.node = { ...frame.node, entries: [...frame.node.entries] };
        this.replace(frame.node, depth - 1);
      } else if (frame.in === "array") {
        frame.node = { ...frame.node, items: [...frame.node.items] };
        this.replace(frame.node, depth - 1);
      }
    });
  }

  /** Shows how far the innermost text or number has come. */
  private show(): void {
    const frame = this.frames.at(-1);
    if (frame?.in === "literal" || (frame?.in === "string" && !frame.isKey)) {
      this.replace({ kind: frame.in, text: frame.text, isDone: false }, this.frames.length - 2);
    }
  }
}

/** A value that is there as a whole, in the same form. */
export function toNode(value: unknown): JsonNode {
  if (typeof value === "string") return { kind: "string", text: value, isDone: true };
  if (Array.isArray(value)) return { kind: "array", items: value.map(toNode), isDone: true };
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, inside]) => ({ key, node: toNode(inside) }));
    return { kind: "object", entries, isDone: true };
  }
  return { kind: "literal", text: JSON.stringify(value), isDone: true };
}
