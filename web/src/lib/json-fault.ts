/** Where a text stops being JSON, or being JSON that is kept as it was typed. Browsers word that each
 * in its own way, and not all of them tell the place. */

export interface Fault {
  line: number;
  column: number;
  message: string;
}

const SPACE = /[ \t\r\n]*/y;
const STRING_START = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

class FaultAt extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

class Reader {
  at = 0;

  constructor(readonly text: string) {}

  next(): string | undefined {
    this.take(SPACE);
    return this.text[this.at];
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    this.at += found?.length ?? 0;
    return found;
  }

  string(): string {
    const from = this.at;
    this.take(STRING_START);
    const end = this.text[this.at];
    if (end === "\\") this.fail('A backslash stands before one of these: " \\ / b f n r t u.');
    if (end === undefined || end === "\n") {
      throw new FaultAt(from, "The closing double quote of this text is missing.");
    }
    if (end !== '"') this.fail("In a text this is written with a backslash, as in \\t.");
    this.at += 1;
    return JSON.parse(this.text.slice(from, this.at)) as string;
  }

  scalar(): void {
    const from = this.at;
    const found = this.take(SCALAR);
    if (found === undefined) {
      const isWord = /[\p{L}_'’“”]/u.test(this.text[from] ?? "");
      this.fail(isWord ? "Texts stand in double quotes." : "A value belongs here.");
    }
    if (/^[-\d]/.test(found) && !isKept(found)) {
      throw new FaultAt(from, "This number cannot be kept exactly.");
    }
  }

  fail(message: string): never {
    throw new FaultAt(this.at, message);
  }
}

/** The open braces, with the names that each had, and the open brackets. */
type Open = Set<string> | null;

function read(reader: Reader): void {
  const open: Open[] = [];
  for (;;) {
    beginValue(reader, open);
    if (!endValue(reader, open)) return;
  }
}

/** Goes on to the end of a value that holds no other, into how many others it may be. */
function beginValue(reader: Reader, open: Open[]): void {
  for (;;) {
    const first = reader.next();
    if (first === undefined) reader.fail("A value is missing.");
    if (first === '"') return void reader.string();
    if (first !== "{" && first !== "[") {
      reader.scalar();
      return;
    }
    reader.at += 1;
    const closing = first === "{" ? "}" : "]";
    if (reader.next() === closing) {
      reader.at += 1;
      return;
    }
    open.push(first === "{" ? new Set() : null);
    if (first === "{") name(reader, open.at(-1) as Set<string>);
  }
}

/** Whether another value follows. */
function endValue(reader: Reader, open: Open[]): boolean {
  for (;;) {
    const mark = reader.next();
    const innermost = open.at(-1);
    if (innermost === undefined) {
      if (mark !== undefined) reader.fail("Nothing may follow the end.");
      return false;
    }
    const closing = innermost ? "}" : "]";
    if (mark === undefined) reader.fail(`The closing ${closing} is missing.`);
    if (mark !== "," && mark !== closing) reader.fail(`A comma or ${closing} belongs here.`);
    reader.at += 1;
    if (mark === ",") {
      if (innermost) name(reader, innermost);
      return true;
    }
    open.pop();
  }
}

function name(reader: Reader, names: Set<string>): void {
  if (reader.next() !== '"') reader.fail("A name in double quotes belongs here.");
  const from = reader.at;
  const found = reader.string();
  if (names.has(found)) throw new FaultAt(from, "This name is there twice.");
  names.add(found);
  if (reader.next() !== ":") reader.fail("A colon belongs here.");
  reader.at += 1;
}

/** Whether a number has all its digits when it is read. */
function isKept(literal: string): boolean {
  const value = Number(literal);
  return Number.isFinite(value) && plain(literal) === plain(String(value));
}

/** A number's digits without zeros around them, and the power of ten they stand at. */
function plain(literal: string): string {
  const [, whole = "", part = "", power = "0"] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = (whole + part).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (!kept) return "0";
  return `${kept}e${Number(power) - part.length + digits.length - kept.length}`;
}

/** Null: it is JSON, and nothing of it would be lost. */
export function faultOf(text: string): Fault | null {
  try {
    read(new Reader(text));
    return null;
  } catch (error) {
    if (!(error instanceof FaultAt)) throw error;
    const lines = text.slice(0, error.at).split("\n");
    return {
      line: lines.length,
      column: (lines.at(-1) ?? "").length + 1,
      message: error.message,
    };
  }
}
